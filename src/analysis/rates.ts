/** How many connections were opened, were open and were idle, over time. */

import { type Steps, stepRows } from '../steps.ts';
import { second, type Time } from '../time.ts';
import type { Columns, Trace } from '../trace/index.ts';

export interface Rates {
  readonly from: Time;
  readonly to: Time;
  /** Opened in a second. */
  readonly opens: Float64Array;
  /** On average at once: open, and of these without an exchange in progress. */
  readonly open: Float64Array;
  readonly idle: Float64Array;
}

/** In `parts` of the time from `from` to `to`; of all connections, or of those listed in `rows`. */
export function* ratesOf(trace: Trace, rows: ArrayLike<number> | undefined, from: Time, to: Time, parts: number): Steps<Rates> {
  const { columns } = trace;
  const opens = new Float64Array(parts);
  const open = new Spans(from, to, parts);
  const busy = new Spans(from, to, parts);
  const perSecond = (parts * second) / Math.max(1, to - from);
  const size = rows?.length ?? columns.connections;
  for (let at = 0; at < size; at += 1) {
    if (at % stepRows === stepRows - 1) yield;
    const each = rows === undefined ? at : rows[at]!;
    const begin = columns.opened(each);
    if (begin > to) continue;
    if (begin >= from && columns.openingSeen(each)) opens[Math.min(parts - 1, open.partOf(begin))]! += perSecond;
    if (!columns.established(each)) continue;
    const closed = columns.closed(each);
    const end = Number.isNaN(closed) ? to : closed;
    if (end < from) continue;
    open.add(begin, end);
    addExchanges(columns, each, end, busy);
  }
  const mean = open.mean();
  const used = busy.mean();
  return { from, to, opens, open: mean, idle: mean.map((value, part) => Math.max(0, value - used[part]!)) };
}

/** Those that overlap count once. */
function addExchanges(columns: Columns, connection: number, closed: Time, busy: Spans): void {
  let until = Number.NEGATIVE_INFINITY;
  for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange)) {
    const begin = Math.max(until, columns.exchangeStart(exchange));
    const end = Math.min(closed, columns.exchangeEnd(exchange));
    if (!(end > begin)) continue;
    busy.add(begin, end);
    until = end;
  }
}

/** Spans of time, added up by parts of the whole. */
class Spans {
  readonly #from: Time;
  readonly #part: number;
  readonly #covered: Float64Array;
  /** Whole parts that a span covers: one more from here, one less from there. */
  readonly #steps: Int32Array;

  constructor(from: Time, to: Time, parts: number) {
    this.#from = from;
    this.#part = Math.max(1, to - from) / parts;
    this.#covered = new Float64Array(parts);
    this.#steps = new Int32Array(parts + 1);
  }

  partOf(time: Time): number {
    return Math.floor((time - this.#from) / this.#part);
  }

  add(begin: Time, end: Time): void {
    const parts = this.#covered.length;
    const from = Math.max(0, Math.min(parts, (begin - this.#from) / this.#part));
    const to = Math.max(0, Math.min(parts, (end - this.#from) / this.#part));
    const first = Math.floor(from);
    const last = Math.floor(to);
    if (first === last) {
      if (first < parts) this.#covered[first]! += to - from;
      return;
    }
    this.#covered[first]! += first + 1 - from;
    if (last < parts) this.#covered[last]! += to - last;
    this.#steps[first + 1]! += 1;
    this.#steps[last]! -= 1;
  }

  /** How many at once, on average. */
  mean(): Float64Array {
    let whole = 0;
    return this.#covered.map((covered, part) => {
      whole += this.#steps[part]!;
      return covered + whole;
    });
  }
}
