/** Makes the plain record of one exchange from the log, when it is asked for. */

import { CLIENT } from '../stream.ts';
import type { Exchange } from './exchange.ts';
import {
  HAS_REQUEST,
  ODDITIES,
  REQUEST_CLOSE,
  REQUEST_COOKIES,
  RESPONSE_CLOSE,
  RESPONSE_COOKIES,
  RESPONSE_HEAD,
} from './exchange-layout.ts';
import type { ExchangeLog } from './exchange-log.ts';
import { http2ErrorName } from './http2-facts.ts';
import { odditiesOf } from './oddity.ts';
import { judgePersistence, persistsByRequest, persistsByResponse } from './persistence.ts';

/** `index` among the exchanges of its connection; `scheme` and when the ones before it ended are its connection's to know, NaN for the first. */
export function makeExchange(
  log: ExchangeLog,
  row: number,
  index: number,
  scheme: string,
  idleBefore: number | undefined,
  endBefore: number,
): Exchange {
  const { texts } = log;
  const flags = log.flags(row);
  const hasRequest = (flags & HAS_REQUEST) !== 0;
  const hasHead = (flags & RESPONSE_HEAD) !== 0;
  const facts = log.persistenceFacts(row);
  const stream = log.stream(row);
  const client = log.clientKeepAlive(row);
  const max = log.keepAliveMax(row);
  const reset = -2 - max;
  // One literal, nothing spread into it: objects of many members stay quick to make and to read only so.
  return {
    connection: log.connection(row),
    index,
    streamId: stream || undefined,
    method: textOf(texts, log.method(row)),
    scheme: hasRequest ? scheme : undefined,
    authority: textOf(texts, log.authority(row)),
    target: log.target(row),
    version: log.version(row),
    status: log.status(row) || undefined,
    requestFirstFrame: log.requestFirstFrame(row) || undefined,
    requestFrame: log.requestFrame(row) || undefined,
    responseFirstFrame: log.responseFirstFrame(row) || undefined,
    responseFrame: log.responseFrame(row) || undefined,
    requestStart: known(log.requestStart(row)),
    requestEnd: known(log.requestEnd(row)),
    responseStart: known(log.responseStart(row)),
    responseEnd: known(log.responseEnd(row)),
    idleBefore,
    queued: hasRequest && stream === 0 ? Math.max(0, endBefore - log.requestEnd(row)) || 0 : undefined,
    requestBytes: log.requestBytes(row),
    responseBytes: log.responseBytes(row),
    persistence: hasHead ? judgePersistence(facts) : undefined,
    persistentByRequest: stream === 0 && facts.requestVersion > 0 ? persistsByRequest(facts) : undefined,
    persistentByResponse: stream === 0 && hasHead ? persistsByResponse(facts) : undefined,
    keepAliveUnreadable: log.unreadableKeepAlive(row),
    requestCookies: hasRequest ? (flags & REQUEST_COOKIES) !== 0 : undefined,
    responseCookies: hasHead ? (flags & RESPONSE_COOKIES) !== 0 : undefined,
    keepAliveTimeoutSeconds: counted(log.keepAliveTimeout(row)),
    keepAliveMax: counted(max),
    resetBy: reset < 0 ? undefined : (reset & 1) === CLIENT ? 'client' : 'server',
    resetCode: reset < 0 ? undefined : http2ErrorName(reset >> 1),
    clientKeepAliveTimeoutSeconds: client?.timeout,
    clientKeepAliveMax: client?.max,
    requestClose: (flags & REQUEST_CLOSE) !== 0,
    responseClose: (flags & RESPONSE_CLOSE) !== 0,
    informational: log.interim(row),
    userAgent: textOf(texts, log.userAgent(row)),
    server: textOf(texts, log.server(row)),
    notes: odditiesOf(flags >> ODDITIES),
  };
}

const textOf = (texts: ExchangeLog['texts'], id: number): string | undefined => (id === 0 ? undefined : texts.text(id));
const known = (time: number): number | undefined => (Number.isNaN(time) ? undefined : time);
const counted = (count: number): number | undefined => (count < 0 ? undefined : count);
