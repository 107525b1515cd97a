/** Bytes that are missing, by who lost them, and bytes that came twice and differed. */

import { describe, expect, it } from 'vitest';
import type { Connection, InspectorOptions, Trace } from '../../src/trace/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK, type Talk, traceOf } from '../support/talk.ts';
import { ACK, framesOf, PSH, pcapOf } from '../support/wire.ts';

const open = (): Talk => conversation().handshake().client(get());
const losses = (of: Talk | Trace): Connection['losses'] => ('size' in of ? of.connection(0) : of.connection).losses;

describe('who lost bytes', () => {
  it('nobody', () => {
    expect(losses(open().server(OK))).toEqual({ capture: 0, snapLength: 0, network: 0, conflicts: [] });
  });

  it('the capture: the peer has them', () => {
    const talk = open().server('HTTP/1.1 200 OK\r\n', { lost: true }).server('Content-Length: 0\r\n\r\n').client.ack();
    expect(losses(talk)).toMatchObject({ capture: 17, snapLength: 0, network: 0 });
    expect(talk.trace.notes[0]).toMatchObject({ code: 'gap', detail: '17 bytes' });
  });

  it('the snap length', () => {
    const { segments } = open().server(OK);
    expect(losses(traceOf(segments, { snapLength: 60 }))).toMatchObject({
      capture: 0,
      snapLength: get().length - 6 + OK.length - 6,
      network: 0,
    });
  });

  it('the network: nobody has confirmed them, and they did not come again', () => {
    const talk = open()
      .server('HTTP/1.1 200 OK\r\n', { lost: true })
      .server('Content-Length: 0\r\n\r\n')
      .client.ack({ acks: -38 })
      .client.rst();
    expect(losses(talk)).toMatchObject({ capture: 0, network: 17 });
    expect(talk.trace.notes.map(({ code }) => code)).toContain('lost-on-network');
    expect(talk.connection.notes).toContain('lost-on-network');
  });

  it('nobody, where the network lost a copy and another came', () => {
    const talk = open().server('HTTP/1.1 200 OK\r\n', { lost: true }).server('Content-Length: 0\r\n\r\n').client.ack({ acks: -38 });
    talk.server('HTTP/1.1 200 OK\r\n', { at: -38 }).client.ack();
    expect(losses(talk)).toMatchObject({ capture: 0, snapLength: 0, network: 0 });
  });

  it('not the network, where the other direction was not captured', () => {
    const talk = conversation().client(get()).client('x', { lost: true }).client('y');
    expect(losses(talk)).toMatchObject({ capture: 1, network: 0 });
  });
});

describe('bytes that came with two contents', () => {
  const twice = (): Talk =>
    open().server('_', { lost: true }).server('abcd').server('aXYd', { at: -4 }).server('_', { at: -5 }).client.ack();

  it('are reported with both, and their frames; the first are used', () => {
    const { losses: found, notes } = twice().connection;
    expect(found?.conflicts).toEqual(
      [{ by: 'server', length: 4, kept: Buffer.from('bcd'), other: Buffer.from('XYd'), keptFrame: 5, otherFrame: 6 }].map((each) => ({
        ...each,
        kept: Uint8Array.from(each.kept),
        other: Uint8Array.from(each.other),
      })),
    );
    expect(notes).toContain('overlap-conflict');
    // They may be of a password: the note has marks in their place.
    const capture = pcapOf(framesOf(twice().segments));
    const detail = (options: InspectorOptions): string => inspectBytes(capture, [], options).notes[0]!.detail;
    expect(twice().trace.notes[0]).toMatchObject({ code: 'overlap-conflict', firstFrame: 6 });
    expect(detail({})).toMatch(/^4 bytes, first \*[0-9a-f]{4} \(frame 5\), then \*[0-9a-f]{4}$/);
    expect(detail({ showSecrets: true })).toBe('4 bytes, first 62 63 64 (frame 5), then 58 59 64');
    expect(detail({ anonymize: true })).toBe('');
  });

  it('at most sixteen bytes of each are shown', () => {
    const talk = open().server('_', { lost: true }).server('a'.repeat(100)).server('b'.repeat(100), { at: -100 });
    expect(talk.connection.losses?.conflicts[0]).toMatchObject({
      length: 100,
      kept: new Uint8Array(16).fill(97),
      other: new Uint8Array(16).fill(98),
    });
  });
});

it('urgent bytes are read as part of the stream, and noted', () => {
  const talk = conversation()
    .handshake()
    .client('GET / HT', { flags: PSH | ACK | 0x20 })
    .client('TP/1.1\r\nHost: a\r\n\r\n')
    .server(OK);
  expect(talk.exchanges[0]).toMatchObject({ method: 'GET', target: '/', status: 200 });
  expect(talk.connection.notes).toEqual(['urgent-data']);
});
