/** Tells from its first bytes whether a stream is TLS. */

import { HANDSHAKE, HEADER_LENGTH, isHeader, isSsl2Hello } from './records.ts';

/** `either`: a record that both sides send. */
export type TlsRecognised = 'client' | 'server' | 'either' | 'more' | 'no';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

// 16 03 01 02 00  01                          record: type, version, length; message: ClientHello
export function recogniseTls(head: Uint8Array): TlsRecognised {
  const [type = 0, major = 3] = head;
  const isRecord = type >= 20 && type <= 23 && major === 3;
  const isOld = type >= 0x80 && type < 0x82;
  if (!isRecord && !isOld) return 'no';
  if (head.length <= HEADER_LENGTH) return 'more';
  if (isOld) return isSsl2Hello(head, 0) ? 'client' : 'no';
  if (!isHeader(head, 0)) return 'no';
  if (type !== HANDSHAKE) return 'either';
  return head[5] === CLIENT_HELLO ? 'client' : head[5] === SERVER_HELLO ? 'server' : 'no';
}
