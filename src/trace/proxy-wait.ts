/** What a proxy's yes cost a connection, through CONNECT or SOCKS: from when to when, and in how many round trips. */

import { IS_CONNECT, LEFT_HTTP } from '../http/index.ts';
import type { Time } from '../time.ts';
import type { Records } from './records.ts';

export interface ProxyWait {
  /** First byte of the client, last byte of the proxy's yes, as captured; NaN where there was none. */
  readonly begun: Time;
  readonly granted: Time;
  readonly roundTrips: number;
}

const none: ProxyWait = { begun: Number.NaN, granted: Number.NaN, roundTrips: 0 };

export function proxyWait(c: number, { log, facts }: Pick<Records, 'log' | 'facts'>): ProxyWait {
  const socks = facts.socks.size > 0 ? facts.socks.get(c) : undefined;
  if (socks) return { begun: socks.asked, granted: socks.granted, roundTrips: socks.roundTrips };
  const first = facts.firstExchange(c);
  if (first < 0 || (log.flags(first) & IS_CONNECT) === 0) return none;
  // It may have wanted to know first who asks (407).
  let e = first;
  let roundTrips = 1;
  for (; e >= 0 && (log.flags(e) & (IS_CONNECT | LEFT_HTTP)) === IS_CONNECT; e = log.next(e)) roundTrips += 1;
  if (e < 0 || (log.flags(e) & IS_CONNECT) === 0) return none;
  return { begun: log.requestStart(first), granted: log.responseEnd(e), roundTrips };
}
