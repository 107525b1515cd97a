/** The tables of the text report: connections, chosen columns, requests. */

import { type ExchangeRow, type Field, type FieldValue, maskTarget, rowOf } from '../analysis/fields.ts';
import type { Analysis, Row } from '../analysis/index.ts';
import { second } from '../time.ts';
import type { Connection, Exchange, Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import type { RenderOptions } from './format.ts';
import { openedBecause } from './opening.ts';
import type { Paint } from './paint.ts';
import { type TableColumn, table } from './table.ts';
import { span } from './words.ts';

const connectionColumns: readonly TableColumn[] = [
  { title: '#', right: true },
  { title: 'START S', right: true },
  { title: 'SET-UP', right: true },
  { title: 'REQS', right: true },
  { title: 'IDLE', right: true },
  { title: 'CLOSED BY' },
  { title: 'AFTER', right: true },
  { title: 'OPENED BECAUSE', least: 14 },
];

/** One line per connection, for captures with few. */
export function connectionTable(trace: Trace, analysis: Analysis, width: number, paint: Paint): Iterable<string> {
  const rows = [...mapped(rowsOf(trace, analysis), connectionCells)];
  const told = connectionColumns.map((_, i) => rows.some((row) => row[i] !== '-'));
  const columns = connectionColumns.filter((_, i) => told[i]);
  return headed(
    table(
      columns,
      rows.map((row) => row.filter((_, i) => told[i])),
      width,
    ),
    paint,
  );
}

function connectionCells({ connection, verdict }: Row): string[] {
  const { setup, idleMax, idleBeforeClose } = connection;
  return [
    `${connection.id}`,
    (connection.start / second).toFixed(3),
    setup === undefined ? '-' : span(setup),
    `${connection.requests}`,
    idleMax === undefined ? '-' : span(idleMax),
    closedBy(connection),
    idleBeforeClose === undefined ? '-' : span(idleBeforeClose),
    openedBecause(verdict, connection),
  ];
}

const closedBy = ({ closedBy, closedWith }: Connection): string =>
  closedBy === undefined ? 'open' : `${closedBy} ${(closedWith ?? '').toUpperCase()}`;

/** Exactly the columns that were asked for, of every connection; never cut. */
export function chosenTable(trace: Trace, analysis: Analysis, names: readonly string[], paint: Paint): Iterable<string> {
  const columns = chooseColumns(names, false).connections;
  return plainTable(columns, trace, rowsOf(trace, analysis), paint);
}

function* rowsOf(trace: Trace, analysis: Analysis): Generator<Row> {
  for (let index = 0; index < trace.size; index += 1) yield rowOf(trace, analysis, index);
}

/** Every request: the usual columns, or those that were asked for. */
export function requestTable(trace: Trace, options: RenderOptions, width: number, paint: Paint): Iterable<string> {
  if (options.columns !== undefined) return plainTable(chooseColumns(options.columns, true).exchanges, trace, exchangesOf(trace), paint);
  const rows = mapped(exchangesOf(trace), ({ exchange }) => requestCells(exchange));
  return headed(table(requestColumns, rows, width), paint);
}

const requestColumns: readonly TableColumn[] = [
  { title: '#', right: true },
  { title: 'N', right: true },
  { title: 'START S', right: true },
  { title: 'IDLE', right: true },
  { title: 'REQUEST', least: 20 },
  { title: 'STATUS', right: true },
  { title: 'TOOK', right: true },
  { title: 'FRAMES' },
];

function requestCells(exchange: Exchange): string[] {
  const start = exchange.requestStart ?? exchange.responseStart;
  const { requestStart, responseEnd } = exchange;
  return [
    `${exchange.connection}`,
    `${exchange.index}`,
    start === undefined ? '-' : (start / second).toFixed(3),
    exchange.idleBefore === undefined ? '-' : span(exchange.idleBefore),
    requestLine(exchange),
    `${exchange.status ?? '-'}`,
    requestStart === undefined || responseEnd === undefined ? '-' : span(responseEnd - requestStart),
    [exchange.requestFrame, exchange.responseFrame].filter((frame) => frame !== undefined).join('-'),
  ];
}

/** `GET /cart?user=***` */
export function requestLine(exchange: Exchange): string {
  if (exchange.method === undefined) return '(request not captured)';
  return exchange.target === undefined ? exchange.method : `${exchange.method} ${maskTarget(exchange.target)}`;
}

function* exchangesOf(trace: Trace): Generator<ExchangeRow> {
  for (let index = 0; index < trace.size; index += 1) {
    const connection = trace.connection(index);
    for (const exchange of trace.exchanges(index)) yield { exchange, connection };
  }
}

function plainTable<Subject>(
  columns: readonly Field<Subject>[],
  trace: Trace,
  subjects: Iterable<Subject>,
  paint: Paint,
): Iterable<string> {
  const rows = mapped(subjects, (subject) => columns.map((field) => cell(field.value(subject, trace))));
  const titles = columns.map((field) => ({ title: field.title, right: field.type === 'integer' || field.type === 'number' }));
  return headed(table(titles, rows, Number.POSITIVE_INFINITY), paint);
}

function cell(value: FieldValue | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}` : value.toFixed(3);
  return typeof value === 'string' ? value : value.join(' ');
}

function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To> {
  for (const item of items) yield change(item);
}

function* headed(lines: Iterable<string>, paint: Paint): Generator<string> {
  let first = true;
  for (const line of lines) {
    yield first ? paint.faint(line) : line;
    first = false;
  }
}
