/** The curve: handshakes needed against how long idle connections are kept, and what keeping them would hold. */

import { allAtOnce, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { CurvePoint } from './analysis.ts';
import { orderBy } from './order.ts';
import { expired, type Pool, rested, woke } from './pool.ts';
import type { Requests } from './requests.ts';

export const curveTimeouts: readonly Duration[] = [1, 2, 5, 10, 15, 30, 60, 75, 120, 300, Number.POSITIVE_INFINITY].map(
  (timeout) => timeout * second,
);

/** One of so few positions: then looking at all of them costs no more than sorting the wanted ones. */
const many = 4;

/** Of some pool keys; of the whole trace where none are named. */
export const curveOf = (
  requests: Requests,
  pool: Pool,
  keys?: Iterable<number>,
  timeouts: readonly Duration[] = curveTimeouts,
): readonly CurvePoint[] => allAtOnce(curving(requests, pool, keys, timeouts));

/** The same, a limit at a time. */
export function* curving(
  requests: Requests,
  pool: Pool,
  keys?: Iterable<number>,
  timeouts: readonly Duration[] = curveTimeouts,
): Steps<readonly CurvePoint[]> {
  const lanes = keys === undefined ? allLanes(requests) : [...keys].flatMap((key) => [2 * key, 2 * key + 1]);
  const arrivals = inOrder(
    requests.arrival,
    keys === undefined ? requests.byArrival : positionsBy(requests, requests.arrival, requests.byArrival, lanes),
  );
  const ends = inOrder(requests.end, keys === undefined ? requests.byEnd : positionsBy(requests, requests.end, requests.byEnd, lanes));
  const points: CurvePoint[] = [];
  for (const idleTimeout of timeouts) {
    yield;
    let opensLifo = 0;
    for (const lane of lanes) {
      pool.replay(lane, { idleTimeout, policy: 'last_used', concurrency: Number.POSITIVE_INFINITY });
      opensLifo += pool.opens;
    }
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
  return points;
}

const allLanes = ({ lanes }: Requests): number[] => Array.from({ length: lanes.length - 1 }, (_, lane) => lane);

/** Positions of some lanes by a time: sorted, or, where they are many, picked out of all positions in that order. */
function positionsBy({ lanes: bounds, size }: Requests, column: Float64Array, all: Int32Array, lanes: readonly number[]): Int32Array {
  const count = lanes.reduce((sum, lane) => sum + bounds[lane + 1]! - bounds[lane]!, 0);
  const positions = new Int32Array(count);
  let filled = 0;
  if (count * many >= size) {
    const isWanted = new Uint8Array(size);
    for (const lane of lanes) isWanted.fill(1, bounds[lane]!, bounds[lane + 1]!);
    for (let at = 0; at < size; at += 1) if (isWanted[all[at]!] === 1) positions[filled++] = all[at]!;
    return positions;
  }
  for (const lane of lanes) for (let at = bounds[lane]!; at < bounds[lane + 1]!; at += 1) positions[filled++] = at;
  // What sorting needs beside them is as long as its column: one of these times only.
  const order = orderBy(inOrder(column, positions).times);
  for (let at = 0; at < count; at += 1) order[at] = positions[order[at]!]!;
  return order;
}

/** Positions in order of a time, and these times beside them: reading them one after the other is three times as fast. */
interface InOrder {
  readonly positions: Int32Array;
  readonly times: Float64Array;
}

function inOrder(column: Float64Array, positions: Int32Array): InOrder {
  const times = new Float64Array(positions.length);
  for (let at = 0; at < positions.length; at += 1) times[at] = column[positions[at]!]!;
  return { positions, times };
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
