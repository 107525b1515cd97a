/** Conversations in HTTP/1, made up: what both sides say, byte by byte, and what that means. */

import fc from 'fast-check';

/** The names and values of Connection, as senders write them. */
const options = [
  '',
  'close',
  'Close',
  'keep-alive',
  'Keep-Alive',
  'close, keep-alive',
  'TE, keep-alive',
  'foo,close',
  'Upgrade-Insecure',
] as const;
const breaks = ['a', 'b=c', 'name="a \\" b"', 'x;y=z'] as const;

export interface MadeUpBody {
  readonly how: 'none' | 'length' | 'chunked';
  readonly bytes: number;
  readonly chunk: number;
  readonly extension: string | undefined;
  readonly trailer: boolean;
}

export interface MadeUpRequest {
  readonly method: string;
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly connection: string;
  readonly padding: number;
  readonly blankLines: number;
  /** `Expect: 100-continue`; the body comes unasked. */
  readonly expects: boolean;
  readonly body: MadeUpBody;
}

export interface MadeUpResponse {
  readonly status: number;
  readonly reason: string;
  readonly version: '1.0' | '1.1';
  readonly connection: string;
  readonly padding: number;
  readonly interim: readonly number[];
  readonly body: MadeUpBody;
  /** Neither a length nor chunks: the close ends it. */
  readonly untilClose: boolean;
}

const body: fc.Arbitrary<MadeUpBody> = fc.record({
  how: fc.constantFrom('none', 'length', 'length', 'chunked'),
  bytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 })),
  chunk: fc.integer({ min: 1, max: 120 }),
  extension: fc.option(fc.constantFrom(...breaks), { nil: undefined }),
  trailer: fc.boolean(),
});

const target = fc
  .array(fc.constantFrom(...'abcXYZ019-._~%?&=/:@!'), { maxLength: 40 })
  .map((letters) => `/${letters.join('')}`)
  .map((text) => text.replace(/%/g, '%41'));

export const requests: fc.Arbitrary<MadeUpRequest> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'M-SEARCH', 'PROPFIND'),
  target,
  version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
  connection: fc.constantFrom('', '', '', ...options),
  padding: fc.integer({ min: 0, max: 60 }),
  blankLines: fc.constantFrom(0, 0, 0, 1, 2),
  expects: fc.constantFrom(false, false, false, true),
  body,
});

export const responses: fc.Arbitrary<MadeUpResponse> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 204, 205, 206, 301, 304, 400, 404, 500, 503),
  reason: fc.constantFrom(' OK', ' Not  Quite', ' ', ''),
  version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
  connection: fc.constantFrom('', '', '', ...options),
  padding: fc.integer({ min: 0, max: 60 }),
  interim: fc.array(fc.constantFrom(100, 102, 103), { maxLength: 2 }),
  body,
  untilClose: fc.boolean(),
});

/** RFC 9112 §7.1: chunks belong to HTTP/1.1. */
export const bodyOf = (made: MadeUpBody, version: string): MadeUpBody =>
  made.how === 'chunked' && version === '1.0' ? { ...made, how: 'length' } : made;

export function requestText(made: MadeUpRequest): string {
  const sent = bodyOf(made.body, made.version);
  const head = `${made.method} ${made.target} HTTP/${made.version}\r\nHost: a.test\r\n${made.expects ? 'Expect: 100-continue\r\n' : ''}${fieldsOf(made, sent)}\r\n`;
  return '\r\n'.repeat(made.blankLines) + head + coded(sent);
}

export function responseText(made: MadeUpResponse, method: string): string {
  const sent = bodyOf(made.body, made.version);
  const interim = made.interim.map((status) => `HTTP/1.1 ${status} Wait\r\nLink: </a>\r\n\r\n`).join('');
  const fields = made.untilClose ? fieldsOf(made, { ...sent, how: 'none' }) : fieldsOf(made, sent);
  const content = hasBody(made.status, method) ? (made.untilClose ? 'u'.repeat(sent.bytes) : coded(sent)) : '';
  return `${interim}HTTP/${made.version} ${made.status}${made.reason}\r\n${fields}\r\n${content}`;
}

export const hasBody = (status: number, method: string): boolean => method !== 'HEAD' && status !== 204 && status !== 304;

/** Bytes of the body that a reader gets. */
export const contentLength = (made: MadeUpBody): number => (made.how === 'none' ? 0 : made.bytes);

function fieldsOf({ connection, padding }: { connection: string; padding: number }, { how, bytes }: MadeUpBody): string {
  const option = connection === '' ? '' : `Connection: ${connection}\r\n`;
  const length = how === 'length' ? `Content-Length: ${bytes}\r\n` : how === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
  return `${option}X-Padding:\t${'p'.repeat(padding)}\r\n${length}`;
}

function coded({ how, bytes, chunk, extension, trailer }: MadeUpBody): string {
  if (how !== 'chunked') return how === 'length' ? 'b'.repeat(bytes) : '';
  let text = '';
  for (let at = 0; at < bytes; at += chunk) {
    const size = Math.min(chunk, bytes - at);
    text += `${size.toString(16)}${extension === undefined ? '' : `;${extension}`}\r\n${'c'.repeat(size)}\r\n`;
  }
  return `${text}0\r\n${trailer ? 'X-Trailer: t\r\n' : ''}\r\n`;
}
