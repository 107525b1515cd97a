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
 * multiplex. Positions are places in the layout; in a lane, a lower position arrived no later.
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
  }

  /** From rows in any order to positions in lanes. */
  *fill(laneOf: (connection: number) => number, rows: Rows): Steps<void> {
    const { lanes, size } = this;
    const columns = this.#columns;
    const lane = new Int32Array(size);
    const byArrival = orderBy(rows.arrival);
    yield;
    let next = lanes.slice();
    for (let at = 0; at < size; at += 1) {
      if (at % stepRows === 0) yield;
      const row = byArrival[at]!;
      const connection = rows.connection[row]!;
      const inLane = laneOf(connection);
      const position = next[inLane]!;
      next[inLane] = position + 1;
      this.arrival[position] = rows.arrival[row]!;
      this.end[position] = rows.end[row]!;
      this.exchange[position] = rows.exchange[row]!;
      this.#connections[position] = connection;
      this.flags[position] = rows.flags[row]!;
      if (rows.flags[row]! & isFirst && columns.setup(connection) > 0) this.setup[position] = columns.setup(connection);
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
export function* layOutRequests(trace: Trace, keys: PoolKeys): Steps<Requests> {
  const { columns } = trace;
  const lanes = new Int32Array(2 * keys.count + 1);
  const laneOf = (connection: number): number => 2 * keys.of[connection]! + (columns.multiplexes(connection) ? 1 : 0);
  const counts = (exchange: number): boolean => columns.countsForReuse(exchange) && !Number.isNaN(columns.exchangeStart(exchange));
  // In the exchanges' own order: going from connection to connection would leave the processor waiting for memory.
  let size = 0;
  for (let exchange = 0; exchange < columns.exchanges; exchange += 1) {
    if (exchange % stepRows === 0) yield;
    if (!counts(exchange)) continue;
    lanes[laneOf(columns.exchangeConnection(exchange)) + 1]! += 1;
    size += 1;
  }
  for (let lane = 1; lane < lanes.length; lane += 1) lanes[lane]! += lanes[lane - 1]!;

  const distances = clientDistances(trace, keys);
  const rows: Rows = {
    arrival: new Float64Array(size),
    end: new Float64Array(size),
    exchange: new Int32Array(size),
    connection: new Int32Array(size),
    flags: new Uint8Array(size),
  };
  /** A connection's row before this one. */
  const rowBefore = new Int32Array(columns.connections).fill(-1);
  let row = 0;
  for (let exchange = 0; exchange < columns.exchanges; exchange += 1) {
    if (exchange % stepRows === 0) yield;
    const each = columns.exchangeConnection(exchange);
    const before = rowBefore[each]!;
    if (!counts(exchange)) {
      if (before >= 0 && leftHttp(trace, each, exchange)) rows.flags[before]! &= ~(keeps | persists);
      continue;
    }
    const distance = distances[keys.clientOf[each]!]!;
    const start = columns.exchangeStart(exchange);
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
      else if (waitedForSetup(columns.opened(each), columns.setup(each), start)) {
        flags |= waited;
        arrival = Math.min(start, columns.opened(each)) - distance;
      }
    } else if (start >= rows.end[before]!) arrival = Math.max(arrival, rows.end[before]!);
    else arrival = start;
    rows.arrival[row] = arrival;
    rows.end[row] = end;
    rows.exchange[row] = exchange;
    rows.connection[row] = each;
    rows.flags[row] = flags;
    rowBefore[each] = row;
    row += 1;
  }
  const requests = new Requests(columns, lanes, size);
  yield* requests.fill(laneOf, rows);
  return requests;
}

function waitedForSetup(opened: Time, setup: Duration, start: Time): boolean {
  const known = Number.isNaN(setup) ? 0 : setup;
  return start - opened - known <= speculativeGap(known);
}
