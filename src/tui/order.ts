/** Sorts a million rows by any column without holding up a key: a generator that a caller runs a slice at a time. */

import { Scratch } from '../scratch.ts';
import type { SortKey } from './column.ts';
import { readingOrder } from './reading-order.ts';

/** Rows between two looks at the clock. */
const stride = 256;
/** The same where a row is only a number. */
const longStride = 1 << 15;

/**
 * The rows 0 to `size` - 1 sorted by `key`, equal keys in their own order, unknown keys last. Yields the part that is done.
 * Numbers are sorted by their bits (radix, 16 at a time); texts by the rank among the distinct ones. The result lies in `room`, if that is long enough.
 */
export function* sorted(
  size: number,
  key: (row: number) => SortKey,
  descending: boolean,
  room?: Uint32Array,
): Generator<number, Uint32Array, void> {
  const memory = new Scratch(8 * size);
  try {
    const keys = memory.float64(size);
    const texts = new Map<string, number>();
    for (let row = 0; row < size; row += 1) {
      const value = key(row);
      keys[row] = typeof value === 'string' ? idOf(value, texts) : (value ?? Number.NaN);
      if (row % stride === 0) yield row / size;
    }
    if (texts.size > 0) yield* toRanks(keys, texts);
    return yield* byKey(keys, descending, room !== undefined && room.length >= size ? room.subarray(0, size) : new Uint32Array(size));
  } finally {
    memory.free();
  }
}

function idOf(text: string, texts: Map<string, number>): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
}

function* toRanks(keys: Float64Array, texts: ReadonlyMap<string, number>): Generator<number, void, void> {
  const ranks = new Float64Array(texts.size);
  const list = yield* merged([...texts.keys()]);
  for (let rank = 0; rank < list.length; rank += 1) ranks[texts.get(list[rank]!)!] = rank;
  for (let i = 0; i < keys.length; i += 1) keys[i] = ranks[keys[i]!] ?? Number.NaN;
}

/** Merge sort from the bottom up: unlike `sort`, it can be left and taken up again. */
function* merged(texts: string[]): Generator<number, readonly string[], void> {
  const compare = readingOrder(texts);
  let list = texts;
  let next = new Array<string>(list.length);
  for (let run = 1; run < list.length; run *= 2) {
    for (let from = 0, at = 0; from < list.length; from += 2 * run) {
      let left = from;
      let right = Math.min(from + run, list.length);
      const middle = right;
      const end = Math.min(from + 2 * run, list.length);
      while (left < middle || right < end) {
        const takeLeft = right >= end || (left < middle && compare(list[left]!, list[right]!) <= 0);
        next[at++] = list[takeLeft ? left++ : right++]!;
        if (at % stride === 0) yield 1;
      }
    }
    [list, next] = [next, list];
  }
  return list;
}

/** Works in the memory of `keys`, which are lost. */
function* byKey(keys: Float64Array, descending: boolean, order: Uint32Array): Generator<number, Uint32Array, void> {
  const bits = new Uint32Array(keys.buffer);
  let size = 0;
  for (let i = 0; i < keys.length; i += 1) {
    if (i % longStride === 0) yield 1;
    if (Number.isNaN(keys[i]!)) {
      // From the end: a list of a million of them would be 25 MB.
      order[keys.length - 1 - i + size] = i;
      continue;
    }
    order[size++] = i;
    keys[i] = keys[i]! + 0; // -0 and 0 are one key
    // A double's bits sort as an integer once negative ones are turned over and positive ones are lifted above them.
    const negative = bits[i * 2 + 1]! >>> 31 === 1;
    const flip = negative === descending ? 0 : 0xffffffff;
    bits[i * 2] = bits[i * 2]! ^ flip;
    bits[i * 2 + 1] = bits[i * 2 + 1]! ^ flip ^ (negative ? 0 : 0x80000000);
  }
  const memory = new Scratch(4 * (size + PLACES) + 16);
  try {
    const starts = memory.uint32(PLACES);
    const spare = memory.uint32(size);
    const digits = new Uint16Array(keys.buffer);
    let from: Uint32Array = order.subarray(0, size);
    let to: Uint32Array = spare;
    for (let digit = 0; digit < 4; digit += 1) if (yield* pass(from, to, digits, digit, starts)) [from, to] = [to, from];
    if (from === spare) order.set(from);
  } finally {
    memory.free();
  }
  order.subarray(size).reverse();
  return order;
}

/** Places of a digit, and one behind them. */
const PLACES = 0x10001;

/** One stable pass of the radix sort, from `order` to `next`; false where all rows have the same digit and nothing was done. */
function* pass(
  order: Uint32Array,
  next: Uint32Array,
  digits: Uint16Array,
  digit: number,
  starts: Uint32Array,
): Generator<number, boolean, void> {
  starts.fill(0);
  for (let i = 0; i < order.length; i += 1) {
    if (i % longStride === 0) yield 1;
    starts[digits[order[i]! * 4 + digit]! + 1]! += 1;
  }
  if (order.length > 0 && starts[digits[order[0]! * 4 + digit]! + 1] === order.length) return false;
  for (let value = 0; value < 0x10000; value += 1) starts[value + 1]! += starts[value]!;
  for (let i = 0; i < order.length; i += 1) {
    if (i % longStride === 0) yield 1;
    const row = order[i]!;
    next[starts[digits[row * 4 + digit]!]!++] = row;
  }
  return true;
}
