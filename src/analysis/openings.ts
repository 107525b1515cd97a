/** Why each connection was opened when it was: the first opening class that fits. */

import { inBlocks, inLanes, type Steps } from '../steps.ts';
import { second } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import type { AnalyseOptions, OpeningClass } from './analysis.ts';
import { openingClasses } from './analysis.ts';
import { endOf } from './before-close.ts';
import type { ColumnMemory } from './column-memory.ts';
import { firstsByStart, served } from './pool.ts';
import { timedOutUnused } from './records.ts';
import { isFirst, isForced, keeps, persists, type Requests, waited } from './requests.ts';

/** Place in `openingClasses`, and what no class can be told for. */
const code = (name: OpeningClass): number => openingClasses.indexOf(name);
export const unknownOpening = 255;
const failed = code('failed');
const unused = code('unused');
const first = code('first');
const missedReuse = code('missed_reuse');
const churn = code('churn');
const parallel = code('parallel');
const late = code('late');

/** Nobody keeps idle connections much longer by default, so this long after its begin the capture shows what had been open before. */
const longestPlausibleIdle = 75 * second;

/** Open and idle, or gone: nobody's; the one that a missed reuse could have used, until its request is done; the one whose end made another necessary. */
const free = 0;
const claimed = 1;
const explains = 2;

/** Idle connections that requests of the same burst take, looked at to find one that none takes. */
const mostPassedOver = 64;

export class Openings {
  /** Place in `openingClasses` by connection. */
  readonly opening: Uint8Array;
  /** The connection that could have served (missed reuse), whose end made this one necessary (churn), one that was busy (parallel), the last one before (late); -1. */
  readonly previous: Int32Array;
  readonly #trace: Trace;
  readonly #requests: Requests;
  readonly #idleTimeout: number;
  readonly #memory: ColumnMemory;
  /** By connection: exchanges in progress, position of the exchange that ended last (-1), and whether it is free to be one's predecessor. */
  #busy: Int32Array = new Int32Array(0);
  #ended: Int32Array = new Int32Array(0);
  #claimed: Uint8Array = new Uint8Array(0);
  /** When it was closed, or announced that: read in order, for it is asked for in every other. */
  #ends: Float64Array = new Float64Array(0);
  /** Of the lane being looked at, the latest on top: idle connections that may be open, those that are gone, those in use. Stale entries go when met. */
  #idle: number[] = [];
  #gone: number[] = [];
  #inUse: number[] = [];
  #active = 0;
  #latest = -1;
  #lastEnd = Number.NEGATIVE_INFINITY;

  constructor(trace: Trace, requests: Requests, options: Pick<AnalyseOptions, 'idleTimeout'>, memory: ColumnMemory) {
    const size = trace.columns.connections;
    this.#trace = trace;
    this.#requests = requests;
    this.#idleTimeout = options.idleTimeout;
    this.opening = memory.uint8(size).fill(unknownOpening);
    this.previous = memory.int32(size).fill(-1);
    this.#memory = memory;
  }

  /** `marks` are those of the replay with the same idle timeout; of all lanes, or of some. */
  *fill(marks: Uint8Array, lanes?: readonly number[]): Steps<void> {
    const trace = this.#trace;
    const requests = this.#requests;
    const size = this.opening.length;
    const lent = this.#memory.lend();
    this.#busy = lent.int32(size);
    this.#ended = lent.int32(size).fill(-1);
    this.#claimed = lent.uint8(size);
    this.#ends = lent.float64(size);
    const carries = lent.uint8(size);
    for (let at = 0; at < requests.size; at += 1) carries[requests.connection(at)] = 1;
    yield* inBlocks(size, (from, to) => {
      for (let each = from; each < to; each += 1) {
        this.#ends[each] = endOf(trace.columns, each);
        if (carries[each] === 0) this.opening[each] = withoutRequests(trace, each);
      }
    });
    const wanted = lanes && new Set(lanes);
    yield* inLanes(requests.lanes, (lane) => {
      if (wanted === undefined || wanted.has(lane)) this.#lane(lane, marks);
    });
    // 17 bytes a connection that only this needed.
    this.#busy = new Int32Array(0);
    this.#ended = new Int32Array(0);
    this.#claimed = new Uint8Array(0);
    this.#ends = new Float64Array(0);
    this.#memory.takeBack(lent);
  }

  /** Whether an earlier connection may have existed before the capture began. */
  censored(connection: number): boolean {
    const { columns } = this.#trace;
    if (!columns.openingSeen(connection)) return true;
    return this.opening[connection] === first && columns.opened(connection) < longestPlausibleIdle;
  }

  /** Follows the real connections of a lane: which are busy, idle or gone whenever one is opened. */
  #lane(lane: number, marks: Uint8Array): void {
    const { arrival, end, flags, lanes, releases, streamLimits } = this.#requests;
    const from = lanes[lane]!;
    const to = lanes[lane + 1]!;
    const multiplexes = lane % 2 === 1;
    this.#idle = [];
    this.#gone = [];
    this.#inUse = [];
    this.#active = 0;
    this.#latest = -1;
    this.#lastEnd = Number.NEGATIVE_INFINITY;
    const settingUp = multiplexes && to - from > 1 ? firstsByStart(this.#requests, from, to) : [];
    let ready = 0;
    let next = from;
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      for (; next < to; next += 1) {
        const done = releases[next]!;
        if (done >= at || end[done]! > now) break;
        this.#release(done, multiplexes);
      }
      for (; ready < settingUp.length; ready += 1) {
        const opener = settingUp[ready]!;
        if (opener >= at || this.#requests.start(opener) > now) break;
        this.#idle.push(this.#requests.connection(opener));
      }
      const connection = this.#requests.connection(at);
      if (flags[at]! & isFirst && !(flags[at]! & isForced)) {
        this.opening[connection] =
          at === from ? first : this.#classify(connection, at, (marks[at]! & served) > 0, multiplexes, streamLimits[lane]!);
      }
      this.#busy[connection]! += 1;
      this.#active += 1;
      this.#inUse.push(connection);
    }
  }

  #release(done: number, multiplexes: boolean): void {
    const flags = this.#requests.flags[done]!;
    const connection = this.#requests.connection(done);
    this.#busy[connection]! -= 1;
    this.#active -= 1;
    this.#latest = connection;
    this.#ended[connection] = done;
    if (flags & keeps) this.#lastEnd = this.#requests.end[done]!;
    if (flags & isFirst && this.opening[connection] === missedReuse && !multiplexes) {
      // What this connection's first request would have used is free again.
      const spare = this.previous[connection]!;
      this.#claimed[spare] = free;
      if (this.#busy[spare] === 0) this.#idle.push(spare);
    }
    if (multiplexes || this.#busy[connection]! > 0 || !(flags & keeps)) return;
    (flags & persists ? this.#idle : this.#gone).push(connection);
  }

  /** Of a connection that is not the first of its lane. */
  #classify(connection: number, at: number, avoidable: boolean, multiplexes: boolean, limit: number): number {
    if (avoidable) {
      const open = multiplexes ? this.#availableConnection(at, limit) : this.#idleConnection(at);
      if (open >= 0) {
        this.previous[connection] = open;
        if (!multiplexes) this.#claimed[open] = claimed;
        return missedReuse;
      }
      const gone = this.#goneConnection(this.#requests.arrival[at]!);
      if (gone >= 0) {
        this.previous[connection] = gone;
        return churn;
      }
    }
    while (this.#inUse.length > 0 && this.#busy[this.#inUse.at(-1)!] === 0) this.#inUse.pop();
    this.previous[connection] = this.#inUse.at(-1) ?? this.#latest;
    // One that ended not long ago, and yet none was to be had: requests of the same moment took it.
    const recent = this.#requests.arrival[at]! - this.#lastEnd <= this.#idleTimeout;
    return this.#active > 0 || avoidable || recent ? parallel : late;
  }

  /** An open, idle connection; better one that no other request of the same burst takes. */
  #idleConnection(at: number): number {
    const closed: number[] = [];
    const taken: number[] = [];
    let found = -1;
    while (found < 0 && taken.length < mostPassedOver) {
      const each = this.#idle.pop();
      if (each === undefined) break;
      if (this.#busy[each]! > 0 || this.#claimed[each] !== free) continue;
      if (this.#isClosed(each, at)) closed.push(each);
      else if (this.#nextStart(each) < this.#requests.start(at)) taken.push(each);
      else found = each;
    }
    if (found < 0) found = taken.pop() ?? -1;
    // Those that were passed over stay where they were; of those that ended, the last one is to be met first.
    for (let each = taken.pop(); each !== undefined; each = taken.pop()) this.#idle.push(each);
    for (let each = closed.pop(); each !== undefined; each = closed.pop()) this.#gone.push(each);
    return found;
  }

  /** An open connection that multiplexes, is set up and has room; it stays where it is, for it can serve many. */
  #availableConnection(at: number, limit: number): number {
    const closed: number[] = [];
    const open: number[] = [];
    let found = -1;
    while (found < 0) {
      const each = this.#idle.pop();
      if (each === undefined) break;
      if (this.#isClosed(each, at)) closed.push(each);
      else {
        open.push(each);
        if (this.#busy[each]! < limit) found = each;
      }
    }
    for (let each = open.pop(); each !== undefined; each = open.pop()) this.#idle.push(each);
    for (let each = closed.pop(); each !== undefined; each = closed.pop()) this.#gone.push(each);
    return found;
  }

  /** A connection that ended, not longer ago than the idle timeout, and that explains no other opening yet. */
  #goneConnection(now: number): number {
    for (let each = this.#gone.pop(); each !== undefined; each = this.#gone.pop()) {
      const ended = this.#ended[each]!;
      const end = ended < 0 ? this.#trace.columns.closed(each) : this.#requests.end[ended]!;
      // One that was used again and again lies here as often.
      if (now - end > this.#idleTimeout || this.#claimed[each] === explains) continue;
      this.#claimed[each] = explains;
      return each;
    }
    return -1;
  }

  /** Closed, or not to be used again by its GOAWAY, by the time its successor's client chose; a connection whose end is not in the capture is open. */
  #isClosed(connection: number, at: number): boolean {
    const { columns } = this.#trace;
    const flags = this.#requests.flags[at]!;
    const chosen = flags & waited ? columns.opened(this.#requests.connection(at)) : this.#requests.start(at);
    return this.#ends[connection]! <= chosen;
  }

  /** When an idle connection was really used next; NaN if never. */
  #nextStart(connection: number): number {
    const { columns } = this.#trace;
    const next = columns.nextExchange(this.#requests.exchange[this.#ended[connection]!]!);
    return next < 0 ? Number.NaN : columns.exchangeStart(next);
  }
}

function withoutRequests(trace: Trace, connection: number): number {
  const { columns } = trace;
  const openingSeen = columns.openingSeen(connection);
  if (!columns.established(connection)) return openingSeen ? failed : unknownOpening;
  if (!openingSeen || columns.requests(connection) > 0) return unknownOpening;
  if (columns.firstExchange(connection) >= 0) return timedOutUnused(trace, connection) ? unused : unknownOpening;
  if (columns.isHttp(connection)) return unused;
  if (columns.encrypted(connection)) return unknownOpening;
  return columns.silent(connection) ? unused : unknownOpening;
}
