/** What is packed, hyparquet unpacks. */

import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, test } from 'vitest';
import { Snappy } from '../../../src/report/parquet/snappy.ts';

const snappy = new Snappy();

function unpacked(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  snappyUncompress(packed, bytes);
  return bytes;
}

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  // Runs, and what came before: near, and farther back than a copy reaches.
  fc.record({ byte: fc.nat(255), length: fc.nat(300) }).map(({ byte, length }) => new Uint8Array(length).fill(byte)),
  fc.constantFrom(...[4, 11, 12, 60, 61, 64, 65, 67, 68, 69, 131].map((length) => Uint8Array.from({ length }, (_, i) => i * 7))),
  fc.constantFrom(new Uint8Array(70_000).map((_, i) => Math.imul(i, 0x9e37_79b1) >>> 24)),
);

test('any bytes come back', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const bytes = Buffer.concat(pieces);
      expect(Buffer.compare(unpacked(snappy.packed(bytes), bytes.length), bytes)).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('literals of each length come back', () => {
  for (const length of [0, 1, 3, 4, 24, 25, 60, 61, 256, 257, 65_536, 65_537, 70_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => Math.imul(i, 0x9e37_79b1) >>> 13);
    expect(Buffer.compare(unpacked(snappy.packed(bytes), length), bytes)).toBe(0);
  }
});

test('what repeats is small, what does not is hardly larger', () => {
  expect(snappy.packed(new Uint8Array(100_000)).length).toBeLessThan(5000);
  const noise = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i >>> 7), 0x85eb_ca6b) >>> 17);
  expect(snappy.packed(noise).length).toBeLessThan(100_100);
});
