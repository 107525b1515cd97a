/** Something on the way forgot a silent flow: after a long idle time the request came through no more. */

import { second } from '../../../time.ts';
import type { CloseRule, Ending } from '../ending.ts';
import { isForgotten, isUnheard } from '../silence.ts';

export const natDrop: CloseRule<'nat_drop'> = {
  code: 'nat_drop',
  holds: (ending) => (isForgotten(ending) || isUnheard(ending)) && ending.silence >= shortest(ending),
  confidence: () => 'inferred',
  words: ({ silence = 0 }) => `a NAT, firewall or load balancer dropped the silent flow (idle ${(silence / second).toFixed(0)} s)`,
};

/** Nothing on the way that is known forgets earlier. */
const shortest = (ending: Ending): number =>
  ending.known.timers.reduce(
    (least, timer) =>
      timer.role === 'network_idle' && timer.verified && timer.value !== undefined ? Math.min(least, timer.value * second) : least,
    Number.POSITIVE_INFINITY,
  );
