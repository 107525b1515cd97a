/** Floods and lies in HTTP/2 and TLS, generated here: survived, bounded, with exact counts, and linear in what they cost. */

import { describe, expect, it } from 'vitest';
import { Inspector, type Trace } from '../../src/trace/index.ts';
import { block, frame, preface, request, settings, u32 } from '../http2/wire.ts';
import { inspectBytes } from '../support/inspect.ts';
import { survive } from '../support/survival.ts';
import { conversation } from '../support/talk.ts';
import { framesOf, pcapOf } from '../support/wire.ts';

const SEGMENT = 1460;

/** Both sides' bytes on one connection, in segments that end anywhere. */
function capture(client: readonly Uint8Array[], server: readonly Uint8Array[] = []): Uint8Array {
  const talk = conversation({ step: 1000 }).handshake();
  for (const [side, parts] of [['client', client] as const, ['server', server] as const]) {
    const bytes = Buffer.concat(parts);
    for (let from = 0; from < bytes.length; from += SEGMENT) talk.send(side, bytes.subarray(from, from + SEGMENT));
  }
  return pcapOf(framesOf(talk.segments));
}

const of = (bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
const times = (count: number, make: (i: number) => readonly number[]): Uint8Array[] => Array.from({ length: count }, (_, i) => of(make(i)));
const same = (count: number, bytes: readonly number[]): Uint8Array[] => new Array<Uint8Array>(count).fill(of(bytes));
const begins = of([...preface, ...settings()]);
const answers = of([...settings([3, 100]), ...frame(4, 1, 0)]);
const stream = (i: number): number => 2 * i + 1;
const ask = request('/');
const ok = block({ ':status': '200' });
const record = (type: number, payload: readonly number[]): number[] => [type, 3, 3, payload.length >> 8, payload.length & 255, ...payload];
const hello = of([...record(22, [1, 0, 0, 41, 3, 3, ...new Array<number>(32).fill(7), 0, 0, 2, 0x13, 1, 1, 0])]);
const long = [0x40, 1, 'x'.charCodeAt(0), 0x7f, 0xa1, 0x1e, ...new Array<number>(4000).fill(65)];

interface Flood {
  readonly client: (size: number) => readonly Uint8Array[];
  readonly server?: (size: number) => readonly Uint8Array[];
  readonly size: number;
  /** What must be seen of it. */
  readonly seen: (trace: Trace, size: number) => void;
}

const connection = (trace: Trace): ReturnType<Trace['connection']> => trace.connection(0);
const codes = (trace: Trace): string[] => trace.notes.map(({ code, count }) => (count === 1 ? code : `${code} ${count}`));
const nothingOdd = (trace: Trace): void => expect(codes(trace)).toEqual([]);

const floods: Readonly<Record<string, Flood>> = {
  'a thousand streams, answered from the last to the first: a good connection': {
    size: 1000,
    client: (size) => [begins, ...times(size, (i) => frame(1, 5, stream(i), ask))],
    server: (size) => [
      answers,
      ...times(size, (i) => frame(1, 4, stream(i), ok)),
      ...times(size, (i) => frame(0, 1, stream(size - 1 - i), [111, 107])),
    ],
    seen(trace, size) {
      nothingOdd(trace);
      expect(connection(trace)).toMatchObject({ requests: size, responses: size, maxConcurrent: size });
      expect(trace.exchanges(0).every(({ status, target }) => status === 200 && target === '/')).toBe(true);
    },
  },
  'streams opened and reset at once': {
    size: 20_000,
    client: (size) => [begins, ...times(size, (i) => [...frame(1, 5, stream(i), ask), ...frame(3, 0, stream(i), u32(8))])],
    server: () => [answers],
    seen(trace, size) {
      expect(connection(trace)).toMatchObject({ requests: size, maxConcurrent: 1, http2: { resetsClient: size } });
      expect(trace.exchanges(0).at(-1)).toMatchObject({ resetBy: 'client', resetCode: 'CANCEL' });
    },
  },
  'an entry of 4 KB, referred to again and again': {
    size: 400,
    client: (size) => [
      begins,
      of(frame(1, 5, 1, [...ask, ...long])),
      ...times(size, (i) => frame(1, 5, stream(i + 1), new Array(1000).fill(0xbe))),
    ],
    seen(trace, size) {
      expect(codes(trace)).toEqual([`http2-limit ${size}`]);
      expect(connection(trace).requests).toBe(size + 1);
    },
  },
  'CONTINUATION without an end': {
    size: 20_000,
    client: (size) => [begins, of(frame(1, 1, 1, ask)), ...same(size, frame(9, 0, 1, [0, 1, 98, 1, 99, 0, 1, 98, 1, 99]))],
    seen: (trace, size) => expect(codes(trace)).toEqual(size * 10 > 256 << 10 ? ['http2-limit'] : []),
  },
  'empty CONTINUATIONs': {
    size: 20_000,
    client: (size) => [begins, of(frame(1, 1, 1, ask)), ...same(size, frame(9, 0, 1))],
    seen: nothingOdd,
  },
  SETTINGS: { size: 20_000, client: (size) => [begins, ...same(size, settings([1, 4096]))], seen: nothingOdd },
  PINGs: {
    size: 20_000,
    client: (size) => [begins, ...times(size, (i) => frame(6, 0, 0, [...u32(i), ...u32(i)]))],
    server: (size) => [answers, ...times(size, (i) => frame(6, 1, 0, [...u32(i), ...u32(i)]))],
    seen(trace, size) {
      nothingOdd(trace);
      expect(connection(trace).http2).toMatchObject({ pingsClient: size, pingAcks: size });
      expect(connection(trace).http2?.pings).toHaveLength(100);
    },
  },
  PRIORITY: { size: 20_000, client: (size) => [begins, ...same(size, frame(2, 0, 1, [0, 0, 0, 1, 16]))], seen: nothingOdd },
  'empty DATA': {
    size: 20_000,
    client: (size) => [begins, of(frame(1, 4, 1, ask)), ...same(size, frame(0, 0, 1))],
    seen: (trace) => expect(connection(trace)).toMatchObject({ requests: 1, responses: 0 }),
  },
  'sizes of the table up and down': {
    size: 5000,
    client: (size) => [begins, ...times(size, (i) => frame(1, 5, stream(i), [0x20, 0x3f, 0xe1, 0x1f, ...ask]))],
    seen(trace, size) {
      nothingOdd(trace);
      expect(connection(trace).requests).toBe(size);
    },
  },
  'GOAWAY again and again': {
    size: 20_000,
    client: () => [begins, of(frame(1, 5, 1, ask))],
    server: (size) => [answers, ...times(size, (i) => frame(7, 0, 0, [...u32(i), ...u32(0)]))],
    seen: (trace, size) => expect(connection(trace).http2?.goAway).toMatchObject({ by: 'server', lastStream: size - 1 }),
  },
  'empty records of TLS': {
    size: 20_000,
    client: (size) => [hello, ...same(size, record(23, []))],
    seen: (trace) => expect(connection(trace).protocol).toBe('tls'),
  },
  'ChangeCipherSpec and alerts that nobody knows': {
    size: 20_000,
    client: (size) => [hello, ...same(size, [...record(20, [1]), ...record(21, [255, 255])])],
    seen: (trace) => expect(connection(trace).protocol).toBe('tls'),
  },
  'a handshake message of 16 MB': {
    size: 100,
    client: (size) => [of(record(22, [1, 255, 255, 255, 3, 3])), ...same(size, record(22, new Array(16_000).fill(120)))],
    seen: (trace) => expect(connection(trace).protocol).toBe('tls'),
  },
};

describe.each(Object.entries(floods))('%s', (_, { client, server, size, seen }) => {
  const bytes = capture(client(size), server?.(size));

  it('is survived, whole and in pieces, and what counts is seen', () => {
    seen(inspectBytes(bytes), size);
    expect(survive(bytes).complaints).toEqual([]);
  });

  it('leaves no more behind than its exchanges: twice the flood, hardly more memory', () => {
    const inspector = new Inspector();
    inspector.push(bytes);
    inspector.end();
    // Everything that is kept of a connection beside its exchanges is of fixed size.
    const kept = JSON.stringify(inspector.trace().connection(0)).length;
    expect(kept).toBeLessThan(40_000);
  });
});

it.each([
  ['a frame of 2^24 - 1 bytes', [255, 255, 255, 0, 0, 0, 0, 0, 1, ...new Array<number>(5000).fill(120)], ['http2-frame']],
  [
    'indices that point to nothing',
    [...frame(1, 5, 1, [0x80]), ...frame(1, 5, 3, [0xbe]), ...frame(1, 5, 5, [0xff, 0x81, 0xff, 0x3f])],
    ['http2-compression'],
  ],
  [
    'a number of thirty bytes',
    [...frame(1, 5, 1, [0xff, ...new Array<number>(30).fill(0xff), 0]), ...frame(1, 5, 3, ask)],
    ['http2-compression'],
  ],
  ['EOS inside a string', [...frame(1, 5, 1, [0x82, 0x41, 0x84, 0xff, 0xff, 0xff, 0xff]), ...frame(1, 5, 3, ask)], ['http2-compression']],
  [
    'ids that fall, are even or 0',
    [...frame(1, 5, 0, ask), ...frame(1, 5, 2, ask), ...frame(1, 5, 0x7fffffff, ask), ...frame(1, 5, 5, ask)],
    ['http2-frame 3'],
  ],
])('%s is noted', (_, bytes, expected) => {
  const made = capture([begins, of(bytes)]);
  expect(codes(inspectBytes(made))).toEqual(expected);
  expect(survive(made).complaints).toEqual([]);
});

it.each([
  ['a record of 65,535 bytes', [...hello, 23, 3, 3, 255, 255, ...new Array<number>(3000).fill(120)], ['tls-lost']],
  ['records of every type and version', Array.from({ length: 256 }, (_, i) => [i, i, i, 0, 2, 122, 122]).flat(), []],
])('%s', (_, bytes, expected) => {
  const made = capture([of(bytes)]);
  expect(codes(inspectBytes(made))).toEqual(expected);
  expect(survive(made).complaints).toEqual([]);
});

it('TLS answered in the clear is told', () => {
  const text = Uint8Array.from('HTTP/1.1 400 Bad Request\r\n\r\n', (letter) => letter.charCodeAt(0));
  expect(codes(inspectBytes(capture([hello], [text])))).toEqual(['tls-answered-otherwise']);
});
