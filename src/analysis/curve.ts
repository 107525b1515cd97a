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
  const byArrival = whole ? requests.byArrival : positionsBy(requests.arrival, from, to);
  const byEnd = whole ? requests.byEnd : positionsBy(requests.end, from, to);
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
    const idleConnectionsPeak = idlePeak(requests, pool.marks, byArrival, byEnd, idleTimeout);
    return { idleTimeout, opensMin, opensLifo, wasted, idleConnectionSeconds: idle / second, idleConnectionsPeak };
  });
}

function positionsBy(column: Float64Array, from: number, to: number): Int32Array {
  const order = orderBy(column.subarray(from, to));
  for (let at = 0; at < order.length; at += 1) order[at]! += from;
  return order;
}

/** Idle times begin in order of ends; they end in order of arrivals, or in order of ends again, one timeout later: three ordered lists to merge. */
function idlePeak(requests: Requests, marks: Uint8Array, byArrival: Int32Array, byEnd: Int32Array, idleTimeout: Duration): number {
  const { arrival, end } = requests;
  let idle = 0;
  let peak = 0;
  let arrived = 0;
  let gone = 0;
  for (let at = 0; at < byEnd.length; at += 1) {
    const position = byEnd[at]!;
    if (!(marks[position]! & rested)) continue;
    const now = end[position]!;
    for (; arrived < byArrival.length && arrival[byArrival[arrived]!]! <= now; arrived += 1)
      if (marks[byArrival[arrived]!]! & woke) idle -= 1;
    for (; gone < at && end[byEnd[gone]!]! + idleTimeout <= now; gone += 1) if (marks[byEnd[gone]!]! & expired) idle -= 1;
    idle += 1;
    if (idle > peak) peak = idle;
  }
  return peak;
}
