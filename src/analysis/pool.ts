/**
 * The one virtual pool: replays the requests of a lane in order of arrival on connections that would have been kept, and counts how many it opens.
 *
 * A virtual connection is busy from the arrival of a request to the end of its response, then idle, and gone when it has been idle for longer than
 * the idle timeout. A request takes an idle connection, or opens one. Which one it takes is the policy: `oldest_idle`, the connection nearest to its
 * expiry, is greedy matching on intervals of equal length (Glover) and opens as few as is possible at all; `last_used` is what most clients do.
 * Real closes, caps and headers are left out on purpose: the pool says what keeping connections would have done, so a connection is reusable after
 * every exchange, `Connection: close` and HTTP/1.0 included (not sending it is the remedy that "churn" names), unless it left HTTP (upgrade,
 * CONNECT) or was never answered. Times of requests stay as recorded.
 *
 * On connections that multiplex (HTTP/2) a request takes one with room, used before idle ones, once its set-up is done; else an idle one; else it
 * opens one. Requests whose connection was opened before the capture keep a connection of their own.
 */

import type { Duration, Time } from '../time.ts';
import { isFirst, isForced, keeps, type Requests } from './requests.ts';

export interface PoolRules {
  /** Infinity is allowed. */
  readonly idleTimeout: Duration;
  readonly policy: 'oldest_idle' | 'last_used';
  /** Exchanges at once on a connection that multiplexes; Infinity is allowed. */
  readonly concurrency: number;
}

/** What happened to a request in the last replay: an existing connection served it; that had been idle; */
export const served = 1;
export const woke = 2;
/** its end left a connection idle; which then stayed so for the idle timeout, or until the trace ended. */
export const rested = 4;
export const expired = 8;

export class Pool {
  readonly #requests: Requests;
  readonly #now: Time;
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
  /** Connection time spent idle, up to the end of the trace. */
  idle: Duration = 0;

  constructor(requests: Requests, now: Time) {
    this.#requests = requests;
    this.#now = now;
    this.marks = new Uint8Array(requests.size);
    let longest = 0;
    for (let lane = 1; lane < requests.lanes.length; lane += 1)
      longest = Math.max(longest, requests.lanes[lane]! - requests.lanes[lane - 1]!);
    this.#idle = new Int32Array(longest);
  }

  replay(lane: number, rules: PoolRules): void {
    this.opens = 0;
    this.avoidable = 0;
    this.wasted = 0;
    this.surplus = 0;
    this.idle = 0;
    this.#head = 0;
    this.#tail = 0;
    const from = this.#requests.lanes[lane]!;
    const to = this.#requests.lanes[lane + 1]!;
    if (from === to) return;
    this.marks.fill(0, from, to);
    if (lane % 2 === 1 && rules.concurrency > 1) this.#replayShared(from, to, rules);
    else this.#replayExclusive(from, to, rules);
    while (this.#head < this.#tail) this.#expire(rules.idleTimeout);
  }

  #replayExclusive(from: number, to: number, rules: PoolRules): void {
    const { arrival, end, flags, releases } = this.#requests;
    const { marks } = this;
    const idle = this.#idle;
    const limit = rules.idleTimeout;
    const oldest = rules.policy === 'oldest_idle';
    let next = from;
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      for (; next < to; next += 1) {
        const done = releases[next]!;
        if (done >= at || end[done]! > now) break;
        if (flags[done]! & keeps) this.#rest(done);
      }
      while (this.#head < this.#tail && now - end[idle[this.#head]!]! > limit) this.#expire(limit);
      if (this.#head < this.#tail && !(flags[at]! & isForced)) {
        const taken = oldest ? idle[this.#head++]! : idle[--this.#tail]!;
        this.idle += now - end[taken]!;
        marks[at]! |= woke;
        this.#serve(at);
      } else this.#open(at);
    }
    for (; next < to; next += 1) if (flags[releases[next]!]! & keeps) this.#rest(releases[next]!);
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
      while (this.#head < this.#tail && now - end[idle[this.#head]!]! > limit) this.#expire(limit);
      let used = -1;
      if (!(flags[at]! & isForced)) {
        while (room.length > 0 && !hasRoom(active[room.at(-1)!]!, concurrency)) room.pop();
        if (room.length > 0) used = room.at(-1)!;
        else if (this.#head < this.#tail) {
          const taken = rules.policy === 'oldest_idle' ? idle[this.#head++]! : idle[--this.#tail]!;
          this.idle += now - end[taken]!;
          marks[at]! |= woke;
          used = connection[taken - from]!;
          room.push(used);
        }
      }
      if (used >= 0) this.#serve(at);
      else {
        used = active.push(0) - 1;
        if (!(flags[at]! & isFirst)) room.push(used);
        this.#open(at);
      }
      active[used]! += 1;
      connection[at - from] = used;
    }
    for (; next < to; next += 1) release(releases[next]!);
  }

  #rest(position: number): void {
    this.#idle[this.#tail++] = position;
    this.marks[position]! |= rested;
  }

  #expire(limit: Duration): void {
    const position = this.#idle[this.#head++]!;
    this.marks[position]! |= expired;
    this.idle += Math.max(0, Math.min(limit, this.#now - this.#requests.end[position]!));
  }

  #serve(position: number): void {
    this.marks[position]! |= served;
    if (!(this.#requests.flags[position]! & isFirst)) return;
    this.avoidable += 1;
    const setup = this.#requests.setup(position);
    if (setup > 0) this.wasted += setup;
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
