/** Memory that is given back at once: columns side by side, and nothing left of them afterwards. */

import { expect, it } from 'vitest';
import { Scratch } from '../src/scratch.ts';
import { runInSlices } from '../src/tui/slices.ts';

it('lays columns side by side, all zero, and has none of them when it is free', () => {
  const memory = new Scratch(64);
  const bytes = memory.uint8(3);
  const times = memory.float64(2);
  const rows = memory.int32(3);
  const places = memory.uint32(6);
  bytes.fill(255);
  rows.fill(-1);
  expect([...times, ...places]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(() => memory.uint8(1)).toThrow(RangeError);
  memory.free();
  expect([bytes.length, times.length, rows.length, places.length]).toEqual([0, 0, 0, 0]);
});

it('is free as soon as the work is stopped that holds it', async () => {
  const memory = new Scratch(8);
  const column = memory.float64(1);
  function* work(): Generator<number, void, void> {
    try {
      for (;;) yield 0;
    } finally {
      memory.free();
    }
  }
  const stop = runInSlices(work(), () => {});
  await new Promise((next) => setImmediate(next));
  expect(column.length).toBe(1);
  stop();
  expect(column.length).toBe(0);
});
