/** Who announced the end of an HTTP/2 connection with GOAWAY, and why, as far as its code, its time and its streams tell (RFC 9113 §6.8). */

import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { Connection } from '../trace/index.ts';

export const retirements = ['error', 'request_cap', 'age_limit', 'idle_limit', 'shutdown'] as const;
export type Retirement = (typeof retirements)[number];

/** Caps are round numbers: nginx's keepalive_requests is 1000, once 100; a stream or two that were on their way come on top. */
const cap = 100;
const onTheWay = 2;
/** Whoever waited longer than this without a stream was idle; shorter, and something else ended it. */
const isIdle: Duration = 1 * second;
/** Age limits are whole multiples of five minutes, nginx's keepalive_time is an hour; it takes a request or a timer's step until one acts. */
const age: Duration = 300 * second;
const ageLate = 0.02;

/** undefined where no end was announced. A code other than NO_ERROR is a word; everything else is inferred. */
export function retirementOf({ http2, start }: Pick<Connection, 'http2' | 'start'>): Retirement | undefined {
  const goAway = http2?.goAway;
  if (!goAway) return undefined;
  if (goAway.code !== 'NO_ERROR') return 'error';
  const { streams, time } = goAway;
  const old = time - start;
  // Without any stream it was idle from its beginning.
  const idle = streams === 0 ? old : goAway.idle;
  if (idle !== undefined && idle >= isIdle) return 'idle_limit';
  if (goAway.by === 'client') return 'shutdown';
  if (streams >= cap && streams % cap <= onTheWay) return 'request_cap';
  if (old >= age && old % age <= Math.max(2 * second, ageLate * old)) return 'age_limit';
  return 'shutdown';
}
