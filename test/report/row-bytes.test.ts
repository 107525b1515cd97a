/** Rows that are put together byte by byte say what text would say. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PartWriter } from '../../src/report/json-part.ts';
import { jsonOf } from '../../src/report/json-text.ts';
import { constant, RowBytes } from '../../src/report/row-bytes.ts';

const written = (write: (out: RowBytes) => void): string => {
  const out = new RowBytes(false);
  write(out);
  return out.take() as string;
};

test('numbers are written as JavaScript writes them', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const milliseconds = fc.oneof(fc.integer(), fc.maxSafeInteger()).map((nanoseconds) => nanoseconds / 1e6);
  const edges = fc.constantFrom(0, -0, 1e-6, 1e-7, 0.1 + 0.2, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 999_999_999.999_999, 1e21, 9.999_999_5);
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.integer(), fc.maxSafeInteger(), milliseconds, finite, edges), (value) => {
      expect(written((out) => out.number(value))).toBe(`${value}`);
    }),
    { numRuns: 20_000 },
  );
});

test('constants of any length lie one behind the other, texts of any length between them', () => {
  const parts = fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 20 });
  fc.assert(
    fc.property(parts, fc.integer({ min: 0, max: 200_000 }), (list, length) => {
      const long = 'x'.repeat(length);
      const text = written((out) => {
        out.text(long);
        for (const [before, between] of list) {
          out.constant(constant(before));
          out.text(between);
        }
      });
      expect(text).toBe(long + list.flat().join(''));
    }),
  );
});

test('plain text is written whole, and nothing of a text that is not', () => {
  const letters = Uint8Array.from({ length: 128 }, (_, code) => (code >= 0x61 && code <= 0x7a ? 3 : code === 0x2d ? 2 : 0));
  const tell = (text: string): string => written((out) => void (out.plain(text, 0x22, letters, 1, 2) || out.text('no')));
  expect(['', 'ab', 'a-b', '-ab', 'a b', 'aé', 'ab\ud800'].map(tell)).toEqual(['""', '"ab"', '"a-b"', 'no', 'no', 'no', 'no']);
});

test('parts are written as JSON.stringify writes them, safe to print', () => {
  const unknown = fc.constantFrom(undefined, Number.NaN, Number.NEGATIVE_INFINITY, -0, '\ud800', '\u202e"\\\n');
  const writer = new PartWriter();
  fc.assert(
    fc.property(fc.anything({ maxDepth: 3, values: [unknown, fc.double(), fc.string({ unit: 'binary' }), fc.boolean()] }), (given) => {
      if (given === undefined) return;
      const part = { given };
      expect(written((out) => writer.write(out, part))).toBe(jsonOf(part));
      expect(written((out) => writer.writeMembers(out, part, true))).toBe(jsonOf({ a: 1, ...part }).slice('{"a":1'.length, -1));
    }),
    { numRuns: 2000 },
  );
});
