/** Idle times between the exchanges of each connection of an origin, in ascending order; exchanges that overlap leave none. */

import type { Columns } from '../trace/index.ts';
import type { Judgement } from './judgement.ts';

/** Origins whose connections are walked along before the gaps of all are gathered. */
const askedAlone = 64;

/** Key by key. */
interface Gathered {
  readonly offsets: Int32Array;
  readonly gaps: Float64Array;
}

export class IdleGaps {
  readonly #judgement: Judgement;
  #asked = 0;
  #gathered: Gathered | undefined;

  constructor(judgement: Judgement) {
    this.#judgement = judgement;
  }

  /** `members`: the connections of that key. */
  of(key: number, members: Int32Array): Float64Array {
    if (this.#asked === askedAlone) this.#gathered = gather(this.#judgement);
    this.#asked += 1;
    if (this.#gathered === undefined) return walked(this.#judgement.trace.columns, members);
    const { offsets, gaps } = this.#gathered;
    return gaps.subarray(offsets[key]!, offsets[key + 1]!).sort();
  }
}

/**
 * Those of all keys, in the order of the exchanges' log: from connection to connection the processor would wait for memory at each exchange.
 * undefined where only some connections are looked at, or exchanges of a connection do not follow one another in the log.
 */
function gather(judgement: Judgement): Gathered | undefined {
  const { keys, memory, rows, trace } = judgement;
  const { columns } = trace;
  if (rows !== undefined) return undefined;
  let listed = 0;
  for (let each = 0; each < columns.connections; each += 1) if (columns.firstExchange(each) >= 0) listed += 1;
  const offsets = new Int32Array(keys.count + 1);
  const lent = memory.lend();
  const ends = lent.float64(columns.connections).fill(Number.NaN);
  for (let exchange = 0; exchange < columns.exchanges; exchange += 1) {
    const next = columns.nextExchange(exchange);
    if (next >= 0) listed += 1;
    if (next >= 0 && next < exchange) listed = Number.NaN;
    const connection = columns.exchangeConnection(exchange);
    if (gapBefore(columns, exchange, connection, ends) > 0) offsets[keys.of[connection]! + 1]! += 1;
  }
  const isOrdered = listed === columns.exchanges;
  for (let key = 0; key < keys.count; key += 1) offsets[key + 1]! += offsets[key]!;
  const next = offsets.slice(0, keys.count);
  const gaps = new Float64Array(isOrdered ? offsets[keys.count]! : 0);
  ends.fill(Number.NaN);
  for (let exchange = 0; isOrdered && exchange < columns.exchanges; exchange += 1) {
    const connection = columns.exchangeConnection(exchange);
    const gap = gapBefore(columns, exchange, connection, ends);
    if (!(gap > 0)) continue;
    const key = keys.of[connection]!;
    gaps[next[key]!] = gap;
    next[key]! += 1;
  }
  memory.takeBack(lent);
  return isOrdered ? { offsets, gaps } : undefined;
}

/** `ends`: by connection, the latest end so far; NaN without one. */
function gapBefore(columns: Columns, exchange: number, connection: number, ends: Float64Array): number {
  const end = ends[connection]!;
  const own = columns.exchangeEnd(exchange);
  if (!(own <= end)) ends[connection] = own;
  return columns.exchangeStart(exchange) - end;
}

function walked(columns: Columns, connections: Int32Array): Float64Array {
  const gaps: number[] = [];
  const end = new Float64Array(1);
  for (const each of connections) {
    end[0] = Number.NaN;
    for (let exchange = columns.firstExchange(each); exchange >= 0; exchange = columns.nextExchange(exchange)) {
      const gap = gapBefore(columns, exchange, 0, end);
      if (gap > 0) gaps.push(gap);
    }
  }
  return Float64Array.from(gaps).sort();
}
