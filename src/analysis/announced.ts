/** Holds what a server announced in its Keep-Alive fields against what it did. */

import { type Duration, millisecond, second } from '../time.ts';
import type { Connection } from '../trace/index.ts';

export const announcedOutcomes = ['earlier', 'as_announced', 'later'] as const;
export type AnnouncedOutcome = (typeof announcedOutcomes)[number];

/** Both ends of an idle time are packets of the server, so the way to it cancels; what is left is how exactly it keeps time. */
const EARLY: Duration = 100 * millisecond;
const LATE: Duration = 500 * millisecond;

/**
 * When the server closed the idle connection, beside the timeout that it had announced; `later` also where it answered after more idle time
 * than that. undefined where nothing was announced or the capture does not show it.
 */
export function announcedOutcome(connection: Connection): AnnouncedOutcome | undefined {
  const { keepAliveTimeoutSeconds, idleMax, idleBeforeClose: idle, closedBy, persistent } = connection;
  if (keepAliveTimeoutSeconds === undefined) return undefined;
  const timeout = keepAliveTimeoutSeconds * second;
  if (idleMax !== undefined && idleMax > timeout + LATE) return 'later';
  if (closedBy !== 'server' || idle === undefined || persistent !== true) return undefined;
  if (idle < timeout - EARLY) return 'earlier';
  return idle > timeout + LATE ? 'later' : 'as_announced';
}
