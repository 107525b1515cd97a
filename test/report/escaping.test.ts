/** Text of a capture harms nobody: not a terminal, not a spreadsheet, not a reader of JSON. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/report/csv.ts';
import { explain, formats } from '../../src/report/index.ts';
import { jsonOf, jsonString } from '../../src/report/json-text.ts';
import { text } from '../../src/report/text.ts';
import { show } from '../../src/show.ts';
import { hostile, hostileTexts, rendered, usual } from './stage.ts';

/** What no terminal may get from us: control and format characters, separators, halves of surrogate pairs. */
const foreign = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom(...hostileTexts));

describe('show', () => {
  test.each([
    ['plain text stays', 'plain text stays'],
    ['Grüße, 世界', 'Grüße, 世界'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['a\nb\r\tc\x7f\u009b', 'a\\x0ab\\x0d\\x09c\\x7f\\x9b'],
    ['user\u202egnp', 'user\\u{202e}gnp'],
    ['\u{e0041}\u200d\u00ad', '\\u{e0041}\\u{200d}\\u{ad}'],
    ['\ud800x', '\\u{d800}x'],
    [`e${'\u0301'.repeat(9)}`, `e${'\u0301'.repeat(4)}`],
  ])('%j becomes %j', (given, shown) => expect(show(given)).toBe(shown));

  test('of anything is harmless, and of that again the same', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        expect(show(given)).not.toMatch(foreign);
        expect(show(show(given))).toBe(show(given));
      }),
    );
  });
});

test('the text report and the story hold no foreign control character', () => {
  const stage = hostile();
  const texts = [
    rendered(text, stage),
    rendered(text, stage, { exchanges: true }),
    rendered(text, stage, { columns: ['authority', 'history', 'tunnel'] }),
  ];
  for (let id = 0; id < stage.trace.size; id += 1) texts.push([...explain(stage.trace, stage.analysis, id)].join(''));
  for (const line of texts.join('').split('\n')) expect(line).not.toMatch(foreign);
});

test('colours are only ours', () => {
  const colored = rendered(text, hostile(), { color: true });
  expect(colored).toContain('\x1b[1m');
  expect(colored.replace(/\x1b\[(1|2|22|32|33|39)m/g, '').replaceAll('\n', '')).not.toMatch(foreign);
});

describe('JSON', () => {
  test('is well-formed, says the same, and holds nothing that acts', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const written = jsonString(given);
        expect(written).not.toMatch(foreign);
        expect(JSON.parse(written)).toBe(given.replace(/\p{Cs}/gu, '\ufffd'));
        expect(JSON.parse(jsonOf({ given }))).toEqual({ given: JSON.parse(written) });
      }),
    );
  });

  test('leaves out what is no number', () => {
    expect(jsonOf({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: undefined, d: 0 })).toBe('{"d":0}');
  });
});

describe('CSV', () => {
  test('parses to the same cells, and none of them is a formula', () => {
    const stage = hostile();
    const columns = ['id', 'tunnel', 'history', 'start_ms'];
    const [header, ...rows] = parse(rendered(csv, stage, { columns }));
    expect(header).toEqual(columns);
    expect(rows).toHaveLength(hostileTexts.length);
    for (const [i, row] of rows.entries()) {
      expect(row).toHaveLength(columns.length);
      expect(row[1]).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
      // As UTF-8 has it, which has no halves of pairs.
      expect(row[1]?.replace(/^'/, '')).toBe(Buffer.from(hostileTexts[i]!).toString());
      expect(row[3]).toBe(`${i * 1000}`);
    }
  });

  test('numbers of ours may be negative, a lone empty cell is no empty line, unknown is empty', () => {
    const { trace, analysis } = usual();
    const view = (index: number) => ({ ...trace.connection(index), start: -1_500_000, alpn: undefined });
    const early = { trace: { ...trace, view }, analysis };
    expect(rendered(csv, early, { columns: ['start_ms'] }).split('\n')[1]).toBe('-1.5');
    expect(rendered(csv, early, { columns: ['alpn'] }).split('\n')[1]).toBe('""');
    expect(rendered(csv, early, { columns: ['alpn', 'id'] }).split('\n')[1]).toBe(',0');
  });

  test('has a table of requests', () => {
    const [header, first] = parse(rendered(csv, usual(), { exchanges: true, columns: ['connection_id', 'target'] }));
    expect(header).toEqual(['connection_id', 'target']);
    expect(first).toEqual(['0', expect.stringMatching(/^\/cart\?user=\*[0-9a-f]{4}&token=\*[0-9a-f]{4}$/)]);
  });
});

test('no secret of a query is in any output', () => {
  const stage = usual();
  for (const format of formats) expect(rendered(format, stage, { exchanges: true })).not.toContain('hunter2');
  expect([...explain(stage.trace, stage.analysis, 0)].join('')).not.toContain('hunter2');
});

/** RFC 4180, the plain way. */
function parse(table: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of table.matchAll(/("(?:[^"]|"")*"|[^,\n]*)([,\n])/g)) {
    const cell = match[1]!;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (match[2] === '\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
