/** Something on the way forgot a silent flow: after a long idle time the request came through no more. */

import { second } from '../../../time.ts';
import type { CloseRule, Ending } from '../ending.ts';
import { isForgotten, isUnheard } from '../silence.ts';

export const natDrop: CloseRule<'nat_drop'> = {
  code: 'nat_drop',
  holds: (ending) => (isForgotten(ending) || isUnheard(ending)) && idleBefore(ending) >= shortest(ending),
  confidence: () => 'inferred',
  words: ({ idle }) =>
    `a NAT, firewall or load balancer dropped the silent flow${idle === undefined ? '' : ` (idle ${(idle / second).toFixed(0)} s)`}`,
};

const idleBefore = (ending: Ending): number =>
  ending.pending < 0 ? Number.NaN : ending.columns.exchangeStart(ending.pending) - ending.known.usage.end[ending.connection]!;

/** Nothing on the way that is known forgets earlier. */
const shortest = (ending: Ending): number =>
  ending.known.timers.reduce(
    (least, timer) =>
      timer.role === 'network_idle' && timer.verified && timer.value !== undefined ? Math.min(least, timer.value * second) : least,
    Number.POSITIVE_INFINITY,
  );
