/** What some columns of the exchange log stand for. */

import type { HttpVersion, Persistence } from './exchange.ts';
import {
  FRAMED_BY_CLOSE,
  FRAMING_ERROR,
  LEFT_HTTP,
  REQUEST_CLOSE,
  REQUEST_KEEP_ALIVE,
  RESPONSE_CLOSE,
  RESPONSE_KEEP_ALIVE,
  UNREAD_BODY,
} from './exchange-layout.ts';
import { judgePersistence, type PersistenceFacts } from './persistence.ts';

export const versionNames: Readonly<Record<number, HttpVersion>> = { 1: '0.9', 2: '1.0', 3: '1.1', 4: '2' };
export const versionCodes: Readonly<Record<number, number>> = { 9: 1, 10: 2, 11: 3, 20: 4 };
export const versionNumbers: readonly [0, 9, 10, 11, 20] = [0, 9, 10, 11, 20];

/** Headers that few requests carry. */
export interface ClientKeepAlive {
  readonly timeout: number | undefined;
  readonly max: number | undefined;
}

/** Request and response of HTTP/1.1, as packed; what then still ends the connection. */
export const BOTH_1_1: number = 0x33;
export const ENDS_PERSISTENCE: number = REQUEST_CLOSE | RESPONSE_CLOSE | FRAMED_BY_CLOSE | FRAMING_ERROR | LEFT_HTTP;

/** What is packed in an exchange's words. */
export const persistenceFacts = (flags: number, packed: number): PersistenceFacts => ({
  requestVersion: versionNumbers[(packed >> 16) & 15] ?? 0,
  requestClose: (flags & REQUEST_CLOSE) !== 0,
  requestKeepAlive: (flags & REQUEST_KEEP_ALIVE) !== 0,
  responseVersion: versionNumbers[(packed >> 20) & 7] ?? 0,
  responseClose: (flags & RESPONSE_CLOSE) !== 0,
  responseKeepAlive: (flags & RESPONSE_KEEP_ALIVE) !== 0,
  framedByClose: (flags & FRAMED_BY_CLOSE) !== 0,
  unreadBody: (packed & UNREAD_BODY) !== 0,
  framingError: (flags & FRAMING_ERROR) !== 0,
  leftHttp: (flags & LEFT_HTTP) !== 0,
});

/** All that decides: seven flags, two versions and whether the body was read. Few kinds of exchanges are judged again and again. */
const judged = new Map<number, Persistence>();

export function persistenceOf(flags: number, packed: number): Persistence {
  const kind = ((flags & (ENDS_PERSISTENCE | REQUEST_KEEP_ALIVE | RESPONSE_KEEP_ALIVE)) << 8) | ((packed >> 16) & 0xff);
  const known = judged.get(kind);
  if (known !== undefined) return known;
  const made = judgePersistence(persistenceFacts(flags, packed));
  judged.set(kind, made);
  return made;
}
