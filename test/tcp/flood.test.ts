/** Floods: connections are limited, those without an answer all the more, and the real ones stay right. */

import { describe, expect, it } from 'vitest';
import { millisecond as ms, second } from '../../src/time.ts';
import type { Trace } from '../../src/trace/index.ts';
import { unaccounted } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK, type Talk } from '../support/talk.ts';
import { framesOf, pcapOf, type WireSegment } from '../support/wire.ts';

const traceOf = (segments: readonly WireSegment[], limits: { halfOpen?: number; connections?: number }): Trace =>
  inspectBytes(pcapOf(framesOf([...segments].sort((a, b) => a.time - b.time))), [], { limits });

const client = (number: number, v6 = false): Talk =>
  conversation({
    client: { address: v6 ? `2001:db8::${(number + 1).toString(16)}` : `10.1.${number >> 8}.${number & 255}`, port: 1000 + number },
    server: { address: v6 ? '2001:db8::ffff' : '10.0.0.2', port: 80 },
    start: number * ms,
  });

/** SYNs of as many clients, a millisecond apart, that nobody answers. */
const flood = (count: number, v6 = false): WireSegment[] =>
  Array.from({ length: count }, (_, i) => client(i, v6).client.syn().segments).flat();

const options = [2, 4, 5, 120, 3, 3, 7, 1];
const real = (number: number, v6: boolean): Talk =>
  client(number, v6)
    .client.syn({ options })
    .client.syn({ at: -1, options, time: second })
    .server.syn({ flags: 0x12, options, time: second + 20 * ms })
    .client.ack()
    .client(get())
    .server(OK)
    .close('server');

describe.each([
  ['IPv4', false],
  ['IPv6', true],
])('SYNs over %s that nobody answers', (_, v6) => {
  it('are listed up to the limit; the others are counted', () => {
    const trace = traceOf(flood(300, v6), { halfOpen: 10 });
    expect(trace.size).toBe(10);
    expect(trace.accounting.connections).toEqual({ seen: 300, listed: 10, evicted: { 'half-open': 290 } });
    expect(trace.notes).toMatchObject([{ code: 'flow-limit', count: 290, firstFrame: 11 }]);
    expect(unaccounted(trace.accounting)).toEqual([]);
  });

  it('do not hide a connection that is answered, nor change what is said of it', () => {
    const segments = [...flood(200, v6), ...real(200, v6).segments];
    const all = traceOf(segments, {});
    const few = traceOf(segments, { halfOpen: 10 });
    expect([all.size, few.size]).toEqual([201, 11]);
    const { id: _1, ...expected } = all.connection(200);
    const { id: _2, ...found } = few.connection(10);
    expect(found).toEqual(expected);
    expect(few.exchanges(10)).toMatchObject([{ method: 'GET', status: 200 }]);
    expect(unaccounted(few.accounting)).toEqual([]);
  });
});

it('connections that are answered do not count as half-open', () => {
  const answered = Array.from({ length: 50 }, (_, i) => real(i, false).segments).flat();
  expect(traceOf(answered, { halfOpen: 51 }).size).toBe(50);
  // Answered one after the other, a single place is enough.
  const later = Array.from(
    { length: 50 },
    (_, i) => conversation({ client: { address: '10.0.0.1', port: 2000 + i }, start: i * second }).handshake().segments,
  );
  expect(traceOf(later.flat(), { halfOpen: 1 }).notes).toEqual([]);
});

it('a SYN of the crowd that comes with another number is another connection', () => {
  const again = client(20).client.syn().renumber('client', 77_000).client.syn({ time: second });
  const trace = traceOf([...flood(20), ...again.segments], { halfOpen: 10 });
  expect(trace.size).toBe(12);
  expect(trace.connection(11)).toMatchObject({ previousOnFlow: 10 });
});

it('connections beyond the limit are not listed, and every segment of them is accounted for', () => {
  const segments = Array.from({ length: 5 }, (_, i) => real(i, false).segments).flat();
  const trace = traceOf(segments, { connections: 3 });
  expect(trace.size).toBe(3);
  expect(trace.notes.map(({ code }) => code)).toEqual(['connection-limit']);
  expect(trace.accounting.connections).toMatchObject({ listed: 3, evicted: { 'connection-limit': 2 * real(0, false).segments.length } });
  expect(trace.accounting.payload.givenUp).toEqual({ 'not-listed': 2 * (get().length + OK.length) });
  expect(unaccounted(trace.accounting)).toEqual([]);
});
