/** What is kept of a piece of a capture is a copy, of whatever kind the piece is, and what bytes waited for is not forgotten. */

import { describe, expect, it } from 'vitest';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';
import { framesOf, pcapOf } from '../support/wire.ts';

/** In pieces of `size` frames that are overwritten as soon as they are read. */
function reused(talk: Talk, size: number): Trace {
  const inspector = new Inspector();
  const frames = framesOf(talk.segments);
  const bytes = Buffer.from(pcapOf(frames));
  let from = 0;
  for (let to = 24, i = 0; i < frames.length; from = to) {
    for (const last = Math.min(frames.length, i + size); i < last; i += 1) to += 16 + bytes.readUInt32LE(to + 8);
    const piece = Buffer.from(bytes.subarray(from, to));
    inspector.push(piece);
    piece.fill(0xee);
  }
  inspector.end();
  return inspector.trace();
}

describe('a Buffer that is used again', () => {
  it('leaves what waits behind a hole as it was', () => {
    const talk = conversation().handshake();
    talk.client('/late HTTP/1.1\r\nHost: a\r\n\r\n', { at: 4 }).client(get(), { at: 1000, lost: true }).server('', {});
    talk.client('GET ', {}).server(OK);
    const trace = reused(talk, 5);
    expect(trace.exchanges(0)).toMatchObject([{ method: 'GET', target: '/late', status: 200 }]);
  });

  it('leaves the beginning of a stream as it was', () => {
    const talk = conversation().handshake().client('GE').server('').client('T /cut HTTP/1.1\r\nHost: a\r\n\r\n').server(OK);
    expect(reused(talk, 5).exchanges(0)).toMatchObject([{ method: 'GET', target: '/cut', status: 200 }]);
  });
});

it('bytes on both sides of a hole are not taken for one beginning', () => {
  const talk = conversation().handshake().client('\x16\x03').client('lost bytes', { lost: true }).server('hello');
  expect(talk.client('\x01\x00\x01\x01\x00\x00').server('x').connection.protocol).toBe('unknown');
});
