/** A table as RFC 4180 CSV that no spreadsheet will take for formulas. */

import { type Options, stringify } from 'csv-stringify/sync';
import type { Field, FieldValue } from '../analysis/fields.ts';
import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { flatTable } from './flat.ts';
import type { RenderOptions, ReportFormat } from './format.ts';

export const csv: ReportFormat = {
  name: 'csv',
  extension: 'csv',
  summary: 'a table of connections, or the one that --table names',
  isFlat: true,
  render,
};

const escaping: Options = { escape_formulas: true, eof: false };
/** Nothing in it to quote, nothing at its beginning to guard: most cells. csv-stringify decides on all others, at thirty times the price. */
const harmless = /^[\w./:([][\w./:%?&~!*()[\]; +=@-]*$/;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  const { fields, rows } = flatTable(trace, analysis, options);
  const line = lineOf(fields);
  yield header(fields);
  for (const row of rows) yield line(row, trace);
}

const header = (fields: readonly Field<unknown>[]): string => `${fields.map((field) => field.name).join(',')}\n`;

/** A row of one empty cell is written as quotes: readers skip empty lines. */
function lineOf(fields: readonly Field<unknown>[]): (row: unknown, trace: Trace) => string {
  return (row, trace) => {
    let line = '';
    for (let i = 0; i < fields.length; i += 1) {
      if (i > 0) line += ',';
      line += cell(fields[i]!.value(row, trace));
    }
    return line === '' ? '""\n' : `${line}\n`;
  };
}

function cell(value: FieldValue | undefined): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'number':
      return Number.isFinite(value) ? `${value}` : '';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string':
      return textCell(value);
    default:
      return textCell(value.join(' '));
  }
}

const textCell = (text: string): string => (harmless.test(text) ? text : stringify([[text]], escaping));
