/** The tables that flat formats (CSV, Parquet) write, one at a time. */

import { type ExchangeRow, exchangeFields, type Field, fields, findingFields, rowOf } from '../analysis/fields.ts';
import { type Analysis, listed, type Row } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { checkColumns, chosen } from './columns.ts';
import type { RenderOptions } from './format.ts';

export type TableName = 'connections' | 'exchanges' | 'findings';

export interface FlatTable {
  readonly name: TableName;
  readonly fields: readonly Field<unknown>[];
  readonly rows: Iterable<unknown>;
}

/** @throws UnknownColumn for a column that the report will not have */
export function checkChoice({ columns, table, exchanges }: RenderOptions): void {
  checkColumns(columns, table !== undefined ? [fieldsOf[table]] : exchanges === true ? [fields, exchangeFields] : [fields]);
}

export function flatTable(trace: Trace, analysis: Analysis, { table, exchanges, columns }: RenderOptions): FlatTable {
  const name = table ?? (exchanges === true ? 'exchanges' : 'connections');
  return { name, fields: chosen(columns, fieldsOf[name]), rows: rowsOf[name](trace, analysis) };
}

const fieldsOf: Readonly<Record<TableName, readonly Field<unknown>[]>> = {
  connections: fields,
  exchanges: exchangeFields,
  findings: findingFields,
};

const rowsOf: Readonly<Record<TableName, (trace: Trace, analysis: Analysis) => Iterable<unknown>>> = {
  connections,
  exchanges,
  findings: (_, analysis) => analysis.findings,
};

function* connections(trace: Trace, analysis: Analysis): Generator<Row> {
  for (const index of listed(trace, analysis)) yield rowOf(trace, analysis, index);
}

function* exchanges(trace: Trace, analysis: Analysis): Generator<ExchangeRow> {
  for (const index of listed(trace, analysis)) {
    const connection = trace.view(index);
    for (const exchange of trace.exchangeViews(index)) yield { exchange, connection };
  }
}
