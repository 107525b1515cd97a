/** What came right before a close: idle time, or an announcement. */

import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Columns } from '../trace/index.ts';

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
