/** Sorts a million rows by any column without holding up a key: a generator that a caller runs a slice at a time. */

import type { SortKey } from './column.ts';

const compareTexts = new Intl.Collator('en', { numeric: true }).compare;
/** Rows between two looks at the clock. */
const stride = 256;
/** The same where a row is only a number. */
const longStride = 1 << 15;

/**
 * The rows 0 to `size` - 1 sorted by `key`, equal keys in their own order, unknown keys last. Yields the part that is done.
 * Numbers are sorted by their bits (radix, 16 at a time); texts by the rank among the distinct ones.
 */
export function* sorted(size: number, key: (row: number) => SortKey, descending: boolean): Generator<number, Uint32Array, void> {
  const keys = new Float64Array(size);
  const texts = new Map<string, number>();
  for (let row = 0; row < size; row += 1) {
    const value = key(row);
    keys[row] = typeof value === 'string' ? idOf(value, texts) : (value ?? Number.NaN);
    if (row % stride === 0) yield row / size;
  }
  if (texts.size > 0) yield* toRanks(keys, texts);
  return yield* byKey(keys, descending);
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
function* merged(texts: readonly string[]): Generator<number, readonly string[], void> {
  let list = texts;
  for (let run = 1; run < list.length; run *= 2) {
    const next: string[] = [];
    for (let from = 0; from < list.length; from += 2 * run) {
      let left = from;
      let right = Math.min(from + run, list.length);
      const middle = right;
      const end = Math.min(from + 2 * run, list.length);
      while (left < middle || right < end) {
        const takeLeft = right >= end || (left < middle && compareTexts(list[left]!, list[right]!) <= 0);
        next.push(list[takeLeft ? left++ : right++]!);
        if (next.length % stride === 0) yield 1;
      }
    }
    list = next;
  }
  return list;
}

function* byKey(keys: Float64Array, descending: boolean): Generator<number, Uint32Array, void> {
  const known = new Uint32Array(keys.length);
  const unknown: number[] = [];
  const digits = new Uint16Array(keys.length * 4);
  const bits = new Uint32Array(keys.buffer);
  let size = 0;
  for (let i = 0; i < keys.length; i += 1) {
    if (i % longStride === 0) yield 1;
    if (Number.isNaN(keys[i]!)) {
      unknown.push(i);
      continue;
    }
    known[size++] = i;
    keys[i] = keys[i]! + 0; // -0 and 0 are one key
    // A double's bits sort as an integer once negative ones are turned over and positive ones are lifted above them.
    const negative = bits[i * 2 + 1]! >>> 31 === 1;
    const flip = negative === descending ? 0 : 0xffffffff;
    const low = bits[i * 2]! ^ flip;
    const high = bits[i * 2 + 1]! ^ flip ^ (negative ? 0 : 0x80000000);
    digits[i * 4] = low;
    digits[i * 4 + 1] = low >>> 16;
    digits[i * 4 + 2] = high;
    digits[i * 4 + 3] = high >>> 16;
  }
  let order = known.subarray(0, size);
  for (let digit = 0; digit < 4; digit += 1) order = yield* pass(order, digits, digit);
  const result = new Uint32Array(keys.length);
  result.set(order);
  result.set(unknown, size);
  return result;
}

/** One stable pass of the radix sort. */
function* pass(order: Uint32Array, digits: Uint16Array, digit: number): Generator<number, Uint32Array<ArrayBuffer>, void> {
  const starts = new Uint32Array(0x10001);
  for (let i = 0; i < order.length; i += 1) {
    if (i % longStride === 0) yield 1;
    starts[digits[order[i]! * 4 + digit]! + 1]! += 1;
  }
  for (let value = 0; value < 0x10000; value += 1) starts[value + 1]! += starts[value]!;
  const next = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i += 1) {
    if (i % longStride === 0) yield 1;
    const row = order[i]!;
    next[starts[digits[row * 4 + digit]!]!++] = row;
  }
  return next;
}
