/** What only many connections of one server show together: drains, request caps, age caps. */

import { KeyTable } from '../key-table.ts';
import { inBlocks, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import { millisecond, second } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Numbering, type Numbers } from './numbering.ts';
import { orderBy } from './order.ts';
import type { Timer } from './timer-table.ts';
import type { Usage } from './usage.ts';

/** Idle connections closed within this time, so many and many times as often as usual, after idle times that differ: all at once. */
const atOnce: Duration = 100 * millisecond;
const many = 4;
/** A client that ends, or drops its pool, does so within this time, however few its connections are. */
const together: Duration = 10 * millisecond;
const unusual = 10;
const differs: Duration = second;

/** Connections that ended at the same count or age before that is called a cap. */
const alike = 3;
const leastAge: Duration = 10 * second;
/** Ages this close (or a fiftieth) are the same. */
const sameAge: Duration = second;

/** Of connections: it was idle and could have been kept when its client, its server ended it; its server ended it though it had just served. */
const KEPT_BY_CLIENT = 1;
const KEPT_BY_SERVER = 2;
const RETIRED = 4;

export class Patterns {
  /** By connection: 1 where its end was one of many at once. */
  readonly drained: Uint8Array;
  /** Number of a connection's server (address, port and link), of so many. */
  serverOf: Numbers;
  servers = 0;
  readonly #columns: Columns;
  readonly #usage: Usage;
  readonly #timers: readonly Timer[];
  readonly #traits: Uint8Array;
  readonly #memory: ColumnMemory;
  #caps: ReadonlyMap<number, number> = new Map();
  #ages: ReadonlyMap<number, Duration> = new Map();

  /** Nothing is known before `filling` is done. */
  constructor(columns: Columns, usage: Usage, timers: readonly Timer[], memory: ColumnMemory) {
    this.#memory = memory;
    const size = columns.connections;
    this.#columns = columns;
    this.#usage = usage;
    this.#timers = timers;
    this.drained = memory.uint8(size);
    this.serverOf = new Uint16Array(0);
    this.#traits = memory.uint8(size);
  }

  *filling(): Steps<void> {
    const columns = this.#columns;
    const servers = new KeyTable();
    const serverOf = new Numbering(columns.connections, this.#memory);
    yield* inBlocks(columns.connections, (from, to) => {
      for (let each = from; each < to; each += 1) {
        serverOf.set(each, servers.of(columns.serverHost(each), columns.serverPort(each), columns.linkTag(each)));
      }
    });
    this.serverOf = serverOf.of;
    this.servers = servers.count;
    const lent = this.#memory.lend();
    const ended = yield* this.#ended(lent);
    yield* this.#findDrains(ended, lent);
    [this.#caps, this.#ages] = yield* this.#findCaps(ended, lent);
    this.#memory.takeBack(lent);
  }

  /** The server, unasked, let it end though it had just served: by its header, GOAWAY, or at once. */
  isRetired(connection: number): boolean {
    return (this.#traits[connection]! & RETIRED) !== 0;
  }

  /** Requests after which this server closes, as several connections show; undefined where they do not. */
  cap(connection: number): number | undefined {
    return this.#caps.get(this.serverOf[connection]!);
  }

  /** Age at which this server closes. */
  age(connection: number): Duration | undefined {
    return this.#ages.get(this.serverOf[connection]!);
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

  /** Used connections that somebody ended, server by server in order of time; what is asked of them is read in their own order, which is quick. */
  *#ended(memory: ColumnMemory): Steps<Int32Array> {
    const { serverOf, servers } = this;
    const usage = this.#usage;
    const { answered, endedBy, idle } = usage;
    /** Where the rows of a server begin. */
    const bounds = new Int32Array(servers + 1);
    yield* inBlocks(answered.length, (from, to) => {
      for (let each = from; each < to; each += 1) {
        const last = answered[each]!;
        if (last < 0) continue;
        const by = endedBy[each]!;
        // What a client has just used goes with the rest when the client ends.
        const kept = by >= 0 && idle[each]! >= (by === 0 ? 0 : atOnce) && usage.isReusable(each);
        this.#traits[each] = (kept ? (by === 0 ? KEPT_BY_CLIENT : KEPT_BY_SERVER) : 0) | (this.#hasRetired(each, last) ? RETIRED : 0);
        if (by >= 0) bounds[serverOf[each]! + 1]! += 1;
      }
    });
    for (let server = 0; server < servers; server += 1) bounds[server + 1]! += bounds[server]!;
    const rows = memory.int32(bounds[servers]!);
    const next = bounds.slice();
    for (let each = 0; each < answered.length; each += 1) {
      if (answered[each]! < 0 || endedBy[each]! < 0) continue;
      const server = serverOf[each]!;
      rows[next[server]!] = each;
      next[server]! += 1;
    }
    const mark = memory.mark();
    for (let server = 0; server < servers; server += 1) {
      yield;
      const own = rows.subarray(bounds[server], bounds[server + 1]);
      if (own.length < 2) continue;
      const order = orderBy(this.#endsOf(own, memory), undefined, memory);
      for (let at = 0; at < order.length; at += 1) order[at] = own[order[at]!]!;
      own.set(order);
      memory.rewind(mark);
    }
    return rows;
  }

  #hasRetired(connection: number, last: number): boolean {
    const columns = this.#columns;
    if (!columns.openingSeen(connection)) return false;
    if (columns.closeHeader(last) === 2 && columns.persistenceRule(last) === 'close_header') return true;
    const goAway = columns.goAway(connection);
    if (goAway !== undefined) return goAway.by === 'server' && goAway.code === 'NO_ERROR';
    const { endedBy, idle } = this.#usage;
    return endedBy[connection] === 1 && idle[connection]! < atOnce && this.#usage.isReusable(connection);
  }

  *#findDrains(rows: Int32Array, memory: ColumnMemory): Steps<void> {
    const mark = memory.mark();
    for (let from = 0; from < rows.length; ) {
      yield;
      const beyond = this.#beyond(rows, from);
      for (const side of [KEPT_BY_CLIENT, KEPT_BY_SERVER]) {
        const kept = this.#having(side, rows.subarray(from, beyond), memory);
        if (kept.length < 2) continue;
        const times = this.#endsOf(kept, memory);
        if (side === KEPT_BY_CLIENT) this.#findDrainsOf(kept, times, 2, together);
        if (kept.length >= many) this.#findDrainsOf(kept, times, many, atOnce);
      }
      memory.rewind(mark);
      from = beyond;
    }
  }

  #having(trait: number, rows: Int32Array, memory: ColumnMemory): Int32Array {
    const having = memory.int32(rows.length);
    let size = 0;
    for (let at = 0; at < rows.length; at += 1) if ((this.#traits[rows[at]!]! & trait) !== 0) having[size++] = rows[at]!;
    return having.subarray(0, size);
  }

  /** Where the rows of the server of that one end. */
  #beyond(rows: Int32Array, from: number): number {
    const server = this.serverOf[rows[from]!]!;
    let beyond = from + 1;
    while (beyond < rows.length && this.serverOf[rows[beyond]!] === server) beyond += 1;
    return beyond;
  }

  #endsOf(rows: Int32Array, memory: ColumnMemory): Float64Array {
    const ends = memory.float64(rows.length);
    for (let at = 0; at < rows.length; at += 1) ends[at] = this.#usage.endedAt(rows[at]!);
    return ends;
  }

  /** Of one server and one side, in order of time. */
  #findDrainsOf(rows: Int32Array, times: Float64Array, fewest: number, within: Duration): void {
    const { idle } = this.#usage;
    const { length } = rows;
    const usual = (unusual * within) / Math.max(within, times[length - 1]! - times[0]!);
    /** Marked already, up to here. */
    let marked = 0;
    for (let at = 0, from = 0; at < length; at += 1) {
      while (times[at]! - times[from]! > within) from += 1;
      const count = at - from + 1;
      if (count < fewest || count < usual * (length - count)) continue;
      let least = Number.POSITIVE_INFINITY;
      let most = 0;
      for (let each = from; each <= at; each += 1) {
        // One that was opened when others closed is their successor.
        if (this.#columns.opened(rows[each]!) > times[from]!) continue;
        const time = idle[rows[each]!]!;
        if (time < least) least = time;
        if (time > most) most = time;
      }
      if (most - least <= differs) continue;
      for (let each = Math.max(from, marked); each <= at; each += 1) if (idle[rows[each]!]! >= atOnce) this.drained[rows[each]!] = 1;
      marked = at + 1;
    }
  }

  /** Counts and ages at which a server says that it will close, if all that it says so on agree. */
  *#findCaps(rows: Int32Array, memory: ColumnMemory): Steps<[Map<number, number>, Map<number, Duration>]> {
    const mark = memory.mark();
    const columns = this.#columns;
    const caps = new Map<number, number>();
    const ages = new Map<number, Duration>();
    for (let from = 0; from < rows.length; ) {
      yield;
      const server = this.serverOf[rows[from]!]!;
      const beyond = this.#beyond(rows, from);
      memory.rewind(mark);
      const retired = this.#having(RETIRED, rows.subarray(from, beyond), memory);
      from = beyond;
      if (retired.length < alike) continue;
      const counts = retired.map((each) => this.#usage.served(each)).sort();
      const usual = counts[counts.length >> 1]!;
      if (usual > 1 && counts.filter((count) => count === usual).length >= Math.max(alike, 0.8 * counts.length)) caps.set(server, usual);
      else {
        const lives = Float64Array.from(retired, (each) => this.#usage.endedAt(each) - columns.opened(each)).sort();
        const least = lives[0]!;
        if (least >= leastAge && lives.at(-1)! - least <= Math.max(sameAge, least / 50)) ages.set(server, least);
      }
    }
    return [caps, ages];
  }
}
