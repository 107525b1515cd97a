/** Everything that pass 2 decides, in columns: by connection and by pool key. Verdicts, origins and totals are read from it. */

import { Scratch } from '../scratch.ts';
import { allAtOnce, inBlocks, inLanes, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import type { AnalyseOptions } from './analysis.ts';
import { Bounds } from './bounds.ts';
import { ColumnMemory } from './column-memory.ts';
import { type Costs, costsOf, setupsOf } from './cost.ts';
import type { Durations } from './durations.ts';
import { Openings } from './openings.ts';
import { orderBy } from './order.ts';
import { Pool, type PoolRules } from './pool.ts';
import { groupByPoolKey, type PoolKeys } from './pool-keys.ts';
import { isFirst, layOutRequests, type Requests } from './requests.ts';
import { Why } from './why.ts';

/** By pool key. */
export interface KeyCounts {
  readonly actual: Int32Array;
  readonly min: Int32Array;
  /** Replayed when first asked for. */
  readonly lifo: () => Int32Array;
  readonly avoidable: Int32Array;
  readonly surplus: Int32Array;
  readonly wasted: Float64Array;
  readonly wastedBlocking: Float64Array;
}

export interface Judgement {
  readonly trace: Trace;
  readonly options: Required<AnalyseOptions>;
  readonly keys: PoolKeys;
  /** Of all its columns. */
  readonly memory: ColumnMemory;
  /** Set-up time by connection, as the client felt it; NaN where unknown. */
  readonly setups: Durations;
  readonly requests: Requests;
  readonly openings: Openings;
  readonly costs: Costs;
  readonly counts: KeyCounts;
  /** For further replays. */
  readonly pool: Pool;
  /** Keys as origins are listed, most wasted first, and the place of each key in that list. */
  readonly listed: Int32Array;
  readonly placeOf: Int32Array;
  /** The connections that are looked at, in ascending order; undefined for all. */
  readonly rows: Uint32Array | undefined;
  readonly why: Why;
  /** Made when first asked for. */
  readonly bounds: () => Bounds;
  /** The same, in steps. */
  readonly bounding: () => Steps<Bounds>;
}

export function* judge(trace: Trace, options: Required<AnalyseOptions>): Steps<Judgement> {
  const memory = new ColumnMemory(trace.columns.connections + trace.columns.exchanges);
  const keys = yield* groupByPoolKey(trace.columns, options.poolKey, options.splitClients, memory);
  const setups = yield* setupsOf(trace.columns, memory);
  const requests = yield* layOutRequests(trace, keys, setups, memory);
  const pool = new Pool(requests, options.now, memory);
  const counts = yield* countByKey(keys, requests, pool, options.idleTimeout);
  const costs = yield* costsOf(trace, keys, requests, pool.marks, setups, memory);
  yield;
  const openings = new Openings(trace, requests, options, memory);
  yield* openings.fill(pool.marks);
  yield* inBlocks(keys.of.length, (from, to) => {
    for (let each = from; each < to; each += 1) {
      const key = keys.of[each]!;
      counts.wasted[key]! += known(costs.wasted(each));
      counts.wastedBlocking[key]! += costs.wastedBlocking.get(each);
    }
  });
  memory.settle();
  const listed = listKeys(keys, counts);
  const placeOf = placesOf(listed, keys.count);
  const judgement = { trace, options, memory, keys, setups, requests, openings, costs, counts, pool, listed, placeOf, rows: undefined };
  let bounds: Bounds | undefined;
  const bounding = function* (): Steps<Bounds> {
    bounds ??= yield* Bounds.finding(trace, keys, costs, openings, options);
    return bounds;
  };
  return {
    ...judgement,
    why: new Why(judgement),
    bounds: () => bounds ?? allAtOnce(bounding()),
    bounding,
  };
}

/** Of a key that is not listed: -1. */
function placesOf(listed: Int32Array, keys: number): Int32Array {
  const places = new Int32Array(keys).fill(-1);
  for (let place = 0; place < listed.length; place += 1) places[listed[place]!] = place;
  return places;
}

/**
 * The same verdicts, but only these connections are listed and summed up. Origins without any of them are left out; of one that is selected in
 * part, the pool's figures are those of its selected connections (none can be said to be surplus), the curve stays that of the whole origin.
 */
export function narrowed(judgement: Judgement, rows: Uint32Array): Judgement {
  const { costs, counts: all, keys, trace } = judgement;
  const members = membersAmong(keys, rows, trace.size);
  const offsets = new Int32Array(keys.count + 1);
  for (const each of members) offsets[keys.of[each]! + 1]! += 1;
  for (let key = 0; key < keys.count; key += 1) offsets[key + 1]! += offsets[key]!;
  const sized = (): KeyCounts['actual'] => new Int32Array(keys.count);
  const times = (): KeyCounts['wasted'] => new Float64Array(keys.count);
  const isWhole = (key: number): boolean => offsets[key + 1]! - offsets[key]! === keys.offsets[key + 1]! - keys.offsets[key]!;
  let lifo: Int32Array | undefined;
  const counts: KeyCounts = {
    actual: sized(),
    min: sized(),
    lifo: () => {
      lifo ??= all.lifo().map((opens, key) => (isWhole(key) ? opens : counts.min[key]!));
      return lifo;
    },
    avoidable: sized(),
    surplus: sized(),
    wasted: times(),
    wastedBlocking: times(),
  };
  const memory = new Scratch(trace.size + 8);
  const opened = memory.uint8(trace.size);
  for (let at = 0; at < judgement.requests.size; at += 1)
    if (judgement.requests.flags[at]! & isFirst) opened[judgement.requests.connection(at)] = 1;
  for (const each of members) {
    const key = keys.of[each]!;
    counts.actual[key]! += opened[each]!;
    counts.avoidable[key]! += costs.avoidable[each]!;
    counts.wasted[key]! += known(costs.wasted(each));
    counts.wastedBlocking[key]! += costs.wastedBlocking.get(each);
  }
  memory.free();
  for (let key = 0; key < keys.count; key += 1) {
    counts.min[key] = isWhole(key) ? all.min[key]! : counts.actual[key]! - counts.avoidable[key]!;
    counts.surplus[key] = isWhole(key) ? all.surplus[key]! : 0;
  }
  const fewer = { ...keys, members, offsets };
  const listed = listKeys(fewer, counts).filter((key) => offsets[key + 1]! > offsets[key]!);
  return { ...judgement, keys: fewer, counts, listed, placeOf: placesOf(listed, keys.count), rows };
}

/** The members of all keys that are among these rows. Not by `filter`, which makes a list of them first: three times their memory. */
function membersAmong(keys: PoolKeys, rows: Uint32Array, size: number): Int32Array {
  const memory = new Scratch(size + 8);
  const selected = memory.uint8(size);
  for (const row of rows) selected[row] = 1;
  // In a piece of memory of their own, which goes as a whole when nobody looks at them any more.
  const members = new ColumnMemory(rows.length).int32(rows.length);
  let found = 0;
  for (const each of keys.members) if (selected[each] === 1) members[found++] = each;
  memory.free();
  return members.subarray(0, found);
}

export const known = (duration: Duration): Duration => (Number.isNaN(duration) ? 0 : duration);

/** Leaves in the pool the marks of the oldest-idle replay. */
function* countByKey(keys: PoolKeys, requests: Requests, pool: Pool, idleTimeout: Duration): Steps<KeyCounts> {
  const concurrency = Number.POSITIVE_INFINITY;
  let lifo: Int32Array | undefined;
  const counts: KeyCounts = {
    actual: new Int32Array(keys.count),
    min: new Int32Array(keys.count),
    lifo: () => {
      lifo ??= opensByKey(keys, pool, { idleTimeout, policy: 'last_used', concurrency });
      return lifo;
    },
    avoidable: new Int32Array(keys.count),
    surplus: new Int32Array(keys.count),
    wasted: new Float64Array(keys.count),
    wastedBlocking: new Float64Array(keys.count),
  };
  const rules: PoolRules = { idleTimeout, policy: 'oldest_idle', concurrency };
  yield* inLanes(requests.lanes, (lane, from, to) => {
    const key = lane >> 1;
    pool.replay(lane, rules);
    counts.min[key]! += pool.opens;
    counts.avoidable[key]! += pool.avoidable;
    counts.surplus[key]! += pool.surplus;
    for (let at = from; at < to; at += 1) if (requests.flags[at]! & isFirst) counts.actual[key]! += 1;
  });
  return counts;
}

function opensByKey(keys: PoolKeys, pool: Pool, rules: PoolRules): Int32Array {
  const opens = new Int32Array(keys.count);
  for (let lane = 0; lane < 2 * keys.count; lane += 1) {
    pool.replay(lane, rules);
    opens[lane >> 1]! += pool.opens;
  }
  return opens;
}

/** Most wasted first, then most avoidable, then the one seen first. */
function listKeys(keys: PoolKeys, counts: KeyCounts): Int32Array {
  const firstSeen = Float64Array.from({ length: keys.count }, (_, key) => keys.members[keys.offsets[key]!] ?? 0);
  const byAvoidable = orderBy(Float64Array.from(counts.avoidable, negate), orderBy(firstSeen));
  return orderBy(Float64Array.from(counts.wasted, negate), byAvoidable);
}

const negate = (value: number): number => -value;
