/** The memory of records: what was written stays where it was, and no view is ever left without its bytes. */

import { expect, it } from 'vitest';
import { GrowingMemory } from '../src/memory.ts';

it('grows in place: bytes stay, new ones are zero, views from before still see theirs', () => {
  const memory = new GrowingMemory();
  const before = memory.i32;
  const { length } = before;
  before[length - 1] = 7;
  memory.grow();
  expect(memory.i32.length).toBeGreaterThan(length);
  expect(Array.from(memory.i32.subarray(length - 1, length + 1))).toEqual([7, 0]);
  // A detached one would have none; and every access of any typed array would cost more from then on.
  expect(before.length).toBe(length);
  memory.f64[0] = 0.5;
  expect(before[1]).toBe(memory.i32[1]);
});
