/** What a change would have saved of this capture's handshakes, and what it would have held: by the same replay as the verdicts. */

import { allAtOnce } from '../../steps.ts';
import type { Duration } from '../../time.ts';
import { openingClasses } from '../analysis.ts';
import { known } from '../before-close.ts';
import { curveOf } from '../curve.ts';
import type { Judgement } from '../judgement.ts';
import { Openings } from '../openings.ts';
import { cureOf, type Situation } from './situations.ts';

export interface Effect {
  readonly handshakes: number;
  readonly saves: Duration;
  /** Idle connections held at once. */
  readonly peak: number | undefined;
  readonly races: number;
}

/** Only connections whose predecessor that limit had ended are counted: others would be opened all the same. */
export function effectOfIdleLimit(judgement: Judgement, { keys, setting }: Situation, idleTimeout: Duration): Effect {
  const { memory, pool, requests, setups, trace } = judgement;
  const lanes = lanesOf(keys);
  const [point] = curveOf(requests, pool, keys, [idleTimeout]);
  for (const lane of lanes) pool.replay(lane, { idleTimeout, policy: 'oldest_idle', concurrency: Number.POSITIVE_INFINITY });
  const lent = memory.lend();
  const openings = new Openings(trace, requests, { idleTimeout }, lent);
  allAtOnce(openings.fill(pool.marks, lanes));
  let handshakes = 0;
  let saves = 0;
  for (const key of keys) {
    for (const each of membersOf(judgement, key)) {
      if (openingClasses[openings.opening[each]!] !== 'churn') continue;
      if (cureOf(judgement, openings.previous[each]!)?.[0] !== setting) continue;
      handshakes += 1;
      saves += known(setups.get(each));
    }
  }
  memory.takeBack(lent);
  return { handshakes, saves, peak: point!.idleConnectionsPeak, races: 0 };
}

/** As if the connections of HTTP/1 could each carry several exchanges at once. */
export function effectOfSharing(judgement: Judgement, { keys }: Situation): Effect {
  const { costs, counts, options, pool } = judgement;
  let handshakes = 0;
  let saves = 0;
  for (const key of keys) {
    pool.replay(2 * key, {
      idleTimeout: options.idleTimeout,
      policy: 'oldest_idle',
      concurrency: Number.POSITIVE_INFINITY,
      multiplexes: true,
    });
    const needed = counts.actual[key]! - counts.avoidable[key]!;
    handshakes += Math.max(0, needed - pool.opens);
    const avoidable = membersOf(judgement, key).reduce((sum, each) => sum + known(costs.wasted(each)), 0);
    saves += Math.max(0, pool.wasted - avoidable);
  }
  return { handshakes, saves, peak: undefined, races: 0 };
}

/** How long nobody used any connection of a pool, before somebody did: in ascending order. */
export function idleGaps({ requests }: Judgement, keys: Iterable<number>): readonly Duration[] {
  const { arrival, end, lanes } = requests;
  const gaps: Duration[] = [];
  for (const lane of lanesOf(keys)) {
    let latest = Number.NaN;
    for (let at = lanes[lane]!; at < lanes[lane + 1]!; at += 1) {
      const gap = arrival[at]! - latest;
      if (gap > 0) gaps.push(gap);
      if (!(end[at]! <= latest)) latest = end[at]!;
    }
  }
  return gaps.sort((a, b) => a - b);
}

const lanesOf = (keys: Iterable<number>): number[] => [...keys].flatMap((key) => [2 * key, 2 * key + 1]);

const membersOf = ({ keys }: Judgement, key: number): Int32Array => keys.members.subarray(keys.offsets[key]!, keys.offsets[key + 1]!);
