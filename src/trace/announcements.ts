/** What a server announced over a connection's life: how the values of its Keep-Alive fields went from response to response. */

import type { Exchange } from '../http/index.ts';
import type { KeepAliveAnnouncements } from './connection.ts';

/** undefined where no response announces anything. */
export function announcementsOf(exchanges: readonly Exchange[]): KeepAliveAnnouncements | undefined {
  let before: Exchange | undefined;
  let maxFirst: number | undefined;
  let countsDown: boolean | undefined;
  let changes = 0;
  for (const exchange of exchanges) {
    const { keepAliveTimeoutSeconds: timeout, keepAliveMax: max } = exchange;
    if (timeout === undefined && max === undefined) continue;
    maxFirst ??= max;
    if (before) {
      // Apache's max is what is left: it falls by one with each response; Node's is a constant.
      const isOneLess =
        max !== undefined && before.keepAliveMax !== undefined && before.keepAliveMax - max === exchange.index - before.index;
      if (max !== undefined && before.keepAliveMax !== undefined) countsDown = (countsDown ?? true) && isOneLess;
      if (timeout !== before.keepAliveTimeoutSeconds || (max !== before.keepAliveMax && !isOneLess)) changes += 1;
    }
    before = exchange;
  }
  return before && { maxFirst, countsDown, changes };
}
