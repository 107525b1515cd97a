/** May a connection be used again after an exchange? RFC 9112 §9.3, judged by what both messages say. */

import type { Persistence } from './exchange.ts';

/** What decides; versions are 9 for 0.9, 10, 11, 20. */
export interface PersistenceFacts {
  readonly requestVersion: number;
  readonly requestClose: boolean;
  readonly requestKeepAlive: boolean;
  readonly responseVersion: number;
  readonly responseClose: boolean;
  readonly responseKeepAlive: boolean;
  readonly framedByClose: boolean;
  /** The final answer came before the whole request, the rest of which was not seen. */
  readonly unreadBody: boolean;
  readonly framingError: boolean;
  readonly leftHttp: boolean;
}

/** What a server concludes from a request: whether it may keep the connection. */
export const persistsByRequest = ({ requestVersion, requestClose, requestKeepAlive, unreadBody }: PersistenceFacts): boolean =>
  !(requestClose || unreadBody) && (requestVersion >= 11 || (requestVersion === 10 && requestKeepAlive));

/** What a client concludes from a response. */
export const persistsByResponse = (f: PersistenceFacts): boolean =>
  !(f.responseClose || f.framedByClose || f.framingError || f.leftHttp) &&
  (f.responseVersion >= 11 || (f.responseVersion === 10 && f.responseKeepAlive));

/**
 * `close` in either message ends it, and so does a body that only the close ends, and one that the server did not read to its end. The client then judges by the response's
 * version and options, the server by the request's: a request of 1.0 without keep-alive is answered and closed, whatever the
 * response's version is. Both must agree.
 */
export function judgePersistence(f: PersistenceFacts): Persistence {
  if (f.leftHttp) return { persistent: false, because: 'left_http' };
  if (f.framingError) return { persistent: false, because: 'framing_error' };
  if (f.requestClose || f.responseClose) return { persistent: false, because: 'close_header' };
  if (f.framedByClose) return { persistent: false, because: 'until_close_body' };
  if (f.unreadBody) return { persistent: false, because: 'unread_body' };
  if (f.responseVersion >= 20) return { persistent: true, because: 'http_2' };
  const byClient = f.responseVersion >= 11 || f.responseKeepAlive;
  // Where the request is not in the capture, the response speaks for both.
  const byServer = f.requestVersion === 0 || f.requestVersion >= 11 || f.requestKeepAlive;
  if (!byClient || !byServer) return { persistent: false, because: 'http_1_0_default' };
  const needsHeader = f.responseVersion < 11 || (f.requestVersion > 0 && f.requestVersion < 11);
  return { persistent: true, because: needsHeader ? 'keep_alive_header' : 'http_1_1_default' };
}
