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

/** How connections ended, by connection: many parts of pass 2 look at it. */
export interface Endings {
  /** Whoever announced it by GOAWAY, else who sent the first FIN or RST: 0 client, 1 server, -1 nobody. */
  readonly endedBy: Int8Array;
  /** When it was announced or done; NaN while open. */
  readonly endedAt: Float64Array;
  /** From the last use to the end; NaN where the connection is open, was never of use, or was waiting for an answer. */
  readonly idle: Float64Array;
  /** 1 where, after it had served, a request and the server's close crossed: whoever closed cannot have had it, and it was never answered. */
  readonly raced: Uint8Array;
}

type LastUse = Pick<Usage, 'answered' | 'pending' | 'end'>;

export function endingsOf(columns: Columns, usage: LastUse): Endings {
  const size = columns.connections;
  const endedBy = new Int8Array(size);
  const endedAt = new Float64Array(size);
  const idle = new Float64Array(size);
  const raced = new Uint8Array(size);
  for (let each = 0; each < size; each += 1) {
    const closed = columns.closed(each);
    const goAway = columns.goAway(each);
    const announced = goAway !== undefined && !(closed < goAway.time);
    const ended = endOf(columns, each);
    endedBy[each] = announced ? (goAway.by === 'client' ? 0 : 1) : columns.closedBy(each);
    endedAt[each] = ended;
    const request = usage.pending[each]!;
    const isRaced = request >= 0 && isCrossed(columns, usage, each, request);
    if (isRaced) raced[each] = 1;
    const isWaiting = request >= 0 && columns.exchangeStart(request) < ended && !isRaced;
    idle[each] = isWaiting ? Number.NaN : Math.max(0, ended - usage.end[each]!);
  }
  return { endedBy, endedAt, idle, raced };
}

/** When the end was announced or done; NaN while open. */
export function endOf(columns: Columns, connection: number): Time {
  const closed = columns.closed(connection);
  const goAway = columns.goAway(connection);
  return goAway !== undefined && !(closed < goAway.time) ? goAway.time : closed;
}

function isCrossed(columns: Columns, { answered }: LastUse, connection: number, request: number): boolean {
  if (answered[connection]! < 0 || columns.closedBy(connection) !== 1) return false;
  const sent = columns.exchangeStart(request);
  const closed = columns.closed(connection);
  if (Math.abs(sent - closed) > Math.max(crossing, 2 * known(columns.roundTrip(connection)))) return false;
  return sent >= closed || columns.closedUnread(connection);
}
