/** The requests of a trace as a pool meets them: laid out lane by lane in order of arrival, in columns. */

import { type Steps, stepRows } from '../steps.ts';
import type { Duration, Time } from '../time.ts';
import { millisecond } from '../time.ts';
import type { Columns, Trace } from '../trace/index.ts';
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
  /** Lane l lies from `lanes[l]` to `lanes[l + 1]`. */
  readonly lanes: Int32Array;
  /** When the client had to choose a connection, as seen at the capture point less the round trip to the client. */
  readonly arrival: Float64Array;
  readonly end: Float64Array;
  readonly exchange: Int32Array;
  readonly flags: Uint8Array;
  /** Set-up time of the connection that it is the first of; 0 for others, and where it is unknown. */
  readonly setup: Float64Array;
  /** By lane: exchanges at once that servers allow on a connection (the least that any of its connections was told); Infinity where they do not say. */
  readonly streamLimits: Float64Array;
  /** Positions of a lane (same bounds) in order of their ends. */
  readonly releases: Int32Array;
  /** All positions by arrival, and by end. */
  byArrival: Int32Array = new Int32Array(0);
  byEnd: Int32Array = new Int32Array(0);
  readonly #connections: Int32Array;
  readonly #columns: Columns;

  constructor(columns: Columns, lanes: Int32Array, size: number) {
    this.#columns = columns;
    this.size = size;
    this.lanes = lanes;
    this.arrival = new Float64Array(size);
    this.end = new Float64Array(size);
    this.exchange = new Int32Array(size);
    this.#connections = new Int32Array(size);
    this.flags = new Uint8Array(size);
    this.setup = new Float64Array(size);
    this.releases = new Int32Array(size);
    this.streamLimits = new Float64Array(lanes.length - 1).fill(Number.POSITIVE_INFINITY);
  }

  /** From rows in any order to positions in lanes. */
  *fill(laneOf: Int32Array, rows: Rows, setups: Float64Array): Steps<void> {
    const { lanes, size } = this;
    const lane = new Int32Array(size);
    const byArrival = orderBy(rows.arrival);
    yield;
    let next = lanes.slice();
    for (let at = 0; at < size; at += 1) {
      if (at % stepRows === 0) yield;
      const row = byArrival[at]!;
      const connection = rows.connection[row]!;
      const inLane = laneOf[connection]!;
      const position = next[inLane]!;
      next[inLane] = position + 1;
      this.arrival[position] = rows.arrival[row]!;
      this.end[position] = rows.end[row]!;
      this.exchange[position] = rows.exchange[row]!;
      this.#connections[position] = connection;
      this.flags[position] = rows.flags[row]!;
      if (rows.flags[row]! & isFirst && setups[connection]! > 0) this.setup[position] = setups[connection]!;
      lane[position] = inLane;
      byArrival[at] = position;
    }
    this.byArrival = byArrival;
    this.byEnd = orderBy(this.end, byArrival);
    yield;
    next = lanes.slice();
    for (const position of this.byEnd) {
      const inLane = lane[position]!;
      this.releases[next[inLane]!] = position;
      next[inLane]! += 1;
    }
  }

  connection(position: number): number {
    return this.#connections[position]!;
  }

  start(position: number): Time {
    return this.#columns.exchangeStart(this.exchange[position]!);
  }
}

/** Requests as they were collected, in the order of the exchanges. */
interface Rows {
  readonly arrival: Float64Array;
  readonly end: Float64Array;
  readonly exchange: Int32Array;
  readonly connection: Int32Array;
  readonly flags: Uint8Array;
}

/** A request later than this after its connection was ready did not wait for the set-up. */
export const speculativeGap = (setup: Duration): Duration => Math.max(50 * millisecond, 3 * setup);

/**
 * When did the client choose? For a request on a connection in use: when it was sent. For the first on a connection: when that was opened,
 * unless the connection had been opened ahead of need (speculatively); then also when it was sent.
 */
export function* layOutRequests(trace: Trace, keys: PoolKeys, setups: Float64Array): Steps<Requests> {
  const { columns } = trace;
  const { exchanges } = columns;
  const lanes = new Int32Array(2 * keys.count + 1);
  /** -1 for what no pool serves. */
  const laneOf = new Int32Array(columns.connections);
  for (let each = 0; each < laneOf.length; each += 1)
    laneOf[each] = columns.bound(each) ? -1 : 2 * keys.of[each]! + (columns.multiplexes(each) ? 1 : 0);
  const distances = clientDistances(trace, keys);
  // Of all exchanges: counting first those that are to be looked at would cost as much again.
  const arrivals = new Float64Array(exchanges);
  const ends = new Float64Array(exchanges);
  const rows = {
    exchange: new Int32Array(exchanges),
    connection: new Int32Array(exchanges),
    flags: new Uint8Array(exchanges),
  };
  /** A connection's row before this one. */
  const rowBefore = new Int32Array(columns.connections).fill(-1);
  let row = 0;
  // In the exchanges' own order: going from connection to connection would leave the processor waiting for memory.
  for (let exchange = 0; exchange < exchanges; exchange += 1) {
    if (exchange % stepRows === 0) yield;
    const each = columns.exchangeConnection(exchange);
    if (laneOf[each]! < 0) continue;
    const before = rowBefore[each]!;
    const start = columns.exchangeStart(exchange);
    if (!columns.countsForReuse(exchange) || Number.isNaN(start)) {
      if (before >= 0 && leftHttp(trace, each, exchange)) rows.flags[before]! &= ~(keeps | persists);
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
      else if (waitedForSetup(columns.opened(each), setups[each]!, start)) {
        flags |= waited;
        arrival = Math.min(start, columns.opened(each)) - distance;
      }
    } else if (start >= ends[before]!) arrival = Math.max(arrival, ends[before]!);
    else arrival = start;
    lanes[laneOf[each]! + 1]! += 1;
    arrivals[row] = arrival;
    ends[row] = end;
    rows.exchange[row] = exchange;
    rows.connection[row] = each;
    rows.flags[row] = flags;
    rowBefore[each] = row;
    row += 1;
  }
  for (let lane = 1; lane < lanes.length; lane += 1) lanes[lane]! += lanes[lane - 1]!;
  const requests = new Requests(columns, lanes, row);
  for (let each = 0; each < columns.connections; each += 1) {
    const lane = laneOf[each]!;
    if (lane % 2 !== 1 || rowBefore[each]! < 0) continue;
    const limit = columns.streamLimit(each) ?? Number.POSITIVE_INFINITY;
    // None at all is a server that wants to be rid of its clients, for the moment.
    if (limit > 0 && limit < requests.streamLimits[lane]!) requests.streamLimits[lane] = limit;
  }
  yield* requests.fill(laneOf, { ...rows, arrival: arrivals.subarray(0, row), end: ends }, setups);
  return requests;
}

function waitedForSetup(opened: Time, setup: Duration, start: Time): boolean {
  const known = Number.isNaN(setup) ? 0 : setup;
  return start - opened - known <= speculativeGap(known);
}
