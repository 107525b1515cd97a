/** Columns that say what HTTP/2 did on a connection beside its requests: limits, resets, PINGs, and how its end was announced. */

import type { Http2Summary } from '../../trace/index.ts';
import type { Row } from '../analysis.ts';
import { retirementOf, retirements } from '../retirement.ts';
import { type Field, type FieldValue, ms, usually } from './field.ts';
import { sideNames } from './life.ts';

type Of = (http2: Http2Summary) => FieldValue | undefined;
const of =
  (value: Of) =>
  ({ connection }: Row): FieldValue | undefined =>
    connection.http2 && value(connection.http2);

const count = (name: string, title: string, meaning: string, value: Of): Field => ({
  name,
  title,
  type: 'integer',
  meaning,
  value: of(value),
});
const time = (name: string, title: string, meaning: string, value: (http2: Http2Summary) => number | undefined): Field => ({
  name,
  title,
  type: 'number',
  meaning,
  value: of((http2) => ms(value(http2))),
});

const fieldsOfConnection: readonly Field[] = [
  {
    name: 'authorities',
    title: 'authorities',
    type: 'strings',
    meaning: 'Hosts that were asked for on it, where there are several (coalescing, or a proxy), user information masked.',
    value: ({ connection: { authorities = [] } }) => (authorities.length > 1 ? authorities : undefined),
  },
  {
    name: 'misdirected',
    title: '421',
    type: 'integer',
    meaning: 'Answers with status 421: the server does not serve that host on this connection.',
    value: ({ connection }) => connection.misdirected || undefined,
  },
  {
    name: 'http3_announced',
    title: 'h3',
    type: 'boolean',
    meaning: 'A response announced HTTP/3 in Alt-Svc: later requests may have gone by QUIC.',
    value: ({ connection }) => connection.announcesHttp3 || undefined,
  },
];

const fieldsOfHttp2: readonly Field[] = [
  count(
    'http2_stream_limit',
    'stream limit',
    "The server's SETTINGS_MAX_CONCURRENT_STREAMS as last announced; missing where it set none.",
    (http2) => http2.streamLimit,
  ),
  time(
    'http2_at_limit_ms',
    'at limit ms',
    'How long as many streams were open as the server allows: another request had to wait.',
    (http2) => http2.atLimit,
  ),
  {
    name: 'http2_goaway_by',
    title: 'GOAWAY by',
    type: 'string',
    values: sideNames,
    meaning: 'Who announced its end first with GOAWAY.',
    value: of((http2) => http2.goAway?.by),
  },
  {
    name: 'http2_goaway_code',
    title: 'GOAWAY',
    type: 'string',
    meaning: 'The code that was given, by its name in RFC 9113 section 7.',
    value: of((http2) => http2.goAway?.code),
  },
  {
    name: 'http2_goaway_because',
    title: 'retired by',
    type: 'string',
    values: retirements,
    meaning: 'Why, as far as code, streams, age and idle time tell: all but error are inferred.',
    value: ({ connection }) => retirementOf(connection),
  },
  count(
    'http2_goaway_last_stream',
    'last stream',
    'Last stream that its sender processed or will process: those above it may be sent again.',
    (http2) => http2.goAway?.lastStream,
  ),
  count('http2_goaway_streams', 'streams', 'Streams that the client had opened by then.', (http2) => http2.goAway?.streams),
  time(
    'http2_goaway_idle_ms',
    'idle then ms',
    'How long no stream had been open then; missing where one was.',
    (http2) => http2.goAway?.idle,
  ),
  count('http2_goaway_frame', 'GOAWAY frame', 'Frame of the first GOAWAY.', (http2) => http2.goAway?.frame),
  count('http2_resets_client', 'c.resets', 'Streams that the client ended with RST_STREAM.', (http2) => http2.resetsClient),
  count('http2_resets_server', 's.resets', 'Streams that the server ended with RST_STREAM.', (http2) => http2.resetsServer),
  count('http2_pings_client', 'c.pings', "PINGs of the client: HTTP/2's keep-alive.", (http2) => http2.pingsClient),
  count('http2_pings_server', 's.pings', 'PINGs of the server.', (http2) => http2.pingsServer),
  count('http2_pings_idle', 'idle pings', 'PINGs of both that were sent while no stream was open.', (http2) => http2.pingsIdle),
  count('http2_ping_acks', 'ping acks', 'Answers to PINGs.', (http2) => http2.pingAcks),
  time('http2_ping_interval_ms', 'ping every ms', 'Between the last two PINGs of one side.', (http2) => http2.pingInterval),
  time('http2_ping_answer_ms', 'ping ms', 'Median time from a PING to its answer, as captured.', (http2) => http2.pingAnswer),
  count('http2_pushes', 'pushes', 'Responses that the server promised unasked (PUSH_PROMISE).', (http2) => http2.pushes),
];

export const http2Fields: readonly Field[] = [
  ...fieldsOfConnection,
  ...usually(undefined, ({ connection }) => connection.http2 === undefined, fieldsOfHttp2),
];
