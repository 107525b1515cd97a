/** Times in the words of reasons. */

import type { Duration } from '../../time.ts';
import { millisecond, second } from '../../time.ts';
import { atOnce, type Measures } from './ending.ts';

/** `server closed`, `client reset the connection` */
export const closedWords = ({ by, reset }: Measures): string => `${by ?? 'somebody'} ${reset ? 'reset the connection' : 'closed'}`;

/** ` idle after 5.0 s (timeout=5)` */
export function idleWords({ idle, announced }: Measures): string {
  const header = announced === undefined ? '' : ` (timeout=${announced})`;
  if (idle === undefined) return header;
  return idle < atOnce ? ` right after the response${header}` : ` idle after ${inWords(idle)}${header}`;
}

export function inWords(time: Duration): string {
  if (time < millisecond) return `${(time / millisecond).toFixed(1)} ms`;
  if (time < second) return `${Math.round(time / millisecond)} ms`;
  return time === Number.POSITIVE_INFINITY ? 'no limit' : `${(time / second).toFixed(1)} s`;
}
