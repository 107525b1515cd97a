/** The curve: handshakes needed against how long idle connections are kept, and what keeping them would hold. */

import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { CurvePoint } from './analysis.ts';
import { orderBy } from './order.ts';
import { expired, type Pool, rested, woke } from './pool.ts';
import type { Requests } from './requests.ts';

export const curveTimeouts: readonly Duration[] = [1, 2, 5, 10, 15, 30, 60, 75, 120, 300, Number.POSITIVE_INFINITY].map(
  (timeout) => timeout * second,
);

/** Over the lanes from `first` up to `beyond`; all lanes for the whole trace. */
export function curveOf(requests: Requests, pool: Pool, first: number, beyond: number): CurvePoint[] {
  const from = requests.lanes[first]!;
  const to = requests.lanes[beyond]!;
  const whole = from === 0 && to === requests.size;
  const arrivals = inOrder(requests.arrival, whole ? requests.byArrival : positionsBy(requests.arrival, from, to));
  const ends = inOrder(requests.end, whole ? requests.byEnd : positionsBy(requests.end, from, to));
  return curveTimeouts.map((idleTimeout) => {
    let opensLifo = 0;
    for (let lane = first; lane < beyond; lane += 1) {
      pool.replay(lane, { idleTimeout, policy: 'last_used', concurrency: Number.POSITIVE_INFINITY });
      opensLifo += pool.opens;
    }
    let opensMin = 0;
    let wasted = 0;
    let idle = 0;
    for (let lane = first; lane < beyond; lane += 1) {
      pool.replay(lane, { idleTimeout, policy: 'oldest_idle', concurrency: Number.POSITIVE_INFINITY });
      opensMin += pool.opens;
      wasted += pool.wasted;
      idle += pool.idle;
    }
    const idleConnectionsPeak = idlePeak(arrivals, ends, pool.marks, idleTimeout);
    return { idleTimeout, opensMin, opensLifo, wasted, idleConnectionSeconds: idle / second, idleConnectionsPeak };
  });
}

function positionsBy(column: Float64Array, from: number, to: number): Int32Array {
  const order = orderBy(column.subarray(from, to));
  for (let at = 0; at < order.length; at += 1) order[at]! += from;
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
