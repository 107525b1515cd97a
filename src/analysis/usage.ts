/** When each connection was last of use, how long it had been idle before, what was left unanswered, and how it ended: one pass over the exchanges, one over the connections. */

import { inBlocks, type Steps } from '../steps.ts';
import type { Duration, Time } from '../time.ts';
import { type Columns, isCrossed } from '../trace/index.ts';
import { announcedEnd, endOf } from './before-close.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Sparse } from './sparse.ts';

// Traits.
const REUSABLE = 1;
const RACED = 2;
const ENDED_LAST = 4;

/** So many answered requests have a byte of their own; of more it says that they are counted apart. */
const MANY = 255;

/** By connection. Of a million connections most have served once and were closed: what the others have beside that takes memory for them only. */
export class Usage {
  /** Last request that was answered; -1. */
  readonly answered: Int32Array;
  /** From the last use to the end; NaN where the connection is open, was never of use, was waiting for an answer, or went on as a websocket or a tunnel. */
  readonly idle: Float64Array;
  /** Whoever announced it by GOAWAY, else who sent the first FIN or RST: 0 client, 1 server, -1 nobody. */
  readonly endedBy: Int8Array;
  /** Exchanges that were answered with 421 (Misdirected Request): few. */
  readonly misdirected: readonly number[];
  readonly #columns: Columns;
  readonly #traits: Uint8Array;
  readonly #served: Uint8Array;
  readonly #servedMany = new Map<number, number>();
  readonly #pending: Sparse;
  readonly #unasked: Sparse;
  readonly #longestGap: Sparse;
  /** Of those that something is pending on. */
  readonly #end: Sparse;

  /** Nothing is known before `filling` is done. */
  constructor(columns: Columns, memory: ColumnMemory) {
    const size = columns.connections;
    this.#columns = columns;
    this.answered = memory.int32(size).fill(-1);
    this.idle = memory.float64(size).fill(Number.NaN);
    this.endedBy = new Int8Array(size);
    this.misdirected = [];
    this.#traits = memory.uint8(size);
    this.#served = memory.uint8(size);
    this.#pending = new Sparse(size, -1);
    this.#unasked = new Sparse(size, -1);
    this.#longestGap = new Sparse(size, Number.NaN);
    this.#end = new Sparse(size, Number.NaN);
  }

  *filling(): Steps<void> {
    yield* inBlocks(this.#columns.exchanges, (from, to) => this.#follow(from, to));
    yield* inBlocks(this.answered.length, (from, to) => this.#finish(from, to));
  }

  /** The first request after the last answered one; -1. */
  pending(connection: number): number {
    return this.#pending.get(connection);
  }

  /** Response that nobody had asked for: the last one; -1. */
  unasked(connection: number): number {
    return this.#unasked.get(connection);
  }

  /** The last request that was answered left the connection open for another. */
  isReusable(connection: number): boolean {
    return (this.#traits[connection]! & REUSABLE) !== 0;
  }

  /** Of all answers on it that of the last answered request ended last; there is no other that nobody asked for. */
  isLastInTime(connection: number): boolean {
    return (this.#traits[connection]! & ENDED_LAST) !== 0 && this.#unasked.get(connection) < 0;
  }

  /** After it had served, a request and the server's close crossed: whoever closed cannot have had it, and it was never answered. */
  isRaced(connection: number): boolean {
    return (this.#traits[connection]! & RACED) !== 0;
  }

  /** Answered requests. */
  served(connection: number): number {
    const served = this.#served[connection]!;
    return served < MANY ? served : this.#servedMany.get(connection)!;
  }

  /** Longest idle time after which the connection served again; NaN where it never did. */
  longestGap(connection: number): Duration {
    return this.#longestGap.get(connection);
  }

  /** From the last use to the request that was not answered; NaN without one. */
  silence(connection: number): Duration {
    const pending = this.#pending.get(connection);
    return pending < 0 ? Number.NaN : this.#columns.exchangeStart(pending) - this.#end.get(connection);
  }

  /** When the end was announced or done; NaN while open. */
  endedAt(connection: number): Time {
    return endOf(this.#columns, connection);
  }

  #follow(from: number, to: number): void {
    const columns = this.#columns;
    const { answered } = this;
    const misdirected = this.misdirected as number[];
    /** Latest end of an answered exchange; NaN without one. */
    const end = this.idle;
    for (let exchange = from; exchange < to; exchange += 1) {
      const connection = columns.exchangeConnection(exchange);
      if (!columns.hasRequest(exchange)) {
        this.#unasked.set(connection, exchange);
        continue;
      }
      if (!columns.answered(exchange)) {
        if (this.#pending.get(connection) < 0) this.#pending.set(connection, exchange);
        continue;
      }
      const before = end[connection]!;
      const gap: Duration = columns.exchangeStart(exchange) - before;
      if (gap >= 0 && !(this.#longestGap.get(connection) >= gap)) this.#longestGap.set(connection, gap);
      const done: Time = columns.exchangeEnd(exchange);
      const isLatest = !(before >= done);
      if (isLatest) end[connection] = done;
      answered[connection] = exchange;
      this.#traits[connection] = (columns.persistent(exchange) ? REUSABLE : 0) | (isLatest ? ENDED_LAST : 0);
      if (this.#pending.get(connection) >= 0) this.#pending.set(connection, -1);
      this.#count(connection);
      if (columns.status(exchange) === 421) misdirected.push(exchange);
    }
  }

  #count(connection: number): void {
    const served = this.#served[connection]!;
    if (served < MANY) this.#served[connection] = served + 1;
    if (served >= MANY - 1) this.#servedMany.set(connection, (this.#servedMany.get(connection) ?? MANY - 1) + 1);
  }

  /** Makes of the time of the last use the idle time after it. */
  #finish(from: number, to: number): void {
    const columns = this.#columns;
    const { answered, endedBy, idle } = this;
    for (let each = from; each < to; each += 1) {
      const announced = announcedEnd(columns, each);
      const ended = announced?.time ?? columns.closed(each);
      endedBy[each] = announced === undefined ? columns.closedBy(each) : announced.by === 'client' ? 0 : 1;
      const request = this.#pending.get(each);
      if (request >= 0) {
        this.#end.set(each, idle[each]!);
        if (answered[each]! >= 0 && isCrossed(columns, each, request)) this.#traits[each]! |= RACED;
      }
      const isWaiting = request >= 0 && columns.exchangeStart(request) < ended && !this.isRaced(each);
      const last = answered[each]!;
      const hasLeft = last >= 0 && !this.isReusable(each) && columns.persistenceRule(last) === 'left_http';
      idle[each] = isWaiting || hasLeft ? Number.NaN : Math.max(0, ended - idle[each]!);
    }
  }
}
