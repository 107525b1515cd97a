/** What-if: the requests of a trace replayed with other settings than the idle limit alone, and what that would have opened, saved and held. */

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
  const replay = new Replay(requests, settings, options.now);
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
    idleConnectionsPeak: replay.peak(),
  };
}

/** One virtual connection. */
interface Virtual {
  active: number;
  served: number;
  /** It may not be used again. */
  over: boolean;
  idleSince: Time;
}

/** As `Pool`, with last-used reuse, but for caps on requests and on idle connections; slower, and only for what is asked for. */
class Replay {
  readonly #requests: Requests;
  readonly #settings: SimulationSettings;
  readonly #now: Time;
  readonly #begins: Time[] = [];
  readonly #ends: Time[] = [];
  opens = 0;
  avoided = 0;
  saved: Duration = 0;
  idle: Duration = 0;

  constructor(requests: Requests, settings: SimulationSettings, now: Time) {
    this.#requests = requests;
    this.#settings = settings;
    this.#now = now;
  }

  lane(lane: number, shared: boolean): void {
    const { arrival, end, flags, lanes, releases } = this.#requests;
    const { idleTimeout, maxRequests } = this.#settings;
    const from = lanes[lane]!;
    const to = lanes[lane + 1]!;
    if (from === to) return;
    const concurrency = shared ? usualConcurrency : 1;
    const used: Virtual[] = [];
    /** Idle ones in order of time, and those in use that have room, last used at the end. */
    const idle: Virtual[] = [];
    const room: Virtual[] = [];
    const opened = new Uint8Array(to - from);
    const settingUp = shared ? firstsByStart(this.#requests, from, to) : [];
    let ready = 0;
    let next = from;
    for (let at = from; at < to; at += 1) {
      const now = arrival[at]!;
      for (; ready < settingUp.length; ready += 1) {
        const opener = settingUp[ready]!;
        if (opener >= at || this.#requests.start(opener) > now) break;
        if (opened[opener - from] === 1) room.push(used[opener - from]!);
      }
      for (; next < to && releases[next]! < at && end[releases[next]!]! <= now; next += 1)
        this.#release(used[releases[next]! - from]!, releases[next]!, idle, room, concurrency);
      while (idle.length > 0 && now - idle[0]!.idleSince > idleTimeout) this.#rested(idle.shift()!, idleTimeout);
      let taken: Virtual | undefined;
      if (!(flags[at]! & isForced)) {
        while (room.length > 0 && !hasRoom(room.at(-1)!, concurrency, maxRequests)) room.pop();
        taken = shared ? room.at(-1) : undefined;
        if (taken === undefined && idle.length > 0) {
          taken = idle.pop()!;
          this.#rested(taken, now - taken.idleSince);
          if (shared) room.push(taken);
        }
      }
      if (taken === undefined) {
        taken = { active: 0, served: 0, over: false, idleSince: 0 };
        this.opens += 1;
        opened[at - from] = 1;
        if (shared && !(flags[at]! & isFirst)) room.push(taken);
      } else if (flags[at]! & isFirst) {
        this.avoided += 1;
        this.saved += this.#requests.setup(at);
      }
      taken.active += 1;
      taken.served += 1;
      used[at - from] = taken;
    }
    for (; next < to; next += 1) this.#release(used[releases[next]! - from]!, releases[next]!, idle, room, concurrency);
    for (const left of idle) this.#rested(left, Math.max(0, Math.min(idleTimeout, this.#now - left.idleSince)));
  }

  #release(used: Virtual, done: number, idle: Virtual[], room: Virtual[], concurrency: number): void {
    const { idleTimeout, maxRequests, poolSize } = this.#settings;
    used.active -= 1;
    if (!(this.#requests.flags[done]! & keeps) || used.served >= maxRequests) used.over = true;
    if (used.over) return;
    if (used.active > 0) {
      if (used.active === concurrency - 1) room.push(used);
      return;
    }
    used.idleSince = this.#requests.end[done]!;
    idle.push(used);
    if (idle.length <= poolSize) return;
    const longest = idle.shift()!;
    this.#rested(longest, Math.min(idleTimeout, used.idleSince - longest.idleSince));
  }

  #rested(connection: Virtual, lasting: Duration): void {
    if (lasting <= 0) return;
    this.idle += lasting;
    this.#begins.push(connection.idleSince);
    this.#ends.push(connection.idleSince + lasting);
  }

  peak(): number {
    const begins = Float64Array.from(this.#begins).sort();
    const ends = Float64Array.from(this.#ends).sort();
    let most = 0;
    for (let begun = 0, ended = 0; begun < begins.length; begun += 1) {
      while (ends[ended]! <= begins[begun]!) ended += 1;
      most = Math.max(most, begun + 1 - ended);
    }
    return most;
  }
}

const hasRoom = ({ active, served, over }: Virtual, concurrency: number, maxRequests: number): boolean =>
  !over && active > 0 && active < concurrency && served < maxRequests;
