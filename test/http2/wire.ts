/** Writes HTTP/2 frames, header blocks spelt out in full, and a session that reads them. */

import { ExchangeLog, ExchangeView, type Http2Facts, Http2Session, type Http2Start, makeExchange } from '../../src/http/index.ts';
import { type At, CLIENT, SERVER, type Side } from '../../src/stream.ts';
import type { Exchange } from '../../src/trace/index.ts';

const bytesOf = (text: string): number[] => [...Buffer.from(text, 'latin1')];

export const preface: readonly number[] = bytesOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

// RFC 9113 §4.1
export function frame(type: number, flags: number, stream: number, payload: readonly number[] = []): number[] {
  const { length } = payload;
  return [
    length >> 16,
    (length >> 8) & 255,
    length & 255,
    type,
    flags,
    stream >>> 24,
    (stream >> 16) & 255,
    (stream >> 8) & 255,
    stream & 255,
    ...payload,
  ];
}

/** Literals that no table keeps (RFC 7541 §6.2.2); names and values shorter than 127 bytes. */
export const block = (fields: Readonly<Record<string, string>>): number[] =>
  Object.entries(fields).flatMap(([name, value]) => [0, name.length, ...bytesOf(name), value.length, ...bytesOf(value)]);

export const settings = (...values: readonly (readonly [number, number])[]): number[] =>
  frame(
    4,
    0,
    0,
    values.flatMap(([id, value]) => [id >> 8, id & 255, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]),
  );

export const request = (path: string, more: Readonly<Record<string, string>> = {}): number[] =>
  block({ ':method': 'GET', ':scheme': 'http', ':authority': 'a.test', ':path': path, ...more });

export const u32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];

/** Bytes of one side, sent at once. */
export interface Sent {
  readonly side: Side;
  readonly bytes: readonly number[];
  readonly time: number;
}

/** Bytes of one side that are not in the capture. */
export interface Lost {
  readonly side: Side;
  readonly lost: number;
  readonly time: number;
}

export const client = (time: number, ...parts: readonly (readonly number[])[]): Sent => ({ side: CLIENT, bytes: parts.flat(), time });
export const server = (time: number, ...parts: readonly (readonly number[])[]): Sent => ({ side: SERVER, bytes: parts.flat(), time });

export interface Read {
  readonly exchanges: readonly Exchange[];
  readonly facts: ReturnType<Http2Facts['summary']>;
  readonly notes: readonly string[];
  readonly details: readonly string[];
}

/** In order, in pieces of any size. */
export function read(sent: readonly (Sent | Lost)[], start: Http2Start = {}, piece: number = Number.POSITIVE_INFINITY): Read {
  const log = new ExchangeLog();
  const notes: string[] = [];
  const details: string[] = [];
  let first = -1;
  const host = {
    log,
    note(code: string, _at: At, detail = '') {
      notes.push(code);
      details.push(detail);
    },
    announcesHttp3: () => {},
    began: (_connection: number, row: number) => {
      first = row;
    },
  };
  const session = new Http2Session(host, 0, start);
  sent.forEach((each, i) => {
    const at: At = { frame: i + 1, time: each.time };
    if ('lost' in each) return session.gap(each.side, each.lost, at);
    for (let from = 0; from < each.bytes.length; from += piece) {
      // Bytes are only borrowed: what was kept without copying is overwritten here.
      const bytes = Uint8Array.from(each.bytes.slice(from, from + piece));
      session.data(each.side, bytes, 0, bytes.length, at);
      bytes.fill(0xee);
    }
  });
  const exchanges: Exchange[] = [];
  for (let row = first; row >= 0; row = log.next(row))
    exchanges.push(
      makeExchange(new ExchangeView(log, row, { index: exchanges.length, scheme: 'http', idleBefore: undefined, endBefore: Number.NaN })),
    );
  return { exchanges, facts: session.facts.summary(), notes, details };
}
