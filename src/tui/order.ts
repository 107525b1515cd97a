/** Sorts a million rows by any column without holding up a key: a generator that a caller runs a slice at a time. */

import type { SortKey } from './column.ts';

const compareTexts = new Intl.Collator('en', { numeric: true }).compare;
/** Rows between two looks at the clock. */
const stride = 1024;

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
  if (texts.size > 0) toRanks(keys, texts);
  return yield* byKey(keys, descending);
}

function idOf(text: string, texts: Map<string, number>): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
}

function toRanks(keys: Float64Array, texts: ReadonlyMap<string, number>): void {
  const ranks = new Float64Array(texts.size);
  [...texts.keys()].sort(compareTexts).forEach((text, rank) => {
    ranks[texts.get(text)!] = rank;
  });
  for (let i = 0; i < keys.length; i += 1) keys[i] = ranks[keys[i]!] ?? Number.NaN;
}

function* byKey(keys: Float64Array, descending: boolean): Generator<number, Uint32Array, void> {
  const known = new Uint32Array(keys.length);
  const unknown: number[] = [];
  let size = 0;
  for (let i = 0; i < keys.length; i += 1) {
    if (Number.isNaN(keys[i]!)) unknown.push(i);
    else known[size++] = i;
  }
  const digits = new Uint16Array(keys.length * 4);
  const bits = new Uint32Array(keys.buffer);
  for (let i = 0; i < keys.length; i += 1) {
    keys[i] = keys[i]! + 0; // -0 and 0 are one key
    const negative = bits[i * 2 + 1]! >>> 31 === 1;
    // A double's bits sort as an integer once negative ones are turned over and positive ones are lifted above them.
    const flip = (negative ? 0xffffffff : 0) ^ (descending ? 0xffffffff : 0);
    const low = bits[i * 2]! ^ flip;
    const high = bits[i * 2 + 1]! ^ flip ^ (negative ? 0 : 0x80000000);
    digits[i * 4] = low;
    digits[i * 4 + 1] = low >>> 16;
    digits[i * 4 + 2] = high;
    digits[i * 4 + 3] = high >>> 16;
  }
  yield 1;
  let order = known.subarray(0, size);
  for (let digit = 0; digit < 4; digit += 1) {
    order = pass(order, digits, digit);
    yield 1;
  }
  const result = new Uint32Array(keys.length);
  result.set(order);
  result.set(unknown, size);
  return result;
}

/** One stable pass of the radix sort. */
function pass(order: Uint32Array, digits: Uint16Array, digit: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(0x10001);
  for (const i of order) starts[digits[i * 4 + digit]! + 1]! += 1;
  for (let value = 0; value < 0x10000; value += 1) starts[value + 1]! += starts[value]!;
  const next = new Uint32Array(order.length);
  for (const i of order) next[starts[digits[i * 4 + digit]!]!++] = i;
  return next;
}
