/** The curve: handshakes needed against how long idle connections are kept, and what keeping them would hold. */

import { allAtOnce, type Steps, stepRows } from '../steps.ts';
import type { Duration } from '../time.ts';
import { second } from '../time.ts';
import type { CurvePoint } from './analysis.ts';
import { IdlePeaks, peakOfLane } from './idle-peak.ts';
import type { Pool } from './pool.ts';
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

/** The same in steps. Limits are in ascending order. */
export function* curving(
  requests: Requests,
  pool: Pool,
  keys?: Iterable<number>,
  timeouts: readonly Duration[] = curveTimeouts,
): Steps<readonly CurvePoint[]> {
  const lanes = lanesOf(requests, keys);
  const replays = new Replays(requests, pool, lanes, timeouts);
  let seen = 0;
  for (let i = 0; i < lanes.length; i += 1) {
    const lane = lanes[i]!;
    for (let first = 0; first < timeouts.length; ) {
      first = replays.next(lane, first);
      seen += requests.lanes[lane + 1]! - requests.lanes[lane]!;
      if (seen < stepRows) continue;
      seen = 0;
      // Any other replay overwrites the marks: whatever reads them is done with them.
      yield;
    }
  }
  const peaks = replays.peaks === undefined ? replays.peaksOfLane : yield* replays.peaks.finding(timeouts);
  return timeouts.map((_, at) => pointOf(replays, peaks[at]!, at));
}

/** Replays of some lanes with each limit, added up by limit. */
class Replays {
  readonly timeouts: readonly Duration[];
  readonly opens: Float64Array;
  readonly wasted: Float64Array;
  readonly idle: Float64Array;
  /** Where there are several lanes; of a single one they are found at once. */
  readonly peaks: IdlePeaks | undefined;
  readonly peaksOfLane: number[] = [];
  readonly #requests: Requests;
  readonly #pool: Pool;
  readonly #lanes: Int32Array;
  #opensLifo: Float64Array | undefined;

  constructor(requests: Requests, pool: Pool, lanes: Int32Array, timeouts: readonly Duration[]) {
    this.#requests = requests;
    this.#pool = pool;
    this.#lanes = lanes;
    this.timeouts = timeouts;
    this.opens = new Float64Array(timeouts.length);
    this.wasted = new Float64Array(timeouts.length);
    this.idle = new Float64Array(timeouts.length);
    this.peaks = lanes.length === 1 ? undefined : new IdlePeaks(requests, lanes, pool.memory);
  }

  /** Of a lane from limit number `first`; returns the number of the first one that this replay does not tell of. */
  next(lane: number, first: number): number {
    const pool = this.#pool;
    pool.replay(lane, { idleTimeout: this.timeouts[first]!, policy: 'oldest_idle', concurrency: Number.POSITIVE_INFINITY });
    let at = first;
    // Mostly several limits lie between the same two idle times.
    for (let held: Duration | undefined = pool.idle; held !== undefined; held = this.#sameWith(lane, at)) {
      this.opens[at]! += pool.opens;
      this.wasted[at]! += pool.wasted;
      this.idle[at]! += held;
      if (this.peaks === undefined) this.peaksOfLane.push(peakOfLane(this.#requests, lane, pool.marks, this.timeouts[at]!));
      at += 1;
    }
    this.peaks?.note(lane, pool.marks, first, at, at === this.timeouts.length);
    return at;
  }

  /** How long connections would be idle with that limit, where all else is as with the one replayed last. */
  #sameWith(lane: number, at: number): Duration | undefined {
    return at < this.timeouts.length && this.timeouts[at]! < this.#pool.sameBelow
      ? this.#pool.idleWith(lane, this.timeouts[at]!)
      : undefined;
  }

  /** Replays of their own, and most who look at a curve look at the least. */
  get opensLifo(): Float64Array {
    this.#opensLifo ??= this.#replayLifo();
    return this.#opensLifo;
  }

  #replayLifo(): Float64Array {
    const pool = this.#pool;
    const opens = new Float64Array(this.timeouts.length);
    for (const lane of this.#lanes) {
      for (let at = 0; at < opens.length; at += 1) {
        const idleTimeout = this.timeouts[at]!;
        if (at === 0 || idleTimeout >= pool.sameBelow)
          pool.replay(lane, { idleTimeout, policy: 'last_used', concurrency: Number.POSITIVE_INFINITY });
        opens[at]! += pool.opens;
      }
    }
    return opens;
  }
}

/** A plain one, that can be spread and written: its `opensLifo` is found out when it is asked for. */
const pointOf = (replays: Replays, peak: number, at: number): CurvePoint => ({
  idleTimeout: replays.timeouts[at]!,
  opensMin: replays.opens[at]!,
  get opensLifo(): number {
    return replays.opensLifo[at]!;
  },
  wasted: replays.wasted[at]!,
  idleConnectionSeconds: replays.idle[at]! / second,
  idleConnectionsPeak: peak,
});

/** Those of the keys that have requests. */
function lanesOf({ lanes: bounds }: Requests, keys: Iterable<number> | undefined): Int32Array {
  const lanes: number[] = [];
  const add = (lane: number): void => {
    if (bounds[lane]! < bounds[lane + 1]!) lanes.push(lane);
  };
  if (keys === undefined) for (let lane = 0; lane < bounds.length - 1; lane += 1) add(lane);
  else
    for (const key of keys) {
      add(2 * key);
      add(2 * key + 1);
    }
  return Int32Array.from(lanes);
}
