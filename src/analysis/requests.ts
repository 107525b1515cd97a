/** The requests of a trace as a pool meets them: laid out lane by lane in order of arrival, in columns. */

import { inBlocks, inLanes, type Steps } from '../steps.ts';
import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Columns, Trace } from '../trace/index.ts';
import type { ColumnMemory } from './column-memory.ts';
import type { Durations } from './durations.ts';
import { orderBy } from './order.ts';
import type { PoolKeys } from './pool-keys.ts';
import { clientDistances, leftHttp, waitsForever } from './records.ts';

/** First counted exchange of its connection. */
export const isFirst = 1;
/** First of a connection whose opening is not in the capture: it is given a connection of its own, for nothing says that it could do without. */
export const isForced = 2;
/** First of its connection, and sent as soon as that was ready: its set-up was waited for. */
export const waited = 4;
/** Its connection could serve again afterwards: it was answered, and what came next on it did not leave HTTP. */
export const keeps = 8;
/** As `keeps`, and the messages' own headers allowed it. */
export const persists = 16;

/**
 * A lane is the requests of one pool key that may share connections: lane 2k those of key k on HTTP/1, lane 2k + 1 those on connections that
 * multiplex. Connections that are one user's (NTLM, Negotiate) are in no lane: nobody may share them. Positions are places in the layout; in a lane, a lower position arrived no later.
 */
export class Requests {
  readonly size: number;
  /** All times are whole nanoseconds, as is usual: sums of them are exact in any order. */
  isWhole = true;
  /** Lane l lies from `lanes[l]` to `lanes[l + 1]`. */
  readonly lanes: Int32Array;
  /** Requests of the lane that has most. */
  readonly longestLane: number;
  /** When the client had to choose a connection, as seen at the capture point less the round trip to the client. */
  readonly arrival: Float64Array;
  readonly end: Float64Array;
  readonly exchange: Int32Array;
  readonly flags: Uint8Array;
  /** By lane: exchanges at once that servers allow on a connection (the least that any of its connections was told); Infinity where they do not say. */
  readonly streamLimits: Float64Array;
  /** Positions of a lane (same bounds) in order of their ends. */
  readonly releases: Int32Array;
  readonly #connections: Int32Array;
  readonly #columns: Columns;
  readonly #setups: Durations;

  /** `lanes` are bounds as above; `setups` by connection. */
  constructor(columns: Columns, lanes: Int32Array, setups: Durations, memory: ColumnMemory) {
    const size = lanes.at(-1)!;
    this.#columns = columns;
    this.#setups = setups;
    this.size = size;
    this.lanes = lanes;
    this.arrival = memory.float64(size);
    this.end = memory.float64(size);
    this.exchange = memory.int32(size);
    this.#connections = memory.int32(size);
    this.flags = memory.uint8(size);
    this.releases = memory.int32(size);
    this.streamLimits = new Float64Array(lanes.length - 1).fill(Number.POSITIVE_INFINITY);
    let longest = 0;
    for (let lane = 1; lane < lanes.length; lane += 1) longest = Math.max(longest, lanes[lane]! - lanes[lane - 1]!);
    this.longestLane = longest;
  }

  put(position: number, exchange: number, connection: number, arrival: Time, end: Time, flags: number): void {
    this.exchange[position] = exchange;
    this.#connections[position] = connection;
    this.arrival[position] = arrival;
    this.end[position] = end;
    this.flags[position] = flags;
    if (!Number.isInteger(arrival) || !Number.isInteger(end)) this.isWhole = false;
  }

  /** What was put into each lane in the order of the exchanges comes into that of arrival: nearly always it is already. */
  *sorting(memory: ColumnMemory): Steps<void> {
    const lent = memory.lend();
    const mark = lent.mark();
    yield* inLanes(this.lanes, (_, from, to) => {
      if (!isAscending(this.arrival, from, to)) this.#arrange(from, orderBy(this.arrival.subarray(from, to), undefined, lent), lent);
      lent.rewind(mark);
      this.#release(from, to, lent);
      lent.rewind(mark);
    });
    memory.takeBack(lent);
  }

  #release(from: number, to: number, memory: ColumnMemory): void {
    const { end, releases } = this;
    for (let at = from; at < to; at += 1) releases[at] = at;
    if (isAscending(end, from, to)) return;
    const byEnd = orderBy(end.subarray(from, to), undefined, memory);
    for (let at = from; at < to; at += 1) releases[at] = from + byEnd[at - from]!;
  }

  #arrange(from: number, order: Int32Array, memory: ColumnMemory): void {
    const floats = memory.float64(order.length);
    arrange(this.arrival, from, order, floats);
    arrange(this.end, from, order, floats);
    const integers = memory.int32(order.length);
    arrange(this.exchange, from, order, integers);
    arrange(this.#connections, from, order, integers);
    arrange(this.flags, from, order, memory.uint8(order.length));
  }

  connection(position: number): number {
    return this.#connections[position]!;
  }

  /** Set-up time of the connection that it is the first of; 0 for others, and where it is unknown. */
  setup(position: number): Duration {
    if ((this.flags[position]! & isFirst) === 0) return 0;
    const setup = this.#setups.get(this.#connections[position]!);
    return setup > 0 ? setup : 0;
  }

  start(position: number): Time {
    return this.#columns.exchangeStart(this.exchange[position]!);
  }
}

function isAscending(column: Float64Array, from: number, to: number): boolean {
  for (let at = from + 1; at < to; at += 1) if (column[at - 1]! > column[at]!) return false;
  return true;
}

function arrange<Column extends Float64Array | Int32Array | Uint8Array>(
  column: Column,
  from: number,
  order: Int32Array,
  before: Column,
): void {
  before.set(column.subarray(from, from + order.length));
  for (let at = 0; at < order.length; at += 1) column[from + at] = before[order[at]!]!;
}

/** A request later than this after its connection was ready did not wait for the set-up. */
export const speculativeGap = (setup: Duration): Duration => Math.max(50 * millisecond, 3 * setup);

/**
 * When did the client choose? For a request on a connection in use: when it was sent. For the first on a connection: when that was opened,
 * unless the connection had been opened ahead of need (speculatively); then also when it was sent.
 */
export function* layOutRequests(trace: Trace, keys: PoolKeys, setups: Durations, memory: ColumnMemory): Steps<Requests> {
  const { columns } = trace;
  const { exchanges } = columns;
  /** -1 for what no pool serves. */
  const lent = memory.lend();
  const laneOf = lent.int32(columns.connections);
  for (let each = 0; each < laneOf.length; each += 1)
    laneOf[each] = columns.bound(each) ? -1 : 2 * keys.of[each]! + (columns.multiplexes(each) ? 1 : 0);
  const requests = new Requests(columns, yield* countLanes(columns, laneOf, 2 * keys.count), setups, memory);
  const next = requests.lanes.slice();
  const distances = clientDistances(trace, keys);
  /** Where a connection's request before this one was put. */
  const putBefore = lent.int32(columns.connections).fill(-1);
  // In the exchanges' own order: going from connection to connection would leave the processor waiting for memory.
  yield* inBlocks(exchanges, (from, to) => {
    for (let exchange = from; exchange < to; exchange += 1) {
      const each = columns.exchangeConnection(exchange);
      const lane = laneOf[each]!;
      if (lane < 0) continue;
      const before = putBefore[each]!;
      const start = columns.exchangeStart(exchange);
      if (!isCounted(columns, exchange, start)) {
        if (before >= 0 && leftHttp(trace, each, exchange)) requests.flags[before]! &= ~(keeps | persists);
        continue;
      }
      const distance = distances[keys.clientOf[each]!]!;
      let end = columns.exchangeEnd(exchange);
      if (!(end >= start)) end = start;
      let flags = keeps;
      if (waitsForever(trace, each, exchange, end)) {
        flags = 0;
        const closed = columns.closed(each);
        end = closed >= end ? closed : Math.max(end, trace.lastTime) + millisecond;
      } else if (columns.persistent(exchange)) flags |= persists;
      let arrival = start - distance;
      if (before < 0) {
        flags |= isFirst;
        if (!columns.openingSeen(each)) flags |= isForced;
        else if (waitedForSetup(columns.opened(each), setups.get(each), start)) {
          flags |= waited;
          arrival = Math.min(start, columns.opened(each)) - distance;
        }
      } else if (start >= requests.end[before]!) arrival = Math.max(arrival, requests.end[before]!);
      else arrival = start;
      const position = next[lane]!;
      next[lane] = position + 1;
      requests.put(position, exchange, each, arrival, end, flags);
      putBefore[each] = position;
    }
  });
  for (let each = 0; each < columns.connections; each += 1) {
    const lane = laneOf[each]!;
    if (lane % 2 !== 1 || putBefore[each]! < 0) continue;
    const limit = columns.streamLimit(each) ?? Number.POSITIVE_INFINITY;
    // None at all is a server that wants to be rid of its clients, for the moment.
    if (limit > 0 && limit < requests.streamLimits[lane]!) requests.streamLimits[lane] = limit;
  }
  memory.takeBack(lent);
  yield* requests.sorting(memory);
  return requests;
}

const isCounted = (columns: Columns, exchange: number, start: Time): boolean => columns.countsForReuse(exchange) && !Number.isNaN(start);

/** Bounds of the lanes. Counting them first costs a look at each exchange; putting requests aside until they are counted would cost as much memory as they take. */
function* countLanes(columns: Columns, laneOf: Int32Array, count: number): Steps<Int32Array> {
  const lanes = new Int32Array(count + 1);
  yield* inBlocks(columns.exchanges, (from, to) => {
    for (let exchange = from; exchange < to; exchange += 1) {
      const lane = laneOf[columns.exchangeConnection(exchange)]!;
      if (lane >= 0 && isCounted(columns, exchange, columns.exchangeStart(exchange))) lanes[lane + 1]! += 1;
    }
  });
  for (let lane = 1; lane <= count; lane += 1) lanes[lane]! += lanes[lane - 1]!;
  return lanes;
}

function waitedForSetup(opened: Time, setup: Duration, start: Time): boolean {
  const known = Number.isNaN(setup) ? 0 : setup;
  return start - opened - known <= speculativeGap(known);
}
