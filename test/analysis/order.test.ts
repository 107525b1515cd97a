/** Order, keys and percentiles: the small machines under the analysis. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile, setupClassOf } from '../../src/analysis/index.ts';
import { KeyTable } from '../../src/analysis/key-table.ts';
import { orderBy } from '../../src/analysis/order.ts';
import { milliseconds } from '../support/made-up-trace.ts';

/** With mutants it is run for hundreds of them. */
const isMutated = '$mutation' in globalThis;

describe('orderBy', () => {
  it.each([10, isMutated ? 5000 : 20_000])('sorts %i rows as a stable sort does', (length) => {
    const key = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: -(2 ** 40), max: 2 ** 52 }),
      fc.double({ noNaN: true, min: -1e3, max: 1e15 }),
    );
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 50 }), (some) => {
        const keys = Float64Array.from({ length }, (_, row) => some[(row * 7919) % some.length]!);
        const rows = Array.from(keys, (_, row) => row);
        const sorted = rows.toSorted((a, b) => keys[a]! - keys[b]!);
        expect(orderBy(keys).join() === sorted.join()).toBe(true);
        const reversed = Int32Array.from(rows.toReversed());
        const expected = rows.toReversed().sort((a, b) => keys[a]! - keys[b]!);
        expect(orderBy(keys, reversed).join() === expected.join()).toBe(true);
      }),
      { numRuns: length > 1000 ? 10 : isMutated ? 50 : 300 },
    );
  });
});

describe('KeyTable', () => {
  it('gives equal triples equal numbers, in order of appearance', () => {
    const table = new KeyTable();
    const known = new Map<string, number>();
    let wrong = 0;
    for (let each = 0; each < 50_000; each += 1) {
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
