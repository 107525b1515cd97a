/** What scenarios send that is no text: `h2(preface, request 1 /a)` and `tls(hello a.test)`, in bytes. */

import { block, frame, preface, request, settings, u32 } from '../http2/wire.ts';

/** undefined where the words name nothing of the kind. */
export function payloadOf(words: string): Uint8Array | undefined {
  const [, kind, inside = ''] = /\b(h2|tls)\(([^)]*)\)/.exec(words) ?? [];
  if (kind === undefined) return undefined;
  const pieces = inside.split(/,\s*/).map((piece) => piece.split(' '));
  return Uint8Array.from(pieces.flatMap(([name = '', ...rest]) => (kind === 'h2' ? http2 : tls)[name]!(rest)));
}

const END_STREAM = 1;
const END_HEADERS = 4;
const codes: Readonly<Record<string, number>> = { NO_ERROR: 0, PROTOCOL_ERROR: 1, ENHANCE_YOUR_CALM: 11 };

const http2: Readonly<Record<string, (words: readonly string[]) => readonly number[]>> = {
  preface: () => [...preface, ...settings()],
  /** SETTINGS_MAX_CONCURRENT_STREAMS */
  limit: ([most]) => settings([3, Number(most)]),
  settings: () => settings(),
  request: ([stream, path = '/', authority = 'a']) =>
    frame(1, END_HEADERS | END_STREAM, Number(stream), request(path, { ':authority': authority })),
  response: ([stream, status = '200']) => frame(1, END_HEADERS | END_STREAM, Number(stream), block({ ':status': status })),
  goaway: ([last, code = 'NO_ERROR']) => frame(7, 0, 0, [...u32(Number(last)), ...u32(codes[code]!)]),
};

const big16 = (value: number): number[] => [value >> 8, value & 255];
const sized = (bytes: readonly number[]): number[] => [...big16(bytes.length), ...bytes];
const record = (type: number, bytes: readonly number[]): number[] => [type, 3, 3, ...sized(bytes)];
const message = (type: number, bytes: readonly number[]): number[] => record(22, [type, 0, ...sized(bytes)]);
const extension = (type: number, bytes: readonly number[]): number[] => [...big16(type), ...sized(bytes)];
const random: readonly number[] = Array.from({ length: 32 }, (_, at) => at + 1);
const secret = (length: number): number[] =>
  record(
    23,
    Array.from({ length }, (_, at) => (at * 37) & 255),
  );

/** TLS 1.3, of which the hellos alone can be read. */
const tls: Readonly<Record<string, (words: readonly string[]) => readonly number[]>> = {
  hello: ([name]) => {
    const host = name === undefined ? [] : extension(0, sized([0, ...sized([...Buffer.from(name)])]));
    const inside = [...host, ...extension(43, [2, 3, 4])];
    return message(1, [3, 3, ...random, 0, ...sized([0x13, 0x01]), 1, 0, ...sized(inside)]);
  },
  /** ServerHello, and what follows it up to the server's Finished. */
  answer: () => [...message(2, [3, 3, ...random, 0, 0x13, 0x01, 0, ...sized(extension(43, [3, 4]))]), ...secret(600)],
  finished: () => [...record(20, [1]), ...secret(53)],
  data: ([length]) => secret(Number(length) + 17),
  /** A fatal alert in the clear: handshake_failure. */
  alert: () => record(21, [2, 40]),
};
