/** Columns of the exchanges table: one request and its response. */

import { type Duration, millisecond, type Time } from '../../time.ts';
import { type Connection, type Exchange, httpVersions, persistenceRules } from '../../trace/index.ts';
import { type ExchangeRow, type Field, ms, notYet } from './field.ts';
import { sideNames } from './life.ts';
import { noteCodes } from './verdict.ts';

export const exchangeFields: readonly Field<ExchangeRow>[] = [
  { name: 'connection_id', title: '#', type: 'integer', meaning: 'id of its connection.', value: (row) => row.exchange.connection },
  {
    name: 'index',
    title: 'n',
    type: 'integer',
    meaning: 'Its place among the exchanges of that connection, from 0.',
    value: (row) => row.exchange.index,
  },
  { name: 'stream_id', title: 'stream', type: 'integer', meaning: 'HTTP/2 stream.', value: (row) => row.exchange.streamId },
  {
    name: 'method',
    title: 'method',
    type: 'string',
    meaning: 'Request method; missing where the request is not in the capture.',
    value: (row) => row.exchange.method,
  },
  { name: 'scheme', title: 'scheme', type: 'string', meaning: 'Scheme of the target.', value: (row) => row.exchange.scheme },
  {
    name: 'authority',
    title: 'authority',
    type: 'string',
    meaning: 'Host or :authority, user information masked.',
    value: (row) => row.exchange.authority,
  },
  {
    name: 'target',
    title: 'target',
    type: 'string',
    meaning: 'Request target with query values and user information masked; missing where not kept.',
    value: (row) => row.exchange.target,
  },
  { name: 'version', title: 'HTTP', type: 'string', values: httpVersions, meaning: 'HTTP version.', value: (row) => row.exchange.version },
  {
    name: 'status',
    title: 'status',
    type: 'integer',
    meaning: 'Final status; missing where no response came.',
    value: (row) => row.exchange.status,
  },
  {
    name: 'request_first_frame',
    title: 'req first',
    type: 'integer',
    meaning: 'Frame in which the request begins.',
    value: (row) => row.exchange.requestFirstFrame,
  },
  {
    name: 'request_frame',
    title: 'req frame',
    type: 'integer',
    meaning: "Frame in which the request's head is complete.",
    value: (row) => row.exchange.requestFrame,
  },
  {
    name: 'response_first_frame',
    title: 'resp first',
    type: 'integer',
    meaning: 'Frame in which the response begins.',
    value: (row) => row.exchange.responseFirstFrame,
  },
  {
    name: 'response_frame',
    title: 'resp frame',
    type: 'integer',
    meaning: "Frame in which the response's head is complete.",
    value: (row) => row.exchange.responseFrame,
  },
  {
    name: 'request_start_ms',
    title: 'start ms',
    type: 'number',
    meaning: 'First byte of the request, since the first frame of the trace.',
    value: (row) => ms(row.exchange.requestStart),
  },
  {
    name: 'request_end_ms',
    title: 'sent ms',
    type: 'number',
    meaning: 'Last byte of the request.',
    value: (row) => ms(row.exchange.requestEnd),
  },
  {
    name: 'response_start_ms',
    title: 'answer ms',
    type: 'number',
    meaning: 'First byte of the response.',
    value: (row) => ms(row.exchange.responseStart),
  },
  {
    name: 'response_end_ms',
    title: 'end ms',
    type: 'number',
    meaning: 'Last byte of the response.',
    value: (row) => ms(row.exchange.responseEnd),
  },
  {
    name: 'idle_before_ms',
    title: 'idle ms',
    type: 'number',
    meaning: 'From the end of the exchange before it on the same connection to its first byte.',
    value: (row) => ms(row.exchange.idleBefore),
  },
  {
    name: 'queued_ms',
    title: 'queued ms',
    type: 'number',
    meaning: 'How long the whole request waited behind the responses before it (pipelining).',
    value: (row) => ms(row.exchange.queued),
  },
  {
    name: 'waited_for_previous',
    title: 'waited',
    type: 'boolean',
    meaning: 'The request left within 5 ms of the answer before it: it seems to have waited for that (head of line).',
    value: ({ exchange, connection }) => waitedForPrevious(exchange, connection),
  },
  {
    name: 'time_to_first_byte_ms',
    title: 'ttfb ms',
    type: 'number',
    meaning: 'First byte of the request to first byte of the response, as the client felt it.',
    value: ({ exchange, connection }) => ms(sum(between(exchange.requestStart, exchange.responseStart), connection.rttClient)),
  },
  {
    name: 'server_time_ms',
    title: 'server ms',
    type: 'number',
    meaning: 'Last byte of the request to first byte of the response, without the way to the server and back, or the time queued.',
    value: ({ exchange, connection }) => ms(serverTime(exchange, connection)),
  },
  {
    name: 'transfer_ms',
    title: 'transfer ms',
    type: 'number',
    meaning: 'First to last byte of the response.',
    value: ({ exchange }) => ms(between(exchange.responseStart, exchange.responseEnd)),
  },
  {
    name: 'request_bytes',
    title: 'req bytes',
    type: 'integer',
    meaning: 'Bytes of the request, head and body (transfer coding included).',
    value: (row) => row.exchange.requestBytes,
  },
  {
    name: 'response_bytes',
    title: 'resp bytes',
    type: 'integer',
    meaning: 'Bytes of the response, head and body (transfer coding included).',
    value: (row) => row.exchange.responseBytes,
  },
  {
    name: 'persistent',
    title: 'persistent',
    type: 'boolean',
    meaning: 'The connection could carry another exchange after this one.',
    value: (row) => row.exchange.persistence?.persistent,
  },
  {
    name: 'persistence_because',
    title: 'because',
    type: 'string',
    values: persistenceRules,
    meaning: 'The rule that decided it.',
    value: (row) => row.exchange.persistence?.because,
  },
  {
    name: 'persistent_by_request',
    title: 'by request',
    type: 'boolean',
    meaning: 'What the server concludes from the request (HTTP/1).',
    value: (row) => row.exchange.persistentByRequest,
  },
  {
    name: 'persistent_by_response',
    title: 'by response',
    type: 'boolean',
    meaning: 'What the client concludes from the response (HTTP/1).',
    value: (row) => row.exchange.persistentByResponse,
  },
  {
    name: 'http_keep_alive_timeout_s',
    title: 'timeout s',
    type: 'number',
    meaning: "timeout of the response's Keep-Alive header.",
    value: (row) => row.exchange.keepAliveTimeoutSeconds,
  },
  {
    name: 'http_keep_alive_max',
    title: 'max',
    type: 'number',
    meaning: "max of the response's Keep-Alive header.",
    value: (row) => row.exchange.keepAliveMax,
  },
  {
    name: 'http_keep_alive_client_timeout_s',
    title: 'c.timeout s',
    type: 'number',
    meaning: "timeout of the request's Keep-Alive header, also as the bare number of old browsers.",
    value: (row) => row.exchange.clientKeepAliveTimeoutSeconds,
  },
  {
    name: 'http_keep_alive_client_max',
    title: 'c.max',
    type: 'number',
    meaning: "max of the request's Keep-Alive header.",
    value: (row) => row.exchange.clientKeepAliveMax,
  },
  {
    name: 'http_keep_alive_unreadable',
    title: 'unreadable',
    type: 'string',
    meaning: 'A Keep-Alive header of which not everything is a number below 2^31, as it was sent.',
    value: (row) => row.exchange.keepAliveUnreadable,
  },
  {
    name: 'informational',
    title: '1xx',
    type: 'integer',
    meaning: 'Interim (1xx) responses before the final one.',
    value: (row) => row.exchange.informational,
  },
  {
    name: 'reset_by',
    title: 'reset by',
    type: 'string',
    values: sideNames,
    meaning: 'Who ended its HTTP/2 stream with RST_STREAM.',
    value: (row) => row.exchange.resetBy,
  },
  {
    name: 'reset_code',
    title: 'reset',
    type: 'string',
    meaning: 'The code that was given, by its name in RFC 9113 section 7.',
    value: (row) => row.exchange.resetCode,
  },
  {
    name: 'retried_as',
    title: 'retried as',
    type: 'integer',
    meaning: 'The connection on which the same request was sent again.',
    value: notYet,
  },
  {
    name: 'user_agent',
    title: 'user agent',
    type: 'string',
    meaning: 'User-Agent of the request.',
    value: (row) => row.exchange.userAgent,
  },
  { name: 'server', title: 'server', type: 'string', meaning: 'Server of the response.', value: (row) => row.exchange.server },
  {
    name: 'request_cookies',
    title: 'cookies',
    type: 'boolean',
    meaning: 'The request carries cookies; their values are not kept.',
    value: (row) => row.exchange.requestCookies,
  },
  {
    name: 'response_cookies',
    title: 'sets cookies',
    type: 'boolean',
    meaning: 'The response sets cookies.',
    value: (row) => row.exchange.responseCookies,
  },
  {
    name: 'notes',
    title: 'notes',
    type: 'strings',
    values: noteCodes,
    meaning: 'Codes of damage and oddities in this exchange.',
    value: ({ exchange }) => (exchange.notes.length > 0 ? exchange.notes : undefined),
  },
];

const between = (from: Time | undefined, to: Time | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from;

const sum = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? undefined : a + b);

/** What is left of the wait when the way from the capture point to the server and back is taken off, or the wait for the responses before. */
function serverTime({ requestEnd, responseStart, queued = 0 }: Exchange, { rttServer }: Connection): Duration | undefined {
  const wait = between(requestEnd, responseStart);
  // An answer that came before the request was complete took no time that one could name.
  if (wait === undefined || rttServer === undefined || wait < 0) return undefined;
  return Math.max(0, wait - Math.max(rttServer, queued));
}

/** What a client that has the next request at hand needs to send it. */
const AT_ONCE: Duration = 5 * millisecond;

/** Of what lies between, the way to the client and back is no waiting of its own. */
function waitedForPrevious({ idleBefore, queued, streamId }: Exchange, { rttClient }: Connection): boolean | undefined {
  if (idleBefore === undefined || streamId !== undefined) return undefined;
  if (idleBefore <= AT_ONCE) return queued === 0;
  return rttClient === undefined ? undefined : idleBefore - rttClient <= AT_ONCE;
}
