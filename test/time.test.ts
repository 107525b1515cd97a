/** Moments are written exactly, whatever the clock of the capture says. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toIso8601 } from '../src/time.ts';

/** The same without shortcuts, in whole numbers of any size. */
function slowly(epoch: bigint, time: number, digits: 6 | 9): string | undefined {
  const total = epoch + BigInt(Math.round(time));
  const nanoseconds = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = (total - nanoseconds) / 1_000_000_000n;
  if (seconds < -62_167_219_200n || seconds > 253_402_300_799n) return undefined;
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}.${nanoseconds.toString().padStart(9, '0').slice(0, digits)}Z`;
}

test('the date and time of any moment', () => {
  const epochs = fc.oneof(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), fc.constantFrom(0n, -1n, 1_700_000_000_123_456_789n));
  const times = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 53), max: 2 ** 53 }), fc.double({ noNaN: true, min: -1e19, max: 1e19 }));
  fc.assert(
    fc.property(epochs, fc.array(times, { maxLength: 5 }), fc.constantFrom(6 as const, 9 as const), (epoch, list, digits) => {
      for (const time of list) expect(toIso8601(epoch, time, digits)).toBe(slowly(epoch, time, digits));
    }),
    { numRuns: 2000 },
  );
});
