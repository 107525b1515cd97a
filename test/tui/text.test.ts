/** Keys that are read, and texts that are cut, padded and written. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place } from '../../src/tui/column.ts';
import { between, bytes, count, duration, moment, ranges } from '../../src/tui/format.ts';
import { decode, Keyboard } from '../../src/tui/keyboard.ts';
import { layout } from '../../src/tui/layout.ts';
import { Lines } from '../../src/tui/lines.ts';
import { cut, fitted, width } from '../../src/tui/width.ts';

test('keys have names', () => {
  expect(decode('j\x1b[A\x1bOB\x1b[5~\x1b[1;5C\x06\r\t\x7f\x1b[Z\x1b[H\x1b[4~ü😀').keys).toEqual([
    'j',
    'Up',
    'Down',
    'PageUp',
    'Right',
    '^F',
    'Enter',
    'Tab',
    'Backspace',
    'Shift-Tab',
    'Home',
    'End',
    'ü',
    '😀',
  ]);
  expect(decode('\x1b[<0;10;20M\x1b[<0;10;20m\x1b[<65;1;1M\x1b[<2;1;1Mx\x1bOM').keys).toEqual(['Click:9,19', 'WheelDown', 'x', 'Enter']);
  expect(decode('a\x1b[200~q\r\x1b[A\x1b[201~b')).toEqual({ keys: ['a', 'Paste:q\r\x1b[A', 'b'], rest: '' });
  expect(decode('\x1b[200~half')).toEqual({ keys: [], rest: '\x1b[200~half' });
  expect(decode('\x1bq').keys).toEqual(['Esc', 'q']);
  expect(decode('a\x1b[1;')).toEqual({ keys: ['a'], rest: '\x1b[1;' });
});

test('a sequence may come in pieces, and a lone ESC is a key', async () => {
  const keys: string[] = [];
  const keyboard = new Keyboard((key) => keys.push(key));
  for (const piece of ['\x1b', '[', 'A', new TextEncoder().encode('é').subarray(0, 1), new TextEncoder().encode('é').subarray(1)])
    keyboard.push(piece);
  expect(keys).toEqual(['Up', 'é']);
  keyboard.push('\x1b');
  await new Promise((done) => setTimeout(done, 100));
  expect(keys).toEqual(['Up', 'é', 'Esc']);
  keyboard.close();
});

test('any bytes are keys, and none is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { keys, rest } = decode(text);
      expect(rest === '' || rest.startsWith('\x1b')).toBe(true);
      for (const key of keys) expect(key).not.toMatch(/^[\x00-\x1f]/);
    }),
  );
});

test('width counts cells', () => {
  expect(width('abc…→✓')).toBe(6);
  expect(width('日本語')).toBe(6);
  expect(width('e\u0301')).toBe(1);
  expect(width('👩‍👧😀')).toBe(4);
  expect(width('한글ｆ')).toBe(6);
});

test('what is cut keeps its tail, and is exactly as wide as asked', () => {
  expect(fitted('api.shop.example', ':443', 12, 'left', '…')).toBe('api.sho…:443');
  expect(fitted('api', ':443', 12, 'right', '…')).toBe('     api:443');
  expect(fitted('日本語', ':80', 6, 'left', '…')).toBe('日…:80');
  expect(cut('日本語', 2, '…')).toBe('…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.integer({ min: 1, max: 40 }), (text, tail, cells) => {
      const clean = (value: string): string => value.replace(/\p{C}/gu, '');
      expect(width(fitted(clean(text), clean(tail), cells, 'left', '…'))).toBe(cells);
    }),
  );
});

test('numbers and times', () => {
  expect([0, 999, 1930, 1234567].map(count)).toEqual(['0', '999', '1,930', '1,234,567']);
  const times = [0, 250, 380_000, 999_400, 999_600, 21_400_000, 999_600_000, 5.001e9, 59.96e9, 602e9, 7500e9, 90_000e9 * 3];
  expect(times.map((time) => duration(time, 'u'))).toEqual([
    '0 s',
    '250 ns',
    '380 us',
    '999 us',
    '1.00 ms',
    '21.4 ms',
    '1.00 s',
    '5.00 s',
    '1m 00s',
    '10m 02s',
    '2h 05m',
    '3d 03h',
  ]);
  expect([0, 999, 1500, 999_999, 1.2e9, 5e18].map(bytes)).toEqual(['0 B', '999 B', '1.50 kB', '1.00 MB', '1.20 GB', '5000 PB']);
  expect(ranges([210, 211, 212, 215])).toBe('210-212, 215');
  const clock = { epoch: 1_700_000_000_000_000_000n, decimals: 3 } as const;
  expect(moment(1.5006e9, 1e9, { ...clock, format: 'relative' })).toBe('1.501');
  expect(moment(1.5006e9, 1e9, { ...clock, format: 'delta' })).toBe('+0.501');
  expect(moment(1.5006e9, 1e9, { ...clock, format: 'absolute' })).toBe('22:13:21.501');
});

test('columns never take more room than there is, and the sorted one stays', () => {
  const columns = [5, 14, 14, 8, 6].map((min, index) => ({
    name: `${index}`,
    title: '',
    meaning: '',
    min,
    max: min + 4,
    align: 'left' as const,
    rank: index,
  }));
  for (let cells = 1; cells < 90; cells += 1) {
    const placed = place(columns, cells, [4]);
    const used = placed.reduce((sum, each) => sum + each.width + 1, -1);
    expect(used).toBeLessThanOrEqual(cells);
    if (cells > 12) expect(placed.some(({ index }) => index === 4)).toBe(true);
  }
  expect(place(columns, 30, [undefined, 4]).map(({ index }) => index)).toEqual([0, 1, 4]);
});

test('a layout fills the screen but for its last line, and always has a row', () => {
  for (let rows = 1; rows < 60; rows += 1) {
    for (const [summary_, filter_, panel_, rates_] of [
      [false, 0, 0, false],
      [true, 0, 10, false],
      [false, 1, 1, true],
      [true, 2, 40, true],
    ] as const) {
      const wanted = { summary: summary_, filter: filter_, panel: panel_, rates: rates_, rows: 4 };
      const { status, headline, rates, trail, filter, summary, head, footer, panel, body } = layout({ columns: 80, rows }, wanted);
      const lines = [status, headline, rates, trail, head, footer].filter(Boolean).length + filter + summary + panel + body;
      expect(body).toBeGreaterThan(0);
      expect(lines).toBe(Math.max(1, rows - 1));
    }
  }
});

test('Ink is given one sign for each line, so that it keeps no more texts than a screen has lines', () => {
  const lines = new Lines();
  const places = Array.from({ length: 60 }, () => lines.take());
  for (const place of places) lines.set(place, `line ${place}`);
  expect(places.map((place) => lines.at(lines.signOf(place)))).toEqual(places.map((place) => `line ${place}`));
  const signs = new Set<string>();
  for (let turn = 0; turn < 1000; turn += 1) {
    lines.give(7);
    const place = lines.take();
    lines.set(place, `other ${turn}`);
    signs.add(lines.signOf(place));
    expect(lines.at(lines.signOf(place))).toBe(`other ${turn}`);
  }
  expect(signs.size).toBe(1);
  expect(lines.at('plain')).toBe('plain');
});

test('what is known within bounds only', () => {
  expect([between(3, 3), between(0, 1200), between(5, 3)]).toEqual(['3', '0-1,200', '5']);
});
