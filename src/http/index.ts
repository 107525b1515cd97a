/** The door of http: turns a byte stream into exchanges. */

export * from './exchange.ts';
export {
  ABSOLUTE_FORM,
  HAS_REQUEST,
  HAS_RESPONSE,
  IS_CONNECT,
  LEFT_HTTP,
  REQUEST_CLOSE,
  RESPONSE_CLOSE,
  RESPONSE_HEAD,
} from './exchange-layout.ts';
export { ExchangeLog } from './exchange-log.ts';
export { makeExchange } from './exchange-record.ts';
export { type ExchangePlace, ExchangeView } from './exchange-view.ts';
export { HEADER_LENGTH, isFrame } from './frame-types.ts';
export { HeadPool } from './head.ts';
export { Http1Session } from './http1.ts';
export type { Http1Host } from './http1-host.ts';
export { Http2Session } from './http2.ts';
export { type GoAway, Http2Facts, type Http2Summary, http2ErrorName } from './http2-facts.ts';
export type { Http2Ping } from './http2-pings.ts';
export { recogniseHttp2 } from './http2-start.ts';
export type { Http2Start } from './http2-streams.ts';
export { isRequestLine, isRequestStart, isResponseStart, skipBlankLines } from './start-line.ts';
