/** What a head says does not depend on the heads that were read before it, though their lines are remembered. */

import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { HEAD_BEGINS, LineMemory, NOTHING } from '../../src/http/line-memory.ts';
import { patience } from '../support/runs.ts';
import { conversation, type Talk, traceOf } from '../support/talk.ts';

const frames = ['connection', 'requestFirstFrame', 'requestFrame', 'responseFirstFrame', 'responseFrame'];

/** Few names and few values, so that lines repeat, come in another order, twice, folded, or with another value. */
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('Accept: */*', 'Accept: text/html', 'Accept-Language: en', 'X-Very-Long: '.padEnd(200, 'v'), 'A: b', 'A:'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('Host: a', 'Host: b', 'host: c', 'User-Agent: one', 'User-Agent: two', 'Server: s', 'Server:  t '),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('Connection: keep-alive', 'connection: close', 'Connection: Keep-Alive, Upgrade', 'Proxy-Connection: close'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('Keep-Alive: timeout=5, max=100', 'Keep-Alive: timeout=5, max=99', 'Keep-Alive: 300', 'Keep-Alive: x='),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('Content-Length: 2', 'Content-Length: 02', 'content-length: 2', 'Content-Length: x', 'Content-Length : 2'),
  },
  { weight: 1, arbitrary: fc.constantFrom('Transfer-Encoding: chunked', ' folded', 'No colon', 'Upgrade: x', 'Connection\t: close') },
);
const head = fc.array(line, { maxLength: 7 }).map((lines) => [...lines, '', ''].join('\r\n'));

function talk(index: number, request: string, response: string): Talk {
  const each = conversation({ client: { address: '10.0.0.1', port: 40_000 + index } }).handshake();
  return each.client(`GET /${index} HTTP/1.1\r\n${request}`).server(`HTTP/1.1 200 OK\r\n${response}ok`).close('server');
}

const facts = (exchange: object): object => Object.fromEntries(Object.entries(exchange).filter(([name]) => !frames.includes(name)));

/** In one capture, each connection tells what it tells in a capture of its own. */
function expectEach(talks: readonly Talk[]): void {
  const together = traceOf(talks.flatMap(({ segments }) => segments));
  talks.forEach((each, index) => {
    expect([...together.exchanges(index)].map(facts)).toEqual(each.exchanges.map(facts));
    expect(together.connection(index).notes).toEqual(each.connection.notes);
  });
}

test('heads read behind one another say what each says alone', { timeout: patience }, () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(head, head), { minLength: 2, maxLength: 12 }), (heads) => {
      const talks = heads.map(([request, response], index) => talk(index, request, response));
      expectEach(talks);
    }),
    { numRuns: 150 },
  );
});

test.each([
  'Content-Length: 2\r\n 3',
  'Connection: close\r\n , upgrade',
  'Accept: */*\r\n text/html',
  'Keep-Alive: timeout=5\r\nKeep-Alive: timeout=6',
])('%j says the same the third time', (lines) => {
  expectEach([0, 1, 2].map((index) => talk(index, `${lines}\r\n\r\n`, 'Content-Length: 2\r\n\r\n')));
});

it('knows a line again by all its bytes, and only by those', () => {
  const lines = new LineMemory();
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
  for (let length = 4; length <= 160; length += 1) {
    const text = bytes('x'.repeat(length));
    const place = lines.place(text, 0, length, NOTHING);
    expect(lines.matches(text, 0, length, place)).toBe(true);
    expect(lines.matches(text, 0, length - 1, place)).toBe(false);
    for (let at = 0; at < length; at += 1) {
      text[at] = 0x79;
      expect(lines.matches(text, 0, length, place)).toBe(false);
      text[at] = 0x78;
    }
  }
  expect(lines.place(bytes('x'.repeat(161)), 0, 161, NOTHING)).toBe(0);
});

it('expects the two lines that came behind one before, the latest first', () => {
  const lines = new LineMemory();
  const texts = ['Accept: */*', 'Cookie: a=b', 'Host: here'].map((text) => new Uint8Array(Buffer.from(text)));
  const [first, second, third] = texts.map((text) => lines.place(text, 0, text.length, NOTHING));
  const follows = (at: number): number => lines.follows(texts[at]!, 0, texts[at]!.length, HEAD_BEGINS);
  for (const place of [first!, second!, third!]) lines.setNext(HEAD_BEGINS, place);
  expect([0, 2, 1, 2, 1].map(follows)).toEqual([0, third, second, third, second]);
  lines.setNext(HEAD_BEGINS, first!);
  expect([0, 1, 2].map(follows)).toEqual([first, second, 0]);
});
