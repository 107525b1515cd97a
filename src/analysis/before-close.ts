/** What came right before a close: idle time, or a request that crossed it. */

import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import type { Usage } from './usage.ts';

/** A request this far from the close (or two round trips) may have crossed it. */
const crossing: Duration = 200 * millisecond;

/** Closed after less than this (and a round trip): because the exchange was done, not because a timer ran out. */
export const soon: Duration = 500 * millisecond;

export const known = (duration: Duration): Duration => (Number.isNaN(duration) ? 0 : duration);

/** Who ended the connection: whoever announced it by GOAWAY, else who sent the first FIN or RST; 0 client, 1 server, -1 nobody. */
export function endedBy(columns: Columns, connection: number): 0 | 1 | -1 {
  const goAway = columns.goAway(connection);
  if (goAway !== undefined && !(columns.closed(connection) < goAway.time)) return goAway.by === 'client' ? 0 : 1;
  return columns.closedBy(connection);
}

/** When it was announced or done; NaN while open. */
export function endedAt(columns: Columns, connection: number): Time {
  const closed = columns.closed(connection);
  const goAway = columns.goAway(connection);
  return goAway !== undefined && !(closed < goAway.time) ? goAway.time : closed;
}

/** On a connection that had served, a request and the server's close crossed: whoever closed cannot have had it, and it was never answered. */
export function isRaced(columns: Columns, usage: Usage, connection: number): boolean {
  const request = usage.pending[connection]!;
  if (request < 0 || usage.answered[connection]! < 0 || columns.closedBy(connection) !== 1) return false;
  const sent = columns.exchangeStart(request);
  const closed = columns.closed(connection);
  if (Math.abs(sent - closed) > Math.max(crossing, 2 * known(columns.roundTrip(connection)))) return false;
  return sent >= closed || columns.closedUnread(connection);
}

/** From the last use to the end; NaN where the connection is open, was never of use, or was waiting for an answer. */
export function idleBeforeClose(columns: Columns, usage: Usage, connection: number): Duration {
  const request = usage.pending[connection]!;
  const ended = endedAt(columns, connection);
  if (request >= 0 && columns.exchangeStart(request) < ended && !isRaced(columns, usage, connection)) return Number.NaN;
  return Math.max(0, ended - usage.end[connection]!);
}
