/** What came right before a close: idle time, or a request that crossed it. */

import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Columns } from '../trace/index.ts';

/** A request this far from the close (or two round trips) may have crossed it. */
const crossing: Duration = 200 * millisecond;

/** Closed after less than this (and a round trip): because the exchange was done, not because a timer ran out. */
export const soon: Duration = 500 * millisecond;

export const known = (duration: Duration): Duration => (Number.isNaN(duration) ? 0 : duration);

/** The GOAWAY by which a side announced the end before anybody closed. */
export function announcedEnd(columns: Columns, connection: number): ReturnType<Columns['goAway']> {
  const goAway = columns.goAway(connection);
  return goAway !== undefined && !(columns.closed(connection) < goAway.time) ? goAway : undefined;
}

/** When the end was announced or done; NaN while open. */
export const endOf = (columns: Columns, connection: number): Time => announcedEnd(columns, connection)?.time ?? columns.closed(connection);

/** Of a connection that had served: whether the server closed while this request was on its way. */
export function isCrossed(columns: Columns, connection: number, request: number): boolean {
  if (columns.closedBy(connection) !== 1) return false;
  const sent = columns.exchangeStart(request);
  const closed = columns.closed(connection);
  if (Math.abs(sent - closed) > Math.max(crossing, 2 * known(columns.roundTrip(connection)))) return false;
  return sent >= closed || columns.closedUnread(connection);
}
