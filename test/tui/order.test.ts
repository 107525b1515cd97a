/** Sorting a list of any length, by numbers or texts, a slice at a time. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector } from '../../src/trace/index.ts';
import type { SortKey } from '../../src/tui/column.ts';
import type { Gather } from '../../src/tui/gathered.ts';
import type { Listing } from '../../src/tui/listing.ts';
import { sorted } from '../../src/tui/order.ts';
import { readingOrder } from '../../src/tui/reading-order.ts';
import { lists } from '../../src/tui/screens/index.ts';
import { runNow } from '../../src/tui/slices.ts';
import { here, initial } from '../../src/tui/store.ts';
import { theme } from '../../src/tui/theme.ts';
import { samples } from '../support/samples.ts';

const order = (keys: readonly SortKey[], descending = false): number[] => [...runNow(sorted(keys.length, (row) => keys[row], descending))];

test('unknown values come last either way, equal ones in their own order', () => {
  expect(order([3, undefined, 1, 3, Number.NaN, -2])).toEqual([5, 2, 0, 3, 1, 4]);
  expect(order([3, undefined, 1, 3, Number.NaN, -2], true)).toEqual([0, 3, 2, 5, 1, 4]);
});

test('texts are sorted as people read them', () => {
  expect(order(['10.0.0.10', '10.0.0.9', undefined, 'b', 'a', '10.0.0.9'])).toEqual([1, 5, 0, 4, 3, 2]);
});

test('plain texts are compared as by the language', () => {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const letter = fc.constantFrom(...'aAbBzZ0019 _-.:/?&=*[]'.split(''));
  const texts = fc.array(fc.oneof(letter, fc.string({ unit: 'grapheme-ascii', maxLength: 1 })), { maxLength: 8 });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const [left, right] = [a.join(''), b.join('')];
      expect(Math.sign(readingOrder([left, right])(left, right))).toBe(compare(left, right));
    }),
    { numRuns: 5000 },
  );
});

test('other texts are, too', () => {
  expect(['zebra', 'Ärger', 'arg', 'é', '\u0000b'].sort(readingOrder(['Ärger']))).toEqual(['arg', 'Ärger', '\u0000b', 'é', 'zebra']);
});

test('an order lies where there is room for it, whatever lay there before', () => {
  const keys = [3, undefined, 1, 3, -2];
  const room = new Uint32Array(8).fill(7);
  const rows = runNow(sorted(keys.length, (row) => keys[row], false, room));
  expect([rows.buffer === room.buffer, rows.length, ...rows]).toEqual([true, 5, 4, 2, 0, 3, 1]);
  const small = new Uint32Array(4).fill(7);
  expect([...runNow(sorted(keys.length, (row) => keys[row], true, small))]).toEqual([0, 3, 2, 4, 1]);
  expect([...small]).toEqual([7, 7, 7, 7]);
});

test('numbers are sorted as by the language, stably', () => {
  const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, -0, 1, undefined)), { maxLength: 300 });
  fc.assert(
    fc.property(numbers, fc.boolean(), (keys, descending) => {
      const known = keys.flatMap((key, row) => (key === undefined ? [] : [row]));
      const unknown = keys.flatMap((key, row) => (key === undefined ? [row] : []));
      const sign = descending ? -1 : 1;
      const compare = (a: number, b: number): number => (keys[a]! < keys[b]! ? -sign : keys[a]! > keys[b]! ? sign : a - b);
      expect(order(keys, descending)).toEqual([...known.sort(compare), ...unknown]);
    }),
  );
});

test('a million rows are sorted in many short steps', () => {
  let keys = 0;
  const work = sorted(
    1_000_000,
    (row) => {
      keys += 1;
      return (row * 7919) % 1_000_003;
    },
    true,
  );
  let steps = 0;
  let most = 0;
  for (;;) {
    const before = keys;
    const step = work.next();
    most = Math.max(most, keys - before);
    steps += 1;
    if (!step.done) continue;
    const first = [...step.value.subarray(0, 1000)].map((row) => (row * 7919) % 1_000_003);
    expect(first).toEqual([...first].sort((a, b) => b - a));
    break;
  }
  expect(steps).toBeGreaterThan(1000);
  expect(most).toBeLessThanOrEqual(256);
});

describe.each(samples)('$name', ({ name, bytes }) => {
  const inspector = new Inspector({ name });
  inspector.push(bytes);
  inspector.end();
  const trace = inspector.trace();
  const analysis = analyse(trace);
  const snapshot = { trace, analysis, whole: analysis, progress: { bytes: 0, totalBytes: 0, frames: 0, done: true } };
  const place = here(initial({ columns: 80, rows: 24 }));
  const colours = theme('mono', false);
  const clock = { format: 'absolute', epoch: trace.epoch, decimals: 3 } as const;
  const context = { snapshot, theme: colours, clock, place, marks: new Set<string>(), secrets: false };
  const gather: Gather = (_, __, work) => runNow(work());
  const given = { place, snapshot, theme: colours, whatIf: {}, secrets: false, simulation: () => undefined, columns: undefined, gather };
  const listOf = (screen: 'connections' | 'requests' | 'origins' | 'waterfall', columns?: readonly string[]): Listing =>
    lists[screen]({ ...given, columns, packets: () => ({ state: 'missing', why: '' }) });

  test.each(['connections', 'requests', 'origins', 'waterfall'] as const)('a search in %s finds what its texts have', (screen) => {
    const listing = listOf(screen);
    const rows = Math.min(40, listing.length);
    const texts = Array.from({ length: rows }, (_, row) => listing.text(row, context).toLowerCase());
    const pieces = texts.flatMap((text) => text.split('\n')).flatMap((text) => [text, text.slice(1), text.slice(-4), text.slice(2, 5)]);
    for (const wanted of new Set([...pieces, 'nowhere', '.', '1', ':', 'ms'])) {
      if (wanted === '') continue;
      const fits = listing.finder(wanted, context);
      expect([wanted, ...texts.map((_, row) => fits(row))]).toEqual([wanted, ...texts.map((text) => text.includes(wanted))]);
    }
  });

  test('by moments and frames as by their texts', () => {
    const listing = listOf('connections', ['start_time', 'evidence_frames']);
    for (const column of [0, 1]) {
      const texts = Array.from({ length: listing.length }, (_, row) => listing.cells(row, [column], context)[0]!.text || undefined);
      const byText = order(column === 0 ? texts : texts.map((text) => text?.split(' ').slice(0, 2).join(' ')));
      expect([column, ...order(texts.map((_, row) => listing.key(row, column)))]).toEqual([column, ...byText]);
    }
  });
});
