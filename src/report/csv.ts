/** A table as RFC 4180 CSV that no spreadsheet will take for formulas. */

import { type Options, stringify } from 'csv-stringify/sync';
import type { Field, FieldValue, Usual } from '../analysis/fields.ts';
import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { type ColumnGroup, grouped } from './columns.ts';
import { flatTable } from './flat.ts';
import type { Piece, RenderOptions, ReportFormat } from './format.ts';
import { type Constant, constant, RowBytes } from './row-bytes.ts';

export const csv: ReportFormat = {
  name: 'csv',
  extension: 'csv',
  summary: 'a table of connections, or the one that --table names',
  isFlat: true,
  render,
};

const escaping: Options = { escape_formulas: true, eof: false };
const [comma, newline, emptyLine] = [constant(','), constant('\n'), constant('""\n')];
const [yes, no] = [constant('true'), constant('false')];

// Nothing in it to quote, nothing at its beginning to guard: most cells. csv-stringify decides on all others, at thirty times the price.
const [begins, follows] = [1, 2];
const harmless = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (/[\w./:([]/.test(character) ? begins : 0) | (/[\w./:%?&~!*()[\]; +=@-]/.test(character) ? follows : 0);
});
/** The same with commas, for which sentences stand in quotes. */
const harmlessInQuotes = harmless.map((bits, code) => (code === 0x2c ? follows : bits));
const quote = 0x22;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Piece> {
  const { fields, rows } = flatTable(trace, analysis, options);
  const groups = grouped(fields).map(cellsOf);
  yield header(fields);
  const out = new RowBytes(options.bytes);
  for (const row of rows) {
    writeLine(out, groups, row, trace);
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

const header = (fields: readonly Field<unknown>[]): string => `${fields.map((field) => field.name).join(',')}\n`;

interface Cells {
  readonly usual: Usual<unknown> | undefined;
  /** All of them where that holds, each with its comma before it. */
  readonly text: Constant;
  readonly values: readonly Field<unknown>['value'][];
}

const cellsOf = ({ usual, members }: ColumnGroup<unknown>): Cells => ({
  usual,
  text: constant(`,${usual?.value ?? ''}`.repeat(members.length)),
  values: members.map(({ value }) => value),
});

/** A row of one empty cell is written as quotes: readers skip empty lines. */
function writeLine(out: RowBytes, groups: readonly Cells[], row: unknown, trace: Trace): void {
  let isFirst = true;
  let isEmpty = groups.length === 1 && groups[0]!.values.length === 1;
  for (const { usual, text, values } of groups) {
    if (!isFirst && usual?.holds(row) === true) {
      out.constant(text);
      continue;
    }
    for (const value of values) {
      if (!isFirst) out.constant(comma);
      isFirst = false;
      const known = value(row, trace);
      if (known === undefined || known === '' || (typeof known === 'number' && !Number.isFinite(known))) continue;
      isEmpty = false;
      writeCell(out, known);
    }
  }
  out.constant(isEmpty ? emptyLine : newline);
}

function writeCell(out: RowBytes, value: FieldValue): void {
  switch (typeof value) {
    case 'number':
      return out.number(value);
    case 'boolean':
      return out.constant(value ? yes : no);
    case 'string':
      return writeText(out, value);
    default:
      return writeText(out, value.join(' '));
  }
}

function writeText(out: RowBytes, text: string): void {
  if (out.plain(text, 0, harmless, begins, follows) || out.plain(text, quote, harmlessInQuotes, begins, follows)) return;
  out.text(stringify([[text]], escaping));
}
