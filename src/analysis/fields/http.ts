/** Columns that say what HTTP did on a connection: requests, reuse, idle time, persistence. */

import { type Connection, persistenceRules } from '../../trace/index.ts';
import type { Row } from '../analysis.ts';
import { announcedOutcome, announcedOutcomes } from '../announced.ts';
import { isUnread } from '../sealed.ts';
import { type Field, ms } from './field.ts';
import { sideNames } from './life.ts';

/** Missing where it is encrypted and could not be read, or was not captured. */
const read =
  (value: (connection: Connection) => number) =>
  ({ connection }: Row): number | undefined =>
    isUnread(connection) ? undefined : value(connection);

export const httpFields: readonly Field[] = [
  {
    name: 'requests',
    title: 'reqs',
    type: 'integer',
    meaning: 'HTTP requests; missing where TLS could not be opened (see requests_estimated), and where a snap length left no payload.',
    value: read(({ requests }) => requests),
  },
  {
    name: 'responses',
    title: 'resps',
    type: 'integer',
    meaning: 'Final HTTP responses (1xx are not counted).',
    value: read(({ responses }) => responses),
  },
  {
    name: 'reuses',
    title: 'reuses',
    type: 'integer',
    meaning: 'Requests after the first; CONNECT does not count.',
    value: read(({ reuses }) => reuses),
  },
  {
    name: 'pipelined',
    title: 'pipelined',
    type: 'integer',
    meaning: 'HTTP/1 requests whose first byte came before the end of the response before.',
    value: read(({ pipelined }) => pipelined),
  },
  {
    name: 'max_concurrent',
    title: 'concurrent',
    type: 'integer',
    meaning: 'The most exchanges that were in progress at once.',
    value: read(({ maxConcurrent }) => maxConcurrent),
  },
  {
    name: 'requests_estimated',
    title: 'reqs est.',
    type: 'integer',
    meaning: 'Requests estimated from record sizes, where it is encrypted and no key is known.',
    value: (row) => row.connection.requestsEstimated?.requests,
  },
  {
    name: 'requests_estimated_low',
    title: 'est. low',
    type: 'integer',
    meaning: 'Lower bound of that estimate.',
    value: (row) => row.connection.requestsEstimated?.low,
  },
  {
    name: 'requests_estimated_high',
    title: 'est. high',
    type: 'integer',
    meaning: 'Upper bound of that estimate.',
    value: (row) => row.connection.requestsEstimated?.high,
  },
  {
    name: 'idle_max_ms',
    title: 'idle max ms',
    type: 'number',
    meaning:
      'Longest HTTP idle time between two exchanges; TCP keep-alive probes do not interrupt it. Missing where it never was idle between two.',
    value: (row) => ms(row.connection.idleMax),
  },
  {
    name: 'idle_total_ms',
    title: 'idle ms',
    type: 'number',
    meaning: 'All HTTP idle time between exchanges.',
    value: (row) => ms(row.connection.idleTotal),
  },
  {
    name: 'idle_before_close_ms',
    title: 'idle end ms',
    type: 'number',
    meaning:
      'From the end of the last exchange to the close, requests that met it apart; missing where one had not ended (no answer, websocket).',
    value: (row) => ms(row.connection.idleBeforeClose),
  },
  {
    name: 'http_persistence',
    title: 'persistent',
    type: 'boolean',
    meaning: 'Whether it could carry another exchange after the last one (RFC 9112 section 9.3).',
    value: (row) => row.connection.persistent,
  },
  {
    name: 'http_persistence_because',
    title: 'because',
    type: 'string',
    values: persistenceRules,
    meaning: 'The rule that decided it.',
    value: (row) => row.connection.persistenceBecause,
  },
  {
    name: 'http_keep_alive_timeout_s',
    title: 'timeout s',
    type: 'number',
    meaning: 'timeout of the Keep-Alive header as last announced by the server.',
    value: (row) => row.connection.keepAliveTimeoutSeconds,
  },
  {
    name: 'http_keep_alive_max',
    title: 'max',
    type: 'number',
    meaning: 'max of the Keep-Alive header as last announced by the server.',
    value: (row) => row.connection.keepAliveMax,
  },
  {
    name: 'http_keep_alive_client_timeout_s',
    title: 'c.timeout s',
    type: 'number',
    meaning: 'timeout of the Keep-Alive header as last announced by the client.',
    value: (row) => row.connection.clientKeepAliveTimeoutSeconds,
  },
  {
    name: 'http_keep_alive_client_max',
    title: 'c.max',
    type: 'number',
    meaning: 'max of the Keep-Alive header as last announced by the client.',
    value: (row) => row.connection.clientKeepAliveMax,
  },
  {
    name: 'http_keep_alive_max_first',
    title: 'first max',
    type: 'number',
    meaning: 'max of the Keep-Alive header as first announced by the server.',
    value: (row) => row.connection.keepAliveAnnouncements?.maxFirst,
  },
  {
    name: 'http_keep_alive_max_counts_down',
    title: 'counts down',
    type: 'boolean',
    meaning: 'max fell by one with each response: it is what is left.',
    value: (row) => row.connection.keepAliveAnnouncements?.countsDown,
  },
  {
    name: 'http_keep_alive_changes',
    title: 'changes',
    type: 'integer',
    meaning: 'How often the server announced other values than before, a max that counts down apart.',
    value: (row) => row.connection.keepAliveAnnouncements?.changes,
  },
  {
    name: 'http_keep_alive_observed',
    title: 'observed',
    type: 'string',
    values: announcedOutcomes,
    meaning: 'When the server closed the idle connection, or still answered on it, beside the timeout that it had announced.',
    value: (row) => announcedOutcome(row.connection),
  },
  {
    name: 'http_close_by',
    title: 'close by',
    type: 'string',
    values: sideNames,
    meaning: 'Who sent Connection: close first.',
    value: (row) => row.connection.closeHeaderBy,
  },
];
