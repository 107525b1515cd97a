/** The exchanges of one connection, in order of their requests, for those who want a few members of each: made one by one, however many there are. */

import { type Exchange, type ExchangeLog, type ExchangePlace, ExchangeView } from '../http/index.ts';
import type { Time } from '../time.ts';
import type { RecordColumns } from './columns.ts';
import type { Redaction } from './redaction.ts';

/** The way to every so many-th is kept: a list of millions would take more memory than they do. */
const stride = 256;

/** Made one by one: who wants all of them goes through them. */
export interface ExchangeViews extends Iterable<Exchange> {
  readonly length: number;
  /** From 0; from -1 backwards. */
  at(index: number): Exchange | undefined;
  find(test: (exchange: Exchange) => boolean): Exchange | undefined;
  /** The one with this number in the trace's columns; undefined where it is of another connection. */
  numbered(exchange: number): Exchange | undefined;
}

export class LoggedExchanges implements ExchangeViews {
  readonly #log: ExchangeLog;
  readonly #columns: RecordColumns;
  readonly #redaction: Redaction | undefined;
  readonly #scheme: string;
  readonly #first: number;
  #marks: Marks | undefined;
  /** Where it was last: rows are mostly asked for one after the other. */
  #walk: Walk;

  /** `redaction`: of texts that are masked or renamed; undefined where they are shown as they are. */
  constructor(connection: number, log: ExchangeLog, columns: RecordColumns, redaction?: Redaction) {
    this.#log = log;
    this.#columns = columns;
    this.#redaction = redaction;
    this.#scheme = columns.encrypted(connection) ? 'https' : 'http';
    this.#first = columns.firstExchange(connection);
    this.#walk = beginning(this.#first);
  }

  get length(): number {
    return this.#marked().length;
  }

  at(index: number): Exchange | undefined {
    const { length } = this.#marked();
    const wanted = index < 0 ? length + index : index;
    if (wanted < 0 || wanted >= length) return undefined;
    this.#goNear(Math.floor(wanted / stride), (walk) => walk.index <= wanted);
    while (this.#walk.index < wanted) this.#step(this.#walk);
    return this.#view(this.#walk);
  }

  numbered(exchange: number): Exchange | undefined {
    const { rows } = this.#marked();
    let mark = 0;
    for (let end = rows.length; end - mark > 1; ) {
      const middle = (mark + end) >> 1;
      if (rows[middle]! <= exchange) mark = middle;
      else end = middle;
    }
    if (!(rows[mark]! <= exchange)) return undefined;
    this.#goNear(mark, (walk) => walk.row <= exchange);
    // The later has the higher number.
    while (this.#walk.row < exchange && this.#log.next(this.#walk.row) >= 0) this.#step(this.#walk);
    return this.#walk.row === exchange ? this.#view(this.#walk) : undefined;
  }

  find(test: (exchange: Exchange) => boolean): Exchange | undefined {
    for (const exchange of this) if (test(exchange)) return exchange;
    return undefined;
  }

  *[Symbol.iterator](): Generator<Exchange, void, void> {
    for (const walk = beginning(this.#first); walk.row >= 0; this.#step(walk)) yield this.#view(walk);
  }

  /** To a mark, unless where it was is nearer and still before what is wanted. */
  #goNear(mark: number, isBefore: (walk: Walk) => boolean): void {
    const { rows, ends } = this.#marked();
    if (this.#walk.index < mark * stride || !isBefore(this.#walk))
      this.#walk = { index: mark * stride, row: rows[mark]!, endBefore: ends[mark]! };
  }

  #step(walk: Walk): void {
    const end = this.#columns.exchangeEnd(walk.row);
    walk.endBefore = Number.isNaN(walk.endBefore) ? end : Math.max(walk.endBefore, end);
    walk.row = this.#log.next(walk.row);
    walk.index += 1;
  }

  #view({ index, row, endBefore }: Walk): Exchange {
    const idleBefore = Number.isNaN(endBefore) ? undefined : Math.max(0, this.#columns.exchangeStart(row) - endBefore);
    const place = { index, scheme: this.#scheme, idleBefore, endBefore };
    return this.#redaction === undefined
      ? new ExchangeView(this.#log, row, place)
      : new RedactedExchange(this.#log, row, place, this.#redaction);
  }

  #marked(): Marks {
    if (this.#marks !== undefined) return this.#marks;
    const rows: number[] = [];
    const ends: Time[] = [];
    const walk = beginning(this.#first);
    for (; walk.row >= 0; this.#step(walk)) {
      if (walk.index % stride !== 0) continue;
      rows.push(walk.row);
      ends.push(walk.endBefore);
    }
    this.#marks = { rows, ends, length: walk.index };
    return this.#marks;
  }
}

/** `endBefore`: when all before it had ended; NaN before the first. */
interface Walk {
  index: number;
  row: number;
  endBefore: Time;
}

/** Of each stride the first. */
interface Marks {
  readonly rows: readonly number[];
  readonly ends: readonly Time[];
  readonly length: number;
}

const beginning = (row: number): Walk => ({ index: 0, row, endBefore: Number.NaN });

class RedactedExchange extends ExchangeView {
  readonly #redaction: Redaction;

  constructor(log: ExchangeLog, row: number, place: ExchangePlace, redaction: Redaction) {
    super(log, row, place);
    this.#redaction = redaction;
  }

  override get authority(): string | undefined {
    const authority = super.authority;
    return authority === undefined ? undefined : this.#redaction.authority(authority);
  }
  override get target(): string | undefined {
    const target = super.target;
    return target === undefined ? undefined : this.#redaction.target(target);
  }
  /** Nobody knows what is in there. */
  override get keepAliveUnreadable(): string | undefined {
    return this.#redaction.facts.anonymized ? undefined : super.keepAliveUnreadable;
  }
}
