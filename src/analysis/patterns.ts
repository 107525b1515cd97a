/** What only many connections of one server show together: drains, request caps, age caps. */

import type { Duration } from '../time.ts';
import { millisecond, second } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import { endedAt, endedBy, idleBeforeClose } from './before-close.ts';
import { KeyTable } from './key-table.ts';
import { orderBy } from './order.ts';
import type { Timer } from './timer-table.ts';
import type { Usage } from './usage.ts';

/** Idle connections closed within this time, so many and many times as often as usual, after idle times that differ: all at once. */
const atOnce: Duration = 100 * millisecond;
const many = 4;
const unusual = 10;
const differs: Duration = second;

/** Connections that ended at the same count or age before that is called a cap. */
const alike = 3;
const leastAge: Duration = 10 * second;
/** Ages this close (or a fiftieth) are the same. */
const sameAge: Duration = second;

export class Patterns {
  /** By connection: 1 where its end was one of many at once. */
  readonly drained: Uint8Array;
  readonly #columns: Columns;
  readonly #usage: Usage;
  readonly #timers: readonly Timer[];
  readonly #serverOf: Int32Array;
  readonly #caps: Map<number, number>;
  readonly #ages: Map<number, Duration>;

  constructor(columns: Columns, usage: Usage, timers: readonly Timer[]) {
    const size = columns.connections;
    this.#columns = columns;
    this.#usage = usage;
    this.#timers = timers;
    this.drained = new Uint8Array(size);
    const servers = new KeyTable();
    this.#serverOf = new Int32Array(size);
    for (let each = 0; each < size; each += 1)
      this.#serverOf[each] = servers.of(columns.serverHost(each), columns.serverPort(each), columns.linkTag(each));
    const ended = this.#ended();
    this.#findDrains(ended);
    [this.#caps, this.#ages] = this.#findCaps(ended);
  }

  /** Requests after which this server closes, as several connections show; undefined where they do not. */
  cap(connection: number): number | undefined {
    return this.#caps.get(this.#serverOf[connection]!);
  }

  /** Age at which this server closes. */
  age(connection: number): Duration | undefined {
    return this.#ages.get(this.#serverOf[connection]!);
  }

  /** Whether the server is known to have a cap of so many requests unless set otherwise. */
  isUsualCap(connection: number, requests: number): boolean {
    return this.#timers.some((timer) => timer.role === 'request_cap' && timer.value === requests && this.#isOf(timer, connection));
  }

  /** Whether software is known that closes at this age. */
  isUsualAge(connection: number, age: Duration): boolean {
    return this.#timers.some(
      (timer) =>
        timer.role === 'age_cap' &&
        timer.value !== undefined &&
        this.#isOf(timer, connection) &&
        age >= timer.value * second &&
        age <= timer.value * second * 1.01,
    );
  }

  #isOf({ products }: Timer, connection: number): boolean {
    const exchange = this.#usage.answered[connection]!;
    const server = exchange < 0 ? 0 : this.#columns.server(exchange);
    if (server === 0) return true;
    const text = this.#columns.product(server).toLowerCase();
    return products.some((product) => text.includes(product.toLowerCase()));
  }

  /** Used connections that somebody ended, server by server in order of time. */
  #ended(): Int32Array {
    const columns = this.#columns;
    const rows: number[] = [];
    for (let each = 0; each < columns.connections; each += 1)
      if (this.#usage.answered[each]! >= 0 && endedBy(columns, each) >= 0) rows.push(each);
    const times = Float64Array.from(rows, (each) => endedAt(columns, each));
    const byTime = orderBy(times);
    const servers = Float64Array.from(rows, (each) => this.#serverOf[each]!);
    return orderBy(servers, byTime).map((row) => rows[row]!);
  }

  #findDrains(ended: Int32Array): void {
    const columns = this.#columns;
    for (const side of [0, 1]) {
      const idle = ended.filter(
        (each) =>
          endedBy(columns, each) === side &&
          columns.persistent(this.#usage.answered[each]!) &&
          idleBeforeClose(columns, this.#usage, each) >= atOnce,
      );
      for (let from = 0; from < idle.length; ) {
        const server = this.#serverOf[idle[from]!]!;
        let beyond = from;
        while (beyond < idle.length && this.#serverOf[idle[beyond]!] === server) beyond += 1;
        this.#findDrainsOf(idle.subarray(from, beyond));
        from = beyond;
      }
    }
  }

  /** Of one server and one side, in order of time. */
  #findDrainsOf(idle: Int32Array): void {
    const columns = this.#columns;
    const span = endedAt(columns, idle.at(-1)!) - endedAt(columns, idle[0]!);
    let from = 0;
    for (let at = 0; at < idle.length; at += 1) {
      while (endedAt(columns, idle[at]!) - endedAt(columns, idle[from]!) > atOnce) from += 1;
      const count = at - from + 1;
      if (count < many || count < (unusual * (idle.length - count) * atOnce) / Math.max(atOnce, span)) continue;
      let least = Number.POSITIVE_INFINITY;
      let most = 0;
      for (let each = from; each <= at; each += 1) {
        const time = idleBeforeClose(columns, this.#usage, idle[each]!);
        least = Math.min(least, time);
        most = Math.max(most, time);
      }
      if (most - least > differs) for (let each = from; each <= at; each += 1) this.drained[idle[each]!] = 1;
    }
  }

  /** Counts and ages at which a server says that it will close, if all that it says so on agree. */
  #findCaps(ended: Int32Array): [Map<number, number>, Map<number, Duration>] {
    const columns = this.#columns;
    const caps = new Map<number, number>();
    const ages = new Map<number, Duration>();
    for (let from = 0; from < ended.length; ) {
      const server = this.#serverOf[ended[from]!]!;
      let beyond = from;
      while (beyond < ended.length && this.#serverOf[ended[beyond]!] === server) beyond += 1;
      const retired = ended.subarray(from, beyond).filter((each) => isRetired(columns, this.#usage, each));
      from = beyond;
      if (retired.length < alike) continue;
      const counts = retired.map((each) => this.#usage.served[each]!).sort();
      const usual = counts[counts.length >> 1]!;
      if (usual > 1 && counts.filter((count) => count === usual).length >= Math.max(alike, 0.8 * counts.length)) caps.set(server, usual);
      else {
        const lives = Float64Array.from(retired, (each) => endedAt(columns, each) - columns.opened(each)).sort();
        const least = lives[0]!;
        if (least >= leastAge && lives.at(-1)! - least <= Math.max(sameAge, least / 50)) ages.set(server, least);
      }
    }
    return [caps, ages];
  }
}

/** The server, unasked, let it end though it had just served: by its header, GOAWAY, or at once. */
export function isRetired(columns: Columns, usage: Usage, connection: number): boolean {
  const exchange = usage.answered[connection]!;
  if (exchange < 0 || !columns.openingSeen(connection)) return false;
  if (columns.closeHeader(exchange) === 2 && columns.persistenceRule(exchange) === 'close_header') return true;
  const goAway = columns.goAway(connection);
  if (goAway !== undefined) return goAway.by === 'server' && goAway.code === 'NO_ERROR';
  return endedBy(columns, connection) === 1 && columns.persistent(exchange) && idleBeforeClose(columns, usage, connection) < atOnce;
}
