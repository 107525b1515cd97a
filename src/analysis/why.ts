/** Why a connection was opened though another had existed: in words, for one connection and for most of an origin. */

import type { Duration, Time } from '../time.ts';
import { millisecond, second } from '../time.ts';
import type { Connection, Trace } from '../trace/index.ts';
import { type Analysis, openingClasses } from './analysis.ts';
import type { Judgement } from './judgement.ts';
import { percentile } from './percentile.ts';

/** What ended a connection, or kept it from serving. Words, then what is measured of it. */
interface Ending {
  readonly kind:
    | 'request_close'
    | 'response_close'
    | 'http_1_0'
    | 'until_close'
    | 'framing'
    | 'server_closed'
    | 'server_reset'
    | 'client_closed'
    | 'client_closed_at_once'
    | 'client_reset'
    | 'still_open';
  readonly idle: Duration | undefined;
  /** As announced by the side that closed. */
  readonly timeout: number | undefined;
  readonly requests: number;
}

/** Idle for less than this before it was closed: closed because its exchange was done, not because a timer ran out. */
const atOnce: Duration = 50 * millisecond;
/** Connections looked at to name an origin's main reason. */
const examples = 1000;

/** One line; undefined where no earlier connection is part of the answer. */
export function reasonText(trace: Trace, analysis: Pick<Analysis, 'options' | 'verdict'>, index: number): string | undefined {
  const { opening, previous } = analysis.verdict(index);
  if (previous === undefined) return undefined;
  const opened = trace.columns.opened(index);
  const gap = Math.max(0, opened - lastUse(trace, previous, opened));
  if (opening === 'missed_reuse') return `connection ${previous} to the same origin was open and had been idle for ${duration(gap)}`;
  if (opening === 'parallel') return `every open connection to the origin was busy, connection ${previous} among them`;
  if (opening === 'late') {
    const limit = duration(analysis.options.idleTimeout);
    return `connection ${previous} was last used ${duration(gap)} before, longer than the idle limit of ${limit}`;
  }
  const ending = endingOf(trace.connection(previous));
  return `connection ${previous} had served its last request ${duration(gap)} before: ${words(ending, [ending])}`;
}

/** What ended the predecessors of most avoidable connections. */
export function mainReasonOf({ costs, openings, trace }: Judgement, connections: Int32Array): string | undefined {
  const avoidable = connections.filter((each) => costs.avoidable[each] === 1 && openings.previous[each]! >= 0);
  const step = Math.max(1, avoidable.length / examples);
  const byKind = new Map<Ending['kind'], Ending[]>();
  for (let at = 0; at < avoidable.length; at += step) {
    const each = avoidable[Math.floor(at)]!;
    const opening = openingClasses[openings.opening[each]!];
    if (opening !== 'missed_reuse' && opening !== 'churn') continue;
    const ending = endingOf(trace.connection(openings.previous[each]!), opening === 'missed_reuse');
    const same = byKind.get(ending.kind);
    if (same) same.push(ending);
    else byKind.set(ending.kind, [ending]);
  }
  let most: Ending[] = [];
  for (const same of byKind.values()) if (same.length > most.length) most = same;
  return most[0] && words(most[0], most);
}

function endingOf(connection: Connection, stillOpen = false): Ending {
  const byClient = connection.closedBy === 'client';
  const ending = (kind: Ending['kind']): Ending => ({
    kind,
    idle: connection.idleBeforeClose,
    timeout: byClient ? connection.clientKeepAliveTimeoutSeconds : connection.keepAliveTimeoutSeconds,
    requests: connection.requests,
  });
  if (stillOpen) return ending('still_open');
  if (connection.persistent === false) {
    if (connection.persistenceBecause === 'close_header')
      return ending(connection.closeHeaderBy === 'server' ? 'response_close' : 'request_close');
    if (connection.persistenceBecause === 'http_1_0_default') return ending('http_1_0');
    if (connection.persistenceBecause === 'until_close_body') return ending('until_close');
    if (connection.persistenceBecause === 'framing_error') return ending('framing');
  }
  if (connection.closedBy === undefined) return ending('still_open');
  if (connection.closedWith === 'rst') return ending(byClient ? 'client_reset' : 'server_reset');
  if (!byClient) return ending('server_closed');
  return ending((connection.idleBeforeClose ?? 0) < atOnce ? 'client_closed_at_once' : 'client_closed');
}

/** `all` are the endings of this kind that are summed up. */
function words({ kind }: Ending, all: readonly Ending[]): string {
  const requests = middle(all.map((each) => each.requests)) ?? 1;
  const idle = middle(all.flatMap((each) => each.idle ?? []));
  const timeout = middle(all.flatMap((each) => each.timeout ?? []));
  const announced = timeout === undefined ? '' : ` (timeout=${timeout})`;
  const after = idle === undefined ? '' : idle < atOnce ? ' right after the response' : ` idle after ${duration(idle)}`;
  switch (kind) {
    case 'request_close':
      return 'client sends Connection: close';
    case 'response_close':
      return `server sends Connection: close${requests > 1 ? ` after ${requests} requests` : ''}`;
    case 'http_1_0':
      return 'HTTP/1.0 without keep-alive';
    case 'until_close':
      return 'response of unknown length ends with the connection';
    case 'framing':
      return 'the length of a message could not be known';
    case 'server_closed':
      return `server closed${after}${announced}`;
    case 'server_reset':
      return `server reset the connection${after}`;
    case 'client_closed':
      return `client closed${after}${announced}`;
    case 'client_closed_at_once':
      return requests === 1 ? 'one request per connection; client closes at once' : `client closes at once after ${requests} requests`;
    case 'client_reset':
      return `client reset the connection${after}`;
    case 'still_open':
      return 'connection was still open and idle (missed reuse)';
  }
}

const middle = (values: readonly number[]): number | undefined =>
  percentile(
    values.toSorted((a, b) => a - b),
    50,
  );

/** End of the last exchange that had ended by then. */
function lastUse({ columns }: Trace, connection: number, by: Time): Time {
  let last = columns.opened(connection);
  for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange)) {
    const end = columns.exchangeEnd(exchange);
    if (end <= by && end > last) last = end;
  }
  return last;
}

function duration(time: Duration): string {
  if (time < second) return `${Math.round(time / millisecond)} ms`;
  return time === Number.POSITIVE_INFINITY ? 'no limit' : `${(time / second).toFixed(1)} s`;
}
