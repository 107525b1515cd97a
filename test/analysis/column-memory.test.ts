/** Columns that save memory hold what a plain array would. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnMemory } from '../../src/analysis/column-memory.ts';
import { Durations } from '../../src/analysis/durations.ts';
import { Numbering } from '../../src/analysis/numbering.ts';
import { Sparse } from '../../src/analysis/sparse.ts';

const rows = 20_000;

describe('ColumnMemory', () => {
  it('gives zeros, also where something was written before', () => {
    const memory = new ColumnMemory(rows);
    const lent = memory.lend();
    const kept = lent.int32(rows).fill(7);
    const mark = lent.mark();
    lent.float64(rows).fill(1.5);
    lent.rewind(mark);
    expect(lent.uint8(3 * rows).every((value) => value === 0)).toBe(true);
    // More than is left of the block: it goes on in another one.
    expect(lent.float64(40 * rows).every((value) => value === 0)).toBe(true);
    lent.rewind(mark);
    expect(lent.int32(rows).every((value) => value === 0)).toBe(true);
    expect(kept.every((value) => value === 7)).toBe(true);
  });

  it('lends to two at once what they do not share', () => {
    const memory = new ColumnMemory(rows);
    const [one, other] = [memory.lend(), memory.lend()];
    const first = one.int32(rows).fill(1);
    other.int32(rows).fill(2);
    memory.takeBack(other);
    memory.lend().int32(rows).fill(3);
    expect(first.every((value) => value === 1)).toBe(true);
  });

  it('of a million rows has nothing left of what was lent once it has settled, and lends again', () => {
    const memory = new ColumnMemory(2 ** 20);
    const kept = memory.int32(rows).fill(1);
    const [one, other] = [memory.lend(), memory.lend()];
    const columns = [one.int32(rows), one.float64(40 * rows), other.uint8(rows), other.uint32(100 * rows)];
    expect(columns.map(({ length }) => length)).toEqual([rows, 40 * rows, rows, 100 * rows]);
    memory.takeBack(one);
    memory.takeBack(other);
    memory.settle();
    expect(columns.map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect(kept.every((value) => value === 1)).toBe(true);
    const again = memory.lend().uint16(rows);
    expect(again.length).toBe(rows);
    expect(again.every((value) => value === 0)).toBe(true);
  });
});

describe('columns', () => {
  const duration = fc.oneof(
    fc.constantFrom(0, Number.NaN, 0xffff_fffe, 0xffff_ffff, 2 ** 32, 0.5, Number.POSITIVE_INFINITY),
    fc.integer({ min: 0, max: 2 ** 40 }),
    fc.double({ noNaN: true, min: 0, max: 1e12 }),
  );

  it('of durations tell what was set', () => {
    fc.assert(
      fc.property(fc.array(duration, { maxLength: 300 }), (values) => {
        const durations = new Durations(values.length + 1, new ColumnMemory(values.length));
        for (const [row, value] of values.entries()) durations.set(row, value);
        expect(values.map((_, row) => durations.get(row))).toEqual(values);
        expect(durations.get(values.length)).toBe(0);
      }),
    );
  });

  it('of few numbers tell what was set, also when they become many', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(99), fc.double({ noNaN: true })), { maxLength: 100 }), (written) => {
        const sparse = new Sparse(100, -1);
        const plain = new Float64Array(100).fill(-1);
        for (const [row, value] of written) {
          sparse.set(row, value);
          plain[row] = value;
        }
        expect(Array.from(plain, (_, row) => sparse.get(row))).toEqual([...plain]);
      }),
    );
  });

  it('of small numbers become wider when one no longer fits', () => {
    const numbering = new Numbering(3, new ColumnMemory(3));
    numbering.set(0, 0xffff);
    expect(numbering.of.BYTES_PER_ELEMENT).toBe(2);
    numbering.set(1, 0x1_0000);
    expect([...numbering.of]).toEqual([0xffff, 0x1_0000, 0]);
  });
});
