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
