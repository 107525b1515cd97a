/** The curve: handshakes needed against how long idle connections are kept, and what keeping them would hold. */

import { allAtOnce, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { CurvePoint } from './analysis.ts';
import type { ColumnMemory } from './column-memory.ts';
import { orderBy } from './order.ts';
import { expired, type Pool, type PoolRules, rested, woke } from './pool.ts';
import type { Requests } from './requests.ts';

export const curveTimeouts: readonly Duration[] = [1, 2, 5, 10, 15, 30, 60, 75, 120, 300, Number.POSITIVE_INFINITY].map(
  (timeout) => timeout * second,
);

/** Of some pool keys; of the whole trace where none are named. */
export const curveOf = (
  requests: Requests,
  pool: Pool,
  keys?: Iterable<number>,
  timeouts: readonly Duration[] = curveTimeouts,
): readonly CurvePoint[] => allAtOnce(curving(requests, pool, keys, timeouts));

/** The same in steps, a few for each limit. */
export function* curving(
  requests: Requests,
  pool: Pool,
  keys?: Iterable<number>,
  timeouts: readonly Duration[] = curveTimeouts,
): Steps<readonly CurvePoint[]> {
  const lanes = keys === undefined ? allLanes(requests) : [...keys].flatMap((key) => [2 * key, 2 * key + 1]);
  const { memory } = pool;
  const lent = memory.lend();
  const positions = keys === undefined ? undefined : positionsOf(requests, lanes, lent);
  const arrivals = inOrder(requests.arrival, positions, lent);
  yield;
  const ends = inOrder(requests.end, positions, lent);
  const points: CurvePoint[] = [];
  for (const idleTimeout of timeouts) {
    yield;
    // From here to the peak in one step: that reads the marks, which any other replay overwrites.
    let opensMin = 0;
    let wasted = 0;
    let idle = 0;
    for (const lane of lanes) {
      pool.replay(lane, { idleTimeout, policy: 'oldest_idle', concurrency: Number.POSITIVE_INFINITY });
      opensMin += pool.opens;
      wasted += pool.wasted;
      idle += pool.idle;
    }
    const idleConnectionsPeak = idlePeak(requests, arrivals, ends, pool.marks, idleTimeout);
    let opensLifo: number | undefined;
    points.push({
      idleTimeout,
      opensMin,
      // A replay of its own, and most who look at a curve look at the least.
      get opensLifo(): number {
        opensLifo ??= opensOf(pool, lanes, { idleTimeout, policy: 'last_used', concurrency: Number.POSITIVE_INFINITY });
        return opensLifo;
      },
      wasted,
      idleConnectionSeconds: idle / second,
      idleConnectionsPeak,
    });
  }
  memory.takeBack(lent);
  return points;
}

function opensOf(pool: Pool, lanes: readonly number[], rules: PoolRules): number {
  let opens = 0;
  for (const lane of lanes) {
    pool.replay(lane, rules);
    opens += pool.opens;
  }
  return opens;
}

const allLanes = ({ lanes }: Requests): number[] => Array.from({ length: lanes.length - 1 }, (_, lane) => lane);

function positionsOf({ lanes: bounds }: Requests, lanes: readonly number[], memory: ColumnMemory): Int32Array {
  const positions = memory.int32(lanes.reduce((sum, lane) => sum + bounds[lane + 1]! - bounds[lane]!, 0));
  let filled = 0;
  for (const lane of lanes) for (let at = bounds[lane]!; at < bounds[lane + 1]!; at += 1) positions[filled++] = at;
  return positions;
}

/** Positions in order of a time; all of them where none are named. Those of each lane lie one after the other, so that reading them in that order is quick. */
function inOrder(column: Float64Array, positions: Int32Array | undefined, memory: ColumnMemory): Int32Array {
  const sorted = memory.int32(positions?.length ?? column.length);
  const mark = memory.mark();
  if (positions === undefined) sorted.set(orderBy(column, undefined, memory));
  else {
    const times = memory.float64(positions.length);
    for (let at = 0; at < positions.length; at += 1) times[at] = column[positions[at]!]!;
    const order = orderBy(times, undefined, memory);
    for (let at = 0; at < sorted.length; at += 1) sorted[at] = positions[order[at]!]!;
  }
  memory.rewind(mark);
  return sorted;
}

/** Idle times begin in order of ends; they end in order of arrivals, or in order of ends again, one timeout later: three ordered lists to merge. */
function idlePeak({ arrival, end }: Requests, arrivals: Int32Array, ends: Int32Array, marks: Uint8Array, idleTimeout: Duration): number {
  const size = ends.length;
  let idle = 0;
  let peak = 0;
  let arrived = 0;
  let gone = 0;
  for (let at = 0; at < size; at += 1) {
    if (!(marks[ends[at]!]! & rested)) continue;
    const now = end[ends[at]!]!;
    for (; arrived < size && arrival[arrivals[arrived]!]! <= now; arrived += 1) if (marks[arrivals[arrived]!]! & woke) idle -= 1;
    for (; gone < at && end[ends[gone]!]! + idleTimeout <= now; gone += 1) if (marks[ends[gone]!]! & expired) idle -= 1;
    idle += 1;
    if (idle > peak) peak = idle;
  }
  return peak;
}
