/** Tables in plain text: columns as wide as their cells, numbers to the right, text cut where it does not fit. */

import { show } from '../show.ts';
import type { SheetColumn } from './sheet.ts';

const indent = '  ';
const gutter = '  ';
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const mark = /\p{M}/u;

/** Terminal columns that a text takes once it is shown. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += mark.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/** At most `columns` wide; what is cut ends in two dots. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > columns - 2) break;
    kept += character;
  }
  return `${kept}..`.slice(0, Math.max(columns, 0));
}

/** Lines of at most `columns`, broken at spaces; a longer word is cut. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each) => cut(each, columns));
}

/** How wide each column becomes: as wide as its widest cell, then those that may be cut share what is missing. */
export function layout(columns: readonly SheetColumn[], rows: readonly (readonly string[])[], width: number): readonly number[] {
  const widths = columns.map((column, i) => rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), widthOf(column.title)));
  let excess = widthOfLine(widths) - width;
  while (excess > 0) {
    const widest = columns.reduce(
      (best, column, i) => (canShrink(column, widths[i]!) && (best < 0 || widths[i]! > widths[best]!) ? i : best),
      -1,
    );
    if (widest < 0) break;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}

export const widthOfLine = (widths: readonly number[]): number =>
  indent.length + widths.reduce((sum, one) => sum + one, 0) + gutter.length * Math.max(0, widths.length - 1);

const canShrink = (column: SheetColumn, width: number): boolean => column.least !== undefined && width > Math.max(column.least, 2);

/** Rows that are looked at before the first line is laid out; a wider cell after them pushes its line, the table still streams. */
const rowsMeasured = 1000;

/** Lays `rows` out; cells are made safe for a terminal here. The heading is the first line. */
export function* table(columns: readonly SheetColumn[], rows: Iterable<readonly string[]>, width: number): Generator<string> {
  let waiting: (readonly string[])[] | undefined = [];
  let widths: readonly number[] = [];
  for (const row of rows) {
    const safe = row.map(show);
    if (waiting === undefined) {
      yield lineOf(columns, safe, widths);
    } else if (waiting.push(safe) === rowsMeasured) {
      widths = layout(columns, waiting, width);
      yield* heading(columns, widths, waiting);
      waiting = undefined;
    }
  }
  if (waiting !== undefined && waiting.length > 0) yield* heading(columns, layout(columns, waiting, width), waiting);
}

function* heading(columns: readonly SheetColumn[], widths: readonly number[], rows: readonly (readonly string[])[]): Generator<string> {
  yield lineOf(
    columns,
    columns.map((column) => column.title.toUpperCase()),
    widths,
  );
  for (const row of rows) yield lineOf(columns, row, widths);
}

export function lineOf(columns: readonly SheetColumn[], cells: readonly string[], widths: readonly number[]): string {
  const padded = columns.map((column, i) => {
    const text = column.least === undefined ? (cells[i] ?? '') : cut(cells[i] ?? '', widths[i]!);
    const space = ' '.repeat(Math.max(0, widths[i]! - widthOf(text)));
    return column.right === true ? space + text : text + space;
  });
  return (indent + padded.join(gutter)).trimEnd();
}
