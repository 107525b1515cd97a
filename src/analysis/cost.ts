/** What the avoidable connections cost: their set-up times, and the part of these that somebody waited for. */

import { inBlocks, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import type { Columns, Trace } from '../trace/index.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Durations } from './durations.ts';
import { orderBy } from './order.ts';
import { served } from './pool.ts';
import type { PoolKeys } from './pool-keys.ts';
import { isFirst, type Requests, waited } from './requests.ts';

export interface Costs {
  /** 1 where a connection was avoidable. */
  readonly avoidable: Uint8Array;
  /** Of a connection; NaN where avoidable and its set-up time is not in the capture. */
  wasted(connection: number): Duration;
  readonly wastedBlocking: Durations;
}

/** Set-up times by connection, NaN where unknown: each is put together once, for all that look at it. */
export function* setupsOf(columns: Columns, memory: ColumnMemory): Steps<Durations> {
  const setups = new Durations(columns.connections, memory);
  yield* inBlocks(setups.length, (from, to) => {
    for (let each = from; each < to; each += 1) {
      setups.set(each, columns.setup(each));
    }
  });
  return setups;
}

/** `marks` are those of the oldest-idle replay at the idle timeout. */
export function* costsOf(
  trace: Trace,
  keys: PoolKeys,
  requests: Requests,
  marks: Uint8Array,
  setups: Durations,
  memory: ColumnMemory,
): Steps<Costs> {
  const { columns } = trace;
  const avoidable = memory.uint8(columns.connections);
  const lent = memory.lend();
  const blocking = lent.int32(requests.size);
  let count = 0;
  yield* inBlocks(requests.size, (from, to) => {
    for (let at = from; at < to; at += 1) {
      if (!(requests.flags[at]! & isFirst) || !(marks[at]! & served)) continue;
      const connection = requests.connection(at);
      avoidable[connection] = 1;
      if (requests.flags[at]! & waited && setups.get(connection) > 0) blocking[count++] = connection;
    }
  });
  const wasted = (connection: number): Duration => (avoidable[connection] === 1 ? setups.get(connection) : 0);
  const shares = new Durations(columns.connections, memory);
  yield* shareBlocking(trace, keys, blocking.subarray(0, count), setups, shares, lent);
  memory.takeBack(lent);
  return { avoidable, wasted, wastedBlocking: shares };
}

/**
 * A client that waits for two connections at once waits once: per client, set-up intervals count as their union. Each connection's share is what
 * those opened before it had not covered, so that the shares add up to the union.
 */
function* shareBlocking(
  trace: Trace,
  keys: PoolKeys,
  connections: Int32Array,
  setups: Durations,
  shares: Durations,
  memory: ColumnMemory,
): Steps<void> {
  const { columns } = trace;
  const covered = new Float64Array(keys.clients).fill(Number.NEGATIVE_INFINITY);
  const opened = memory.float64(connections.length);
  for (let row = 0; row < opened.length; row += 1) opened[row] = columns.opened(connections[row]!);
  yield;
  const order = orderBy(opened, undefined, memory);
  yield;
  for (const row of order) {
    const connection = connections[row]!;
    const client = keys.clientOf[connection]!;
    const end = opened[row]! + setups.get(connection);
    const begin = Math.max(opened[row]!, covered[client]!);
    if (end <= begin) continue;
    shares.set(connection, end - begin);
    covered[client] = end;
  }
}
