/** Requests that crossed the close of their connection (RULES §10): whoever closed had not received them. */

import { type Duration, millisecond } from '../time.ts';
import type { Columns } from './trace.ts';

/** A request this far from the close (or two round trips) may have crossed it. */
const crossing: Duration = 200 * millisecond;

/** Of a connection that had served: whether the server closed while this request was on its way. */
export function isCrossed(columns: Columns, connection: number, request: number): boolean {
  if (columns.closedBy(connection) !== 1) return false;
  const sent = columns.exchangeStart(request);
  const closed = columns.closed(connection);
  const roundTrip = columns.roundTrip(connection);
  if (Math.abs(sent - closed) > Math.max(crossing, Number.isNaN(roundTrip) ? 0 : 2 * roundTrip)) return false;
  return sent >= closed || columns.closedUnread(connection);
}
