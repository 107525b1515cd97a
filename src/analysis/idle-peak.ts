/** How many connections are idle at once at most, with several idle limits: found from what a replay with each of them noted about each request. */

import { inBlocks, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import type { ColumnMemory, Mark } from './column-memory.ts';
import { orderBy } from './order.ts';
import { expired, rested, woke } from './pool.ts';
import type { Requests } from './requests.ts';

/** Of the requests of some lanes, one lane after the other; at most sixteen limits, a bit each. */
export class IdlePeaks {
  readonly #requests: Requests;
  readonly #lanes: Int32Array;
  readonly #owner: ColumnMemory;
  readonly #memory: ColumnMemory;
  readonly #size: number;
  /** By request a bit for each limit: marks of the pool. */
  readonly #woke: Uint16Array;
  readonly #rested: Uint16Array;
  readonly #expired: Uint16Array;
  readonly #ends: Ends;
  /** Behind what is needed to the end. */
  readonly #mark: Mark;
  #noted = 0;

  /** Needs some of the memory until the peaks are found. */
  constructor(requests: Requests, lanes: Int32Array, memory: ColumnMemory) {
    this.#requests = requests;
    this.#lanes = lanes;
    this.#owner = memory;
    this.#memory = memory.lend();
    let size = 0;
    for (const lane of lanes) size += requests.lanes[lane + 1]! - requests.lanes[lane]!;
    this.#size = size;
    this.#woke = this.#memory.uint16(size);
    this.#ends = { times: this.#memory.float64(size), rested: this.#memory.uint16(size), expired: this.#memory.uint16(size) };
    this.#mark = this.#memory.mark();
    this.#rested = this.#memory.uint16(size);
    this.#expired = this.#memory.uint16(size);
  }

  /** Of a lane, which must come in their order: what a replay noted that holds for the limits from `first` to before `last`. After the last limit the next lane follows. */
  note(lane: number, marks: Uint8Array, first: number, last: number, isLast: boolean): void {
    const from = this.#requests.lanes[lane]!;
    const to = this.#requests.lanes[lane + 1]!;
    const bits = 2 ** last - 2 ** first;
    let place = this.#noted;
    for (let at = from; at < to; at += 1, place += 1) {
      const mark = marks[at]!;
      if (mark & woke) this.#woke[place]! |= bits;
      if (mark & rested) this.#rested[place]! |= bits;
      if (mark & expired) this.#expired[place]! |= bits;
    }
    if (isLast) this.#noted = place;
  }

  /** By limit. */
  *finding(limits: readonly Duration[]): Steps<readonly number[]> {
    this.#orderEnds();
    yield;
    const merge = new Merge(this.#arrivals(), this.#ends, limits);
    yield* inBlocks(this.#size, (from, to) => merge.advance(from, to));
    this.#owner.takeBack(this.#memory);
    return Array.from(merge.peaks);
  }

  /** From then on nobody looks at what was noted about them by request. */
  #orderEnds(): void {
    const memory = this.#memory;
    const { times, rested, expired } = this.#ends;
    const column = this.#times(this.#requests.end);
    const order = orderBy(column, undefined, memory);
    for (let at = 0; at < order.length; at += 1) {
      times[at] = column[order[at]!]!;
      rested[at] = this.#rested[order[at]!]!;
      expired[at] = this.#expired[order[at]!]!;
    }
    memory.rewind(this.#mark);
  }

  /** Each is read once: in another order that costs less than a copy would take. */
  #arrivals(): Arrivals {
    const times = this.#times(this.#requests.arrival);
    return { times, woke: this.#woke, order: orderBy(times, undefined, this.#memory) };
  }

  /** Of the lanes' requests, one lane after the other: as they lie, where these are all lanes in their own order. */
  #times(column: Float64Array): Float64Array {
    const lanes = this.#lanes;
    const isInOrder = lanes.every((lane, at) => at === 0 || lane > lanes[at - 1]!);
    return this.#size === column.length && isInOrder ? column : this.#gathered(column);
  }

  #gathered(column: Float64Array): Float64Array {
    const bounds = this.#requests.lanes;
    const times = this.#memory.float64(this.#size);
    let filled = 0;
    for (const lane of this.#lanes) for (let at = bounds[lane]!; at < bounds[lane + 1]!; at += 1) times[filled++] = column[at]!;
    return times;
  }
}

/** By request; `order`: in order of time. */
interface Arrivals {
  readonly times: Float64Array;
  readonly woke: Uint16Array;
  readonly order: Int32Array;
}

/** In order of time. */
interface Ends {
  readonly times: Float64Array;
  readonly rested: Uint16Array;
  readonly expired: Uint16Array;
}

/** Idle times begin in order of ends; they end in order of arrivals, or in order of ends again, one limit later: ordered lists to merge. */
class Merge {
  /** By limit: most that were idle, those that are, and the first end of which it is not known yet whether it is a limit ago. */
  readonly peaks: Int32Array;
  readonly #idle: Int32Array;
  readonly #gone: Int32Array;
  readonly #limits: Float64Array;
  readonly #arrivals: Arrivals;
  readonly #ends: Ends;
  #arrived = 0;

  constructor(arrivals: Arrivals, ends: Ends, limits: readonly Duration[]) {
    this.#arrivals = arrivals;
    this.#ends = ends;
    this.#limits = Float64Array.from(limits);
    this.peaks = new Int32Array(limits.length);
    this.#idle = new Int32Array(limits.length);
    this.#gone = new Int32Array(limits.length);
  }

  /** All limits together: how arrivals and ends lie among one another is the same for each, and hard to foretell for the processor. */
  advance(from: number, to: number): void {
    const { times, expired, rested } = this.#ends;
    const { order, woke } = this.#arrivals;
    const arrivals = this.#arrivals.times;
    const limits = this.#limits;
    const idle = this.#idle;
    const gone = this.#gone;
    const { peaks } = this;
    let arrived = this.#arrived;
    for (let at = from; at < to; at += 1) {
      const now = times[at]!;
      for (; arrived < order.length && arrivals[order[arrived]!]! <= now; arrived += 1) {
        const bits = woke[order[arrived]!]!;
        if (bits !== 0) for (let i = 0; i < limits.length; i += 1) idle[i]! -= (bits >> i) & 1;
      }
      const bits = rested[at]!;
      if (bits === 0) continue;
      for (let i = 0; i < limits.length; i += 1) {
        let over = gone[i]!;
        let left = idle[i]! + ((bits >> i) & 1);
        for (; over < at && times[over]! + limits[i]! <= now; over += 1) left -= (expired[over]! >> i) & 1;
        gone[i] = over;
        idle[i] = left;
        if (left > peaks[i]! && (bits >> i) & 1) peaks[i] = left;
      }
    }
    this.#arrived = arrived;
  }
}

/** The same of one lane, by the marks of its last replay: its requests lie in order of arrival, and the pool has them in order of their ends. */
export function peakOfLane({ arrival, end, lanes, releases }: Requests, lane: number, marks: Uint8Array, limit: Duration): number {
  const to = lanes[lane + 1]!;
  let idle = 0;
  let peak = 0;
  let arrived = lanes[lane]!;
  let gone = arrived;
  for (let at = gone; at < to; at += 1) {
    const ended = releases[at]!;
    if (!(marks[ended]! & rested)) continue;
    const now = end[ended]!;
    for (; arrived < to && arrival[arrived]! <= now; arrived += 1) if (marks[arrived]! & woke) idle -= 1;
    for (; gone < at && end[releases[gone]!]! + limit <= now; gone += 1) if (marks[releases[gone]!]! & expired) idle -= 1;
    idle += 1;
    if (idle > peak) peak = idle;
  }
  return peak;
}
