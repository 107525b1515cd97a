/** When each connection was last of use, how long it had been idle before, what was left unanswered, and how it ended: one pass over the exchanges, one over the connections. */

import type { Duration, Time } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import { type Endings, endingsOf } from './before-close.ts';

/** By connection. */
export interface Usage extends Endings {
  /** Last request that was answered, and the first one after it that was not; -1. */
  readonly answered: Int32Array;
  readonly pending: Int32Array;
  /** 1 where the last request that was answered left the connection open for another. */
  readonly reusable: Uint8Array;
  /** Latest end of an answered exchange; NaN without one. */
  readonly end: Float64Array;
  /** Answered requests. */
  readonly served: Uint32Array;
  /** Longest idle time after which the connection served again; NaN where it never did. */
  readonly longestGap: Float64Array;
  /** Unasked response: the last one; -1. */
  readonly unasked: Int32Array;
  /** Exchanges that were answered with 421 (Misdirected Request): few. */
  readonly misdirected: readonly number[];
}

export function usageOf(columns: Columns): Usage {
  const size = columns.connections;
  const answered = new Int32Array(size).fill(-1);
  const pending = new Int32Array(size).fill(-1);
  const unasked = new Int32Array(size).fill(-1);
  const reusable = new Uint8Array(size);
  const end = new Float64Array(size).fill(Number.NaN);
  const longestGap = new Float64Array(size).fill(Number.NaN);
  const served = new Uint32Array(size);
  const misdirected: number[] = [];
  for (let exchange = 0; exchange < columns.exchanges; exchange += 1) {
    const connection = columns.exchangeConnection(exchange);
    if (!columns.hasRequest(exchange)) {
      unasked[connection] = exchange;
      continue;
    }
    if (!columns.answered(exchange)) {
      if (pending[connection]! < 0) pending[connection] = exchange;
      continue;
    }
    const before = end[connection]!;
    const gap: Duration = columns.exchangeStart(exchange) - before;
    if (gap >= 0 && !(longestGap[connection]! >= gap)) longestGap[connection] = gap;
    const done: Time = columns.exchangeEnd(exchange);
    if (!(before >= done)) end[connection] = done;
    answered[connection] = exchange;
    reusable[connection] = columns.persistent(exchange) ? 1 : 0;
    pending[connection] = -1;
    served[connection]! += 1;
    if (columns.status(exchange) === 421) misdirected.push(exchange);
  }
  const endings = endingsOf(columns, { answered, pending, end });
  return { answered, pending, reusable, end, served, longestGap, unasked, misdirected, ...endings };
}
