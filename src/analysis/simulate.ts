/** What-if: the requests of a trace replayed with other settings than the idle limit alone, and what that would have opened, saved and held. */

import { Scratch } from '../scratch.ts';
import { type Steps, stepRows } from '../steps.ts';
import type { Duration, Time } from '../time.ts';
import { second } from '../time.ts';
import type { Judgement } from './judgement.ts';
import { firstsByStart } from './pool.ts';
import { isFirst, isForced, keeps, type Requests } from './requests.ts';

export interface SimulationSettings {
  /** How long idle connections are kept; Infinity is allowed. */
  readonly idleTimeout: Duration;
  /** Requests after which a connection is closed; Infinity for no cap. */
  readonly maxRequests: number;
  /** Idle connections kept for each origin; Infinity for no limit. */
  readonly poolSize: number;
  /** Everything over HTTP/2: requests share connections instead of waiting for an idle one. */
  readonly http2: boolean;
}

export interface Simulation {
  readonly settings: SimulationSettings;
  /** Connections that were really opened for requests, and that would be. */
  readonly opensActual: number;
  readonly opens: number;
  /** Handshakes that are spared, and their known set-up times. */
  readonly avoided: number;
  readonly saved: Duration;
  /** The price: idle time held, in connection-seconds, and the most idle connections at once. */
  readonly idleConnectionSeconds: number;
  readonly idleConnectionsPeak: number;
}

/** Exchanges at once on an HTTP/2 connection, as most servers allow (RFC 9113 section 6.5.2 recommends no less). */
const usualConcurrency = 100;

/** In steps. */
export function* simulating({ counts, listed, options, requests }: Judgement, settings: SimulationSettings): Steps<Simulation> {
  const memory = new Scratch(bytesOf(requests));
  try {
    const replay = new Replay(requests, settings, options.now, memory);
    let opensActual = 0;
    let seen = 0;
    for (const key of listed) {
      opensActual += counts.actual[key]!;
      replay.lane(2 * key, settings.http2);
      replay.lane(2 * key + 1, true);
      seen += requests.lanes[2 * key + 2]! - requests.lanes[2 * key]!;
      if (seen < stepRows) continue;
      seen = 0;
      yield;
    }
    return {
      settings,
      opensActual,
      opens: replay.opens,
      avoided: replay.avoided,
      saved: replay.saved,
      idleConnectionSeconds: replay.idle / second,
      idleConnectionsPeak: yield* replay.peak(),
    };
  } finally {
    memory.free();
  }
}

/** Of what a replay keeps: two times for each request, and what it knows of the connections of one lane. */
const bytesOf = (requests: Requests): number => 16 * requests.size + 25 * requests.longestLane + 64;

/** As `Pool`, with last-used reuse, but for caps on requests and on idle connections; slower, and only for what is asked for. */
class Replay {
  readonly #requests: Requests;
  readonly #settings: SimulationSettings;
  readonly #now: Time;
  /** When connections became idle, and when they were so no longer: at most once for each request. */
  readonly #begins: Float64Array;
  readonly #ends: Float64Array;
  #rests = 0;
  // Of the lane being replayed. A virtual connection has the place of the request that opened it, counted from the lane's begin.
  /** The connection that a request was given. */
  readonly #used: Int32Array;
  readonly #active: Int32Array;
  readonly #served: Int32Array;
  readonly #idleSince: Float64Array;
  /** 1 where it may not be used again. */
  readonly #over: Uint8Array;
  /** Idle ones in order of time, from head to tail. */
  readonly #idle: Int32Array;
  #head = 0;
  #tail = 0;
  /** Those in use that have room, last used at the end. */
  #room: number[] = [];
  opens = 0;
  avoided = 0;
  saved: Duration = 0;
  idle: Duration = 0;

  constructor(requests: Requests, settings: SimulationSettings, now: Time, memory: Scratch) {
    const { longestLane, size } = requests;
    this.#requests = requests;
    this.#settings = settings;
    this.#now = now;
    this.#begins = memory.float64(size);
    this.#ends = memory.float64(size);
    this.#idleSince = memory.float64(longestLane);
    this.#used = memory.int32(longestLane);
    this.#active = memory.int32(longestLane);
    this.#served = memory.int32(longestLane);
    this.#idle = memory.int32(longestLane);
    this.#over = memory.uint8(longestLane);
  }

  lane(lane: number, shared: boolean): void {
    const { arrival, end, flags, lanes, releases } = this.#requests;
    const { idleTimeout } = this.#settings;
    const from = lanes[lane]!;
    const to = lanes[lane + 1]!;
    if (from === to) return;
    const concurrency = shared ? usualConcurrency : 1;
    const used = this.#used;
    const idle = this.#idle;
    this.#head = 0;
    this.#tail = 0;
    this.#room = [];
    const settingUp = shared ? firstsByStart(this.#requests, from, to) : [];
    let ready = 0;
    let next = from;
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      for (; ready < settingUp.length; ready += 1) {
        const opener = settingUp[ready]!;
        if (opener >= at || this.#requests.start(opener) > now) break;
        if (used[opener - from] === opener - from) this.#room.push(opener - from);
      }
      for (; next < to && releases[next]! < at && end[releases[next]!]! <= now; next += 1)
        this.#release(used[releases[next]! - from]!, releases[next]!, concurrency);
      while (this.#head < this.#tail && now - this.#idleSince[idle[this.#head]!]! > idleTimeout)
        this.#rested(idle[this.#head++]!, idleTimeout);
      const isFirstOne = (flags[at]! & isFirst) !== 0;
      let taken = flags[at]! & isForced ? -1 : this.#take(now, shared, concurrency);
      if (taken < 0) {
        taken = at - from;
        this.#active[taken] = 0;
        this.#served[taken] = 0;
        this.#over[taken] = 0;
        this.opens += 1;
        if (shared && !isFirstOne) this.#room.push(taken);
      } else if (isFirstOne) {
        this.avoided += 1;
        this.saved += this.#requests.setup(at);
      }
      this.#active[taken]! += 1;
      this.#served[taken]! += 1;
      used[at - from] = taken;
    }
    for (; next < to; next += 1) this.#release(used[releases[next]! - from]!, releases[next]!, concurrency);
    for (; this.#head < this.#tail; this.#head += 1) {
      const left = idle[this.#head]!;
      this.#rested(left, Math.max(0, Math.min(idleTimeout, this.#now - this.#idleSince[left]!)));
    }
  }

  /** One in use that has room, else the one that was used last; -1 where there is neither. */
  #take(now: Time, shared: boolean, concurrency: number): number {
    const room = this.#room;
    while (room.length > 0 && !this.#hasRoom(room.at(-1)!, concurrency)) room.pop();
    if (shared && room.length > 0) return room.at(-1)!;
    if (this.#head === this.#tail) return -1;
    this.#tail -= 1;
    const taken = this.#idle[this.#tail]!;
    this.#rested(taken, now - this.#idleSince[taken]!);
    if (shared) room.push(taken);
    return taken;
  }

  #hasRoom(connection: number, concurrency: number): boolean {
    const active = this.#active[connection]!;
    if (this.#over[connection] === 1 || active === 0 || active >= concurrency) return false;
    return this.#served[connection]! < this.#settings.maxRequests;
  }

  #release(used: number, done: number, concurrency: number): void {
    const { idleTimeout, maxRequests, poolSize } = this.#settings;
    const active = this.#active[used]! - 1;
    this.#active[used] = active;
    if (!(this.#requests.flags[done]! & keeps) || this.#served[used]! >= maxRequests) this.#over[used] = 1;
    if (this.#over[used] === 1) return;
    if (active > 0) {
      if (active === concurrency - 1) this.#room.push(used);
      return;
    }
    const since = this.#requests.end[done]!;
    this.#idleSince[used] = since;
    this.#idle[this.#tail++] = used;
    if (this.#tail - this.#head <= poolSize) return;
    const longest = this.#idle[this.#head++]!;
    this.#rested(longest, Math.min(idleTimeout, since - this.#idleSince[longest]!));
  }

  #rested(connection: number, lasting: Duration): void {
    if (lasting <= 0) return;
    const since = this.#idleSince[connection]!;
    this.idle += lasting;
    this.#begins[this.#rests] = since;
    this.#ends[this.#rests] = since + lasting;
    this.#rests += 1;
  }

  *peak(): Steps<number> {
    yield;
    const begins = this.#begins.subarray(0, this.#rests).sort();
    yield;
    const ends = this.#ends.subarray(0, this.#rests).sort();
    let most = 0;
    for (let begun = 0, ended = 0; begun < begins.length; begun += 1) {
      while (ends[ended]! <= begins[begun]!) ended += 1;
      most = Math.max(most, begun + 1 - ended);
    }
    return most;
  }
}
