/**
 * The one virtual pool: replays the requests of a lane in order of arrival on connections that would have been kept, and counts how many it opens.
 *
 * A virtual connection is busy from the arrival of a request to the end of its response, then idle, and gone when it has been idle for longer than
 * the idle timeout. A request takes an idle connection, or opens one. Which one it takes is the policy: `oldest_idle`, the connection nearest to its
 * expiry, is greedy matching on intervals of equal length (Glover) and opens as few as is possible at all; `last_used` is what most clients do.
 * Real closes, caps and headers are left out on purpose: the pool says what keeping connections would have done, so a connection is reusable after
 * every exchange, `Connection: close` and HTTP/1.0 included (not sending it is the remedy that "churn" names), unless it was never answered or the
 * connection then left HTTP (upgrades and CONNECT themselves are not in the lanes: nobody could have shared them). Times of requests stay as recorded.
 *
 * Of requests at the same moment, those that really were reused come first: where a browser opens a connection and, before that is set up, uses an
 * idle one for its next request, the two may be exchanged (either way one must open), and no open is called avoidable for being a moment early.
 *
 * On connections that multiplex (HTTP/2) a request takes one with room, used before idle ones, once its set-up is done; else an idle one; else it
 * opens one. Requests whose connection was opened before the capture keep a connection of their own.
 */

import type { Duration, Time } from '../time.ts';
import type { ColumnMemory } from './column-memory.ts';
import { isFirst, isForced, keeps, type Requests } from './requests.ts';

export interface PoolRules {
  /** Infinity is allowed. */
  readonly idleTimeout: Duration;
  readonly policy: 'oldest_idle' | 'last_used';
  /** Exchanges at once on a connection that multiplexes; Infinity is allowed. */
  readonly concurrency: number;
  /** As if every connection could carry several exchanges at once. */
  readonly multiplexes?: boolean;
}

/** What happened to a request in the last replay: an existing connection served it; that had been idle; */
export const served = 1;
export const woke = 2;
/** its end left a connection idle; which then stayed so for the idle timeout, or until the trace ended. */
export const rested = 4;
export const expired = 8;

export class Pool {
  readonly memory: ColumnMemory;
  readonly #requests: Requests;
  readonly #now: Time;
  /** All times are whole nanoseconds. */
  readonly #isWhole: boolean;
  /** By position; those of a lane are of its last replay. */
  readonly marks: Uint8Array;
  /** Connections that are idle, as the positions that left them so: a queue in order of time, taken from either end. */
  readonly #idle: Int32Array;
  #head = 0;
  #tail = 0;
  /** Counts of the last replay. */
  opens = 0;
  /** Real opens that an idle (or free) connection made needless, and their known set-up times. */
  avoidable = 0;
  wasted: Duration = 0;
  /** Opens for requests that in reality found a connection. */
  surplus = 0;
  /** Connection time spent idle, up to the end of the trace; that of connections which were taken again. */
  idle: Duration = 0;
  #idleTaken: Duration = 0;
  /** With any limit from that of the last replay to below this one the same would happen; only connections that nobody took again would be idle longer. */
  sameBelow: Duration = Number.POSITIVE_INFINITY;

  constructor(requests: Requests, now: Time, memory: ColumnMemory) {
    this.memory = memory;
    this.#requests = requests;
    this.#now = now;
    this.#isWhole = requests.isWhole && Number.isInteger(now);
    this.marks = memory.uint8(requests.size);
    this.#idle = memory.int32(requests.longestLane);
  }

  replay(lane: number, rules: PoolRules): void {
    this.opens = 0;
    this.avoidable = 0;
    this.wasted = 0;
    this.surplus = 0;
    this.idle = 0;
    this.#idleTaken = 0;
    this.sameBelow = Number.POSITIVE_INFINITY;
    this.#head = 0;
    this.#tail = 0;
    const from = this.#requests.lanes[lane]!;
    const to = this.#requests.lanes[lane + 1]!;
    if (from === to) return;
    const concurrency = Math.min(rules.concurrency, this.#requests.streamLimits[lane]!);
    if ((lane % 2 === 1 || rules.multiplexes === true) && concurrency > 1) this.#replayShared(from, to, { ...rules, concurrency });
    else this.#replayExclusive(from, to, rules);
  }

  /** The hot loop (a dozen replays of every request for the curve): its counters are locals, which saves half the time. */
  #replayExclusive(from: number, to: number, rules: PoolRules): void {
    const requests = this.#requests;
    const { arrival, end, flags, releases } = requests;
    const { marks } = this;
    const idle = this.#idle;
    const limit = rules.idleTimeout;
    const oldest = rules.policy === 'oldest_idle';
    let head = 0;
    let tail = 0;
    let opens = 0;
    let avoidable = 0;
    let wasted = 0;
    let surplus = 0;
    let idleTime = 0;
    let idleTaken = 0;
    let sameBelow = Number.POSITIVE_INFINITY;
    /** Opens found avoidable while their set-up is under way, and what left the connection idle that they were given. */
    const spared: number[] = [];
    const sparedBy: number[] = [];
    let sparing = 0;
    let next = from;
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      marks[at] = 0;
      for (; next < to; next += 1) {
        const done = releases[next]!;
        if (done >= at || end[done]! > now) break;
        if (!(flags[done]! & keeps)) continue;
        marks[done]! |= rested;
        idle[tail++] = done;
      }
      for (; head < tail; head += 1) {
        const over = idle[head]!;
        const gap = now - end[over]!;
        if (gap <= limit) break;
        if (gap < sameBelow) sameBelow = gap;
        marks[over]! |= expired;
        idleTime += this.#idleFor(over, limit);
      }
      if (head < tail && !(flags[at]! & isForced)) {
        const taken = oldest ? idle[head++]! : idle[--tail]!;
        idleTime += now - end[taken]!;
        idleTaken += now - end[taken]!;
        marks[at]! |= served | woke;
        if (!(flags[at]! & isFirst)) continue;
        wasted += requests.setup(at);
        avoidable += 1;
        if (!oldest) continue;
        if (sparing > 0 && arrival[spared[sparing - 1]!]! + requests.setup(spared[sparing - 1]!) <= now) sparing = 0;
        spared[sparing] = at;
        sparedBy[sparing] = taken;
        sparing += 1;
        continue;
      }
      opens += 1;
      if (flags[at]! & isFirst) continue;
      while (sparing > 0 && arrival[spared[sparing - 1]!]! + requests.setup(spared[sparing - 1]!) <= now) sparing -= 1;
      const gap = sparing === 0 ? Number.NaN : now - end[sparedBy[sparing - 1]!]!;
      if (!(gap <= limit)) {
        surplus += 1;
        if (gap < sameBelow) sameBelow = gap;
      } else {
        sparing -= 1;
        const early = spared[sparing]!;
        marks[early]! &= ~(served | woke);
        marks[at]! |= served | woke;
        avoidable -= 1;
        wasted -= requests.setup(early);
        idleTime += now - arrival[early]!;
        idleTaken += now - arrival[early]!;
      }
    }
    for (; next < to; next += 1) if (flags[releases[next]!]! & keeps) idle[tail++] = releases[next]!;
    for (; head < tail; head += 1) {
      const left = idle[head]!;
      marks[left]! |= rested | expired;
      idleTime += this.#idleFor(left, limit);
    }
    this.opens = opens;
    this.avoidable = avoidable;
    this.wasted = wasted;
    this.surplus = surplus;
    this.idle = idleTime;
    this.#idleTaken = idleTaken;
    this.sameBelow = sameBelow;
  }

  #replayShared(from: number, to: number, rules: PoolRules): void {
    const requests = this.#requests;
    const { arrival, end, flags, releases } = requests;
    const { marks } = this;
    const idle = this.#idle;
    const limit = rules.idleTimeout;
    const { concurrency } = rules;
    /** Virtual connection of each request; exchanges in progress on each. */
    const connection = new Int32Array(to - from);
    const active: number[] = [];
    /** Connections that may have room, and requests that opened one, by when its set-up was done. */
    const room: number[] = [];
    const settingUp = firstsByStart(requests, from, to);
    let ready = 0;
    let next = from;
    const release = (done: number): void => {
      const used = connection[done - from]!;
      const left = active[used]! - 1;
      active[used] = left;
      if (left === 0 && flags[done]! & keeps) this.#rest(done);
      else if (left === concurrency - 1) room.push(used);
    };
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      marks[at] = 0;
      for (; ready < settingUp.length; ready += 1) {
        const opener = settingUp[ready]!;
        if (opener >= at || requests.start(opener) > now) break;
        if (!(marks[opener]! & served)) room.push(connection[opener - from]!);
      }
      for (; next < to; next += 1) {
        const done = releases[next]!;
        if (done >= at || end[done]! > now) break;
        release(done);
      }
      for (; this.#head < this.#tail; this.#expire(limit)) {
        const gap = now - end[idle[this.#head]!]!;
        if (gap <= limit) break;
        if (gap < this.sameBelow) this.sameBelow = gap;
      }
      let used = -1;
      if (!(flags[at]! & isForced)) {
        while (room.length > 0 && !hasRoom(active[room.at(-1)!]!, concurrency)) room.pop();
        if (room.length > 0) used = room.at(-1)!;
        else if (this.#head < this.#tail) {
          const taken = rules.policy === 'oldest_idle' ? idle[this.#head++]! : idle[--this.#tail]!;
          this.idle += now - end[taken]!;
          this.#idleTaken += now - end[taken]!;
          marks[at]! |= woke;
          used = connection[taken - from]!;
          room.push(used);
        }
      }
      if (used >= 0) {
        marks[at]! |= served;
        this.wasted += requests.setup(at);
        if (flags[at]! & isFirst) this.avoidable += 1;
      } else {
        used = active.push(0) - 1;
        if (!(flags[at]! & isFirst)) room.push(used);
        this.#open(at);
      }
      active[used]! += 1;
      connection[at - from] = used;
    }
    for (; next < to; next += 1) release(releases[next]!);
    while (this.#head < this.#tail) this.#expire(limit);
  }

  #rest(position: number): void {
    this.#idle[this.#tail++] = position;
    this.marks[position]! |= rested;
  }

  #expire(limit: Duration): void {
    const position = this.#idle[this.#head++]!;
    this.marks[position]! |= expired;
    this.idle += this.#idleFor(position, limit);
  }

  /** What `idle` of the last replay would have been with another limit, between that one and `sameBelow`; undefined where adding up in another order may differ in the last bit. */
  idleWith(lane: number, limit: Duration): Duration | undefined {
    if (!this.#isWhole) return undefined;
    let idle = this.#idleTaken;
    const { lanes } = this.#requests;
    for (let at = lanes[lane]!; at < lanes[lane + 1]!; at += 1) if (this.marks[at]! & expired) idle += this.#idleFor(at, limit);
    return Number.isSafeInteger(idle) ? idle : undefined;
  }

  /** Of a connection that nobody took again. */
  #idleFor(position: number, limit: Duration): Duration {
    return Math.max(0, Math.min(limit, this.#now - this.#requests.end[position]!));
  }

  #open(position: number): void {
    this.opens += 1;
    if (!(this.#requests.flags[position]! & isFirst)) this.surplus += 1;
  }
}

const hasRoom = (active: number, concurrency: number): boolean => active > 0 && active < concurrency;

/** Requests that really were the first of their connection, in order of being sent: by then its set-up was done. */
export function firstsByStart(requests: Requests, from: number, to: number): number[] {
  const firsts: number[] = [];
  for (let at = from; at < to; at += 1) if (requests.flags[at]! & isFirst) firsts.push(at);
  return firsts.sort((a, b) => requests.start(a) - requests.start(b) || a - b);
}
