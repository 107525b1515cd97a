/** Idle times between the exchanges of each connection of an origin, in ascending order; exchanges that overlap leave none. */

import { allAtOnce, inBlocks } from '../steps.ts';
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
  if (rows !== undefined || !isInOrder(columns)) return undefined;
  const offsets = new Int32Array(keys.count + 1);
  const lent = memory.lend();
  const ends = lent.float64(columns.connections).fill(Number.NaN);
  eachGap(columns, ends, (connection) => {
    offsets[keys.of[connection]! + 1]! += 1;
  });
  for (let key = 0; key < keys.count; key += 1) offsets[key + 1]! += offsets[key]!;
  const next = offsets.slice(0, keys.count);
  const gaps = new Float64Array(offsets[keys.count]!);
  ends.fill(Number.NaN);
  eachGap(columns, ends, (connection, gap) => {
    const key = keys.of[connection]!;
    gaps[next[key]!] = gap;
    next[key]! += 1;
  });
  memory.takeBack(lent);
  return { offsets, gaps };
}

/** Each exchange is the first of its connection, or comes later in the log than the one that it follows. */
function isInOrder(columns: Columns): boolean {
  let listed = 0;
  const first = (from: number, to: number): void => {
    for (let each = from; each < to; each += 1) if (columns.firstExchange(each) >= 0) listed += 1;
  };
  const following = (from: number, to: number): void => {
    for (let exchange = from; exchange < to; exchange += 1) {
      const next = columns.nextExchange(exchange);
      if (next > exchange) listed += 1;
      else if (next >= 0) listed = Number.NaN;
    }
  };
  allAtOnce(inBlocks(columns.connections, first));
  allAtOnce(inBlocks(columns.exchanges, following));
  return listed === columns.exchanges;
}

function eachGap(columns: Columns, ends: Float64Array, found: (connection: number, gap: number) => void): void {
  const block = (from: number, to: number): void => {
    for (let exchange = from; exchange < to; exchange += 1) {
      const connection = columns.exchangeConnection(exchange);
      const gap = gapBefore(columns, exchange, connection, ends);
      if (gap > 0) found(connection, gap);
    }
  };
  allAtOnce(inBlocks(columns.exchanges, block));
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
