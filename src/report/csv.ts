/** A table of connections (or of requests, with `exchanges`) as RFC 4180 CSV that no spreadsheet will take for formulas. */

import { type Options, stringify } from 'csv-stringify/sync';
import { type Field, type FieldValue, rowOf } from '../analysis/fields.ts';
import { type Analysis, listed } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import type { RenderOptions, ReportFormat } from './format.ts';

export const csv: ReportFormat = { name: 'csv', extension: 'csv', summary: 'a table of connections, with --exchanges of requests', render };

const escaping: Options = { escape_formulas: true, eof: false };
/** Nothing in it to quote, nothing at its beginning to guard: most cells. csv-stringify decides on all others, at thirty times the price. */
const harmless = /^[\w./:([][\w./:%?&~!*()[\]; +=@-]*$/;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  const columns = chooseColumns(options.columns, options.exchanges === true);
  if (options.exchanges === true) {
    const line = lineOf(columns.exchanges);
    yield header(columns.exchanges);
    for (const index of listed(trace, analysis)) {
      const connection = trace.connection(index);
      for (const exchange of trace.exchanges(index)) yield line({ exchange, connection }, trace);
    }
    return;
  }
  const line = lineOf(columns.connections);
  yield header(columns.connections);
  for (const index of listed(trace, analysis)) yield line(rowOf(trace, analysis, index), trace);
}

const header = <Subject>(fields: readonly Field<Subject>[]): string => `${fields.map((field) => field.name).join(',')}\n`;

/** A row of one empty cell is written as quotes: readers skip empty lines. */
function lineOf<Subject>(fields: readonly Field<Subject>[]): (row: Subject, trace: Trace) => string {
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
