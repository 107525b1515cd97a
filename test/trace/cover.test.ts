/** Secrets in the bytes of a stream become stars of the same length, wherever packets cut them. */

import { expect, test } from 'vitest';
import { coverSecrets } from '../../src/cover.ts';

const head =
  'GET http://ann:word@h/p?token=abc&flag HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer SECRET\r\nCookie: a=SECRET\r\n  SECRET\r\nX-Api-Key:SECRET\r\nAccept: */*\r\n\r\n';
const covered =
  'GET http://********@h/p?token=***&**** HTTP/1.1\r\nHost: h\r\nAuthorization: *************\r\nCookie: ********\r\n********\r\nX-Api-Key:******\r\nAccept: */*\r\n\r\n';

test('in one piece, and cut anywhere', () => {
  for (let cut = 0; cut <= head.length; cut += 1) {
    const pieces = [Buffer.from(head.slice(0, cut)), Buffer.from(head.slice(cut))];
    coverSecrets(pieces);
    expect(Buffer.concat(pieces).toString()).toBe(covered);
  }
});

test('request lines whose end is not in the capture', () => {
  const pieces = ['GET /a?token=abc', 'GET http://ann:word@h/b?token=de', 'rest\r\nCookie: a=SEC', 'RET\r\nHost: h\r\n'].map((text) =>
    Buffer.from(text),
  );
  coverSecrets(pieces, new Set([1, 2, 3]));
  expect(pieces.map(String)).toEqual([
    'GET /a?token=***',
    'GET http://********@h/b?token=**',
    '****\r\nCookie: *****',
    '***\r\nHost: h\r\n',
  ]);
});

test('a query longer than any line that is looked at', () => {
  const line = Buffer.from(`GET /a?token=${'x'.repeat(70_000)} HTTP/1.1\r\n`);
  coverSecrets([line]);
  expect(line.includes('x')).toBe(false);
});

test.each([
  ['Referer: http://h/a?token=abc&b=1\r\n', 'Referer: http://h/a?token=***&b=*\r\n'],
  ['Location: /done;id=abc/x?code=abc\r\nHost: h?a=b\r\n', 'Location: /done;id=***/x?code=***\r\nHost: h?a=b\r\n'],
  ['GET /cart;jsessionid=8F2C/items HTTP/1.1\r\n', 'GET /cart;jsessionid=****/items HTTP/1.1\r\n'],
  ['Cookie:\r\n a=b\r\nAuthorization : abc\r\n', 'Cookie:\r\n****\r\nAuthorization : ***\r\n'],
])('%j', (line, expected) => {
  const bytes = Buffer.from(line);
  coverSecrets([bytes]);
  expect(bytes.toString()).toBe(expected);
});
