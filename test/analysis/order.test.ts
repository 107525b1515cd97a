/** Order, keys and percentiles: the small machines under the analysis. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile, setupClassOf } from '../../src/analysis/index.ts';
import { orderBy } from '../../src/analysis/order.ts';
import { KeyTable } from '../../src/key-table.ts';
import { milliseconds } from '../support/made-up-trace.ts';

/** With mutants it is run for hundreds of them. */
const isMutated = '$mutation' in globalThis;

/** As a stable sort of rows by key says, from rows in ascending and in descending order. */
function expectSorted(keys: Float64Array): void {
  for (const rows of [Array.from(keys, (_, row) => row), Array.from(keys, (_, row) => keys.length - 1 - row)]) {
    const sorted = rows.toSorted((a, b) => keys[a]! - keys[b]!);
    expect(orderBy(keys, Int32Array.from(rows)).join() === sorted.join()).toBe(true);
  }
  expect(
    orderBy(keys).join() ===
      orderBy(
        keys,
        Int32Array.from(keys, (_, row) => row),
      ).join(),
  ).toBe(true);
}

describe('orderBy', () => {
  it('sorts rows as a stable sort does', () => {
    const key = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: -(2 ** 40), max: 2 ** 52 }),
      fc.double({ noNaN: true, min: -1e3, max: 1e15 }),
    );
    const lists = fc.tuple(fc.array(key, { minLength: 1, maxLength: 50 }), fc.constantFrom(10, isMutated ? 10 : 20_000));
    fc.assert(
      fc.property(lists, ([some, length]) => expectSorted(Float64Array.from({ length }, (_, row) => some[(row * 7919) % some.length]!))),
      { numRuns: 50 },
    );
  });

  /** From this many rows on they are put into buckets. */
  const many = 4096;
  it.each<[string, (row: number) => number]>([
    ['evenly', (row) => ((row * 7919) % many) * 3.5 - 5000],
    ['nearly in order', (row) => row + (row % 7) * 3],
    ['crowded at one end', (row) => (row === 17 ? 1e15 : ((row * 7919) % 4093) - 2000.5)],
    [
      'crowded, with signs, zeros and equals',
      (row) => (row === 17 ? -1e18 : [0, -0, 1.5, -1.5, 1e-300, -1e-300, 2 ** 40, 3][(row * 5 + (row >> 4)) % 8]!),
    ],
  ])('sorts thousands that lie %s', (_, key) => {
    for (const length of isMutated ? [many] : [many - 1, many, many + 1, 20_000])
      expectSorted(Float64Array.from({ length }, (__, row) => key(row)));
  });
});

describe('KeyTable', () => {
  it('gives equal triples equal numbers, in order of appearance', () => {
    const table = new KeyTable();
    const known = new Map<string, number>();
    let wrong = 0;
    const triples = isMutated ? 1500 : 25_000;
    for (let asked = 0; asked < 2 * triples; asked += 1) {
      const each = asked % triples;
      const triple = [-(each % 97), each % 13, (each * 31) % 1009] as const;
      const text = triple.join();
      if (!known.has(text)) known.set(text, known.size);
      if (table.of(...triple) !== known.get(text)) wrong += 1;
    }
    expect([wrong, table.count]).toEqual([0, known.size]);
  });
});

describe('figures', () => {
  it('percentiles are values that were seen', () => {
    expect([50, 95, 100].map((percent) => percentile([1, 2, 3, 4], percent))).toEqual([2, 4, 4]);
    expect(percentile([], 50)).toBeUndefined();
    expect(percentile([7], 0)).toBe(7);
  });

  it('latency classes have their bounds in the slower class', () => {
    expect([0, 19.9, 20, 99, 100, 200, 499, 500].map((time) => setupClassOf(milliseconds(time)))).toEqual([
      'under_20_ms',
      'under_20_ms',
      '20_to_100_ms',
      '20_to_100_ms',
      '100_to_200_ms',
      '200_to_500_ms',
      '200_to_500_ms',
      'over_500_ms',
    ]);
    expect(setupClassOf(Number.NaN)).toBeUndefined();
  });
});
