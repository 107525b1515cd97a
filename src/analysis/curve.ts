/** The curve: handshakes needed against how long idle connections are kept, and what keeping them would hold. */

import { allAtOnce, type Steps, stepRows } from '../steps.ts';
import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { CurvePoint } from './analysis.ts';
import type { ColumnMemory } from './column-memory.ts';
import { orderBy } from './order.ts';
import { expired, type Pool, rested, woke } from './pool.ts';
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
  const positions = keys === undefined ? undefined : positionsOf(requests, lanes);
  const { memory } = pool;
  const lent = memory.lend();
  const arrivals = inOrder(requests.arrival, positions, lent);
  yield;
  const ends = inOrder(requests.end, positions, lent);
  const points: CurvePoint[] = [];
  for (const idleTimeout of timeouts) {
    yield;
    let opensLifo = 0;
    let replayed = 0;
    for (const lane of lanes) {
      pool.replay(lane, { idleTimeout, policy: 'last_used', concurrency: Number.POSITIVE_INFINITY });
      opensLifo += pool.opens;
      replayed += requests.lanes[lane + 1]! - requests.lanes[lane]!;
      if (replayed < stepRows) continue;
      replayed = 0;
      yield;
    }
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
    const idleConnectionsPeak = idlePeak(arrivals, ends, pool.marks, idleTimeout);
    points.push({ idleTimeout, opensMin, opensLifo, wasted, idleConnectionSeconds: idle / second, idleConnectionsPeak });
  }
  memory.takeBack(lent);
  return points;
}

const allLanes = ({ lanes }: Requests): number[] => Array.from({ length: lanes.length - 1 }, (_, lane) => lane);

function positionsOf({ lanes: bounds }: Requests, lanes: readonly number[]): Int32Array {
  const positions = new Int32Array(lanes.reduce((sum, lane) => sum + bounds[lane + 1]! - bounds[lane]!, 0));
  let filled = 0;
  for (const lane of lanes) for (let at = bounds[lane]!; at < bounds[lane + 1]!; at += 1) positions[filled++] = at;
  return positions;
}

/** Positions in order of a time, and these times beside them: reading them one after the other is three times as fast. */
interface InOrder {
  readonly positions: Int32Array;
  readonly times: Float64Array;
}

/** Of all positions where none are named. What sorting needs beside them is as long as its column: one of these times only. */
function inOrder(column: Float64Array, positions: Int32Array | undefined, memory: ColumnMemory): InOrder {
  const times = memory.float64(positions?.length ?? column.length);
  const sorted = memory.int32(times.length);
  const lent = memory.lend();
  sorted.set(orderBy(positions === undefined ? column : readAt(column, positions, times), undefined, lent));
  memory.takeBack(lent);
  if (positions !== undefined) for (let at = 0; at < sorted.length; at += 1) sorted[at] = positions[sorted[at]!]!;
  return { positions: sorted, times: readAt(column, sorted, times) };
}

function readAt(column: Float64Array, positions: Int32Array, times: Float64Array): Float64Array {
  for (let at = 0; at < positions.length; at += 1) times[at] = column[positions[at]!]!;
  return times;
}

/** Idle times begin in order of ends; they end in order of arrivals, or in order of ends again, one timeout later: three ordered lists to merge. */
function idlePeak(arrivals: InOrder, ends: InOrder, marks: Uint8Array, idleTimeout: Duration): number {
  const size = ends.positions.length;
  let idle = 0;
  let peak = 0;
  let arrived = 0;
  let gone = 0;
  for (let at = 0; at < size; at += 1) {
    if (!(marks[ends.positions[at]!]! & rested)) continue;
    const now = ends.times[at]!;
    for (; arrived < size && arrivals.times[arrived]! <= now; arrived += 1) if (marks[arrivals.positions[arrived]!]! & woke) idle -= 1;
    for (; gone < at && ends.times[gone]! + idleTimeout <= now; gone += 1) if (marks[ends.positions[gone]!]! & expired) idle -= 1;
    idle += 1;
    if (idle > peak) peak = idle;
  }
  return peak;
}
