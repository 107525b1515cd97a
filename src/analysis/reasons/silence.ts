/** A request that found nobody: the peer knew of no connection, or nothing came back at all. */

import { millisecond, second } from '../../time.ts';
import type { Ending } from './ending.ts';

/** A reset that comes this soon (or two round trips) after a request answers it. */
const answerWithin = 250 * millisecond;
/** Retransmissions without an answer that are more than bad luck, and how long one must have waited. */
const fewest = 3;
const patience = second;

/** A reset without ACK came in answer to a request, or to a probe. */
export function isForgotten(ending: Ending): boolean {
  const { columns, connection } = ending;
  if (ending.served === 0 || !columns.closedUnaware(connection)) return false;
  const asked = ending.pending < 0 ? Number.NaN : columns.exchangeStart(ending.pending);
  const waited = columns.closed(connection) - asked;
  if (waited >= 0) return waited <= Math.max(answerWithin, 2 * ending.roundTrip) || columns.retransmissions(connection) > 0;
  return columns.unansweredProbes(connection) > 0;
}

/** A request on a connection that had served was sent again and again, and not even an ACK came. */
export function isUnheard(ending: Ending): boolean {
  const { columns, connection, pending } = ending;
  if (ending.served === 0 || pending < 0 || ending.by === 1) return false;
  const asked = columns.exchangeStart(pending);
  if (columns.lastHeard(connection, 1) > asked || columns.lastHeard(connection, 0) - asked < patience) return false;
  return columns.retransmissions(connection) >= fewest;
}
