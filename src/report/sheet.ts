/** The tables that people read, before any format has laid them out: headings and plain cells, not yet made safe for anything. */

import { type ExchangeRow, type Field, type FieldValue, rowOf } from '../analysis/fields.ts';
import { type Analysis, isUnread, listed, type Origin, type Row } from '../analysis/index.ts';
import { type Clock, moment, type TimeFormat } from '../clock.ts';
import type { Time } from '../time.ts';
import type { Connection, Exchange, Trace } from '../trace/index.ts';
import { openedBecause } from './opening.ts';
import { grouped, percent, span } from './words.ts';

export interface SheetColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** Where room is short it may be cut down to so many characters; others never are. */
  readonly least?: number;
  /** Its cells are words of the capture, not of ours. */
  readonly quoted?: boolean;
}

export interface Sheet {
  readonly columns: readonly SheetColumn[];
  readonly rows: Iterable<readonly string[]>;
}

const unknown = '-';

/** Where the waste is: one line per origin. */
export const originColumns: readonly SheetColumn[] = [
  { title: 'origin', least: 16, quoted: true },
  { title: 'conns', right: true },
  { title: 'req/conn', right: true },
  { title: 'reused', right: true },
  { title: 'avoidable', right: true },
  { title: 'wasted', right: true },
];

export function originCells(origin: Origin, name: string): string[] {
  const { avoidableHigh, pool } = origin;
  const perConnection = origin.verdict === 'unknown' ? unknown : (origin.requests / origin.connections.length).toFixed(1);
  return [
    name,
    grouped(origin.connections.length),
    perConnection,
    origin.reuseRatio === undefined ? unknown : percent(origin.reuseRatio),
    avoidableHigh > pool.avoidable ? `${grouped(pool.avoidable)}-${grouped(avoidableHigh)}` : grouped(pool.avoidable),
    pool.avoidable === 0 ? unknown : span(origin.wasted),
  ];
}

/** One line per connection; columns of which nothing is known are left out. */
export function connectionSheet(rows: Iterable<Row>, clock: Clock = usualClock): Sheet {
  const columns = connectionColumns(clock);
  let before: Time | undefined;
  const cells = Array.from(rows, (row) => {
    const start = moment(row.connection.start, before, clock);
    before = row.connection.start;
    return connectionCells(row, start);
  });
  const told = columns.map((_, i) => cells.some((row) => row[i] !== unknown));
  return {
    columns: columns.filter((_, i) => told[i]),
    rows: cells.map((row) => row.filter((_, i) => told[i])),
  };
}

const usualClock: Clock = { format: 'relative', epoch: 0n, decimals: 3 };
const startTitles: Readonly<Record<TimeFormat, string>> = { relative: 'start s', absolute: 'start utc', delta: 'later s' };

const connectionColumns = ({ format }: Clock): readonly SheetColumn[] => [
  { title: '#', right: true },
  { title: startTitles[format], right: true },
  { title: 'set-up', right: true },
  { title: 'reqs', right: true },
  { title: 'idle', right: true },
  { title: 'closed by' },
  { title: 'after', right: true },
  { title: 'opened because', least: 14 },
];

function connectionCells({ connection, verdict }: Row, start: string): string[] {
  const { setup, idleMax, idleBeforeClose } = connection;
  return [
    `${connection.id}`,
    start,
    setup === undefined ? unknown : span(setup),
    isUnread(connection) ? about(connection.requestsEstimated?.requests) : `${connection.requests}`,
    idleMax === undefined ? unknown : span(idleMax),
    closedBy(connection),
    idleBeforeClose === undefined ? unknown : span(idleBeforeClose),
    openedBecause(verdict, connection),
  ];
}

export const closedBy = ({ closedBy, closedWith }: Connection): string =>
  closedBy === undefined ? 'open' : `${closedBy} ${(closedWith ?? '').toUpperCase()}`;

/** One line per request. */
export function requestSheet(trace: Trace, analysis: Analysis, clock: Clock = usualClock): Sheet {
  let before: Time | undefined;
  const rows = mapped(exchangesOf(trace, analysis), ({ exchange }) => {
    const start = exchange.requestStart ?? exchange.responseStart;
    const text = start === undefined ? unknown : moment(start, before, clock);
    before = start ?? before;
    return requestCells(exchange, text);
  });
  return { columns: requestColumns(clock), rows };
}

const requestColumns = ({ format }: Clock): readonly SheetColumn[] => [
  { title: '#', right: true },
  { title: 'n', right: true },
  { title: startTitles[format], right: true },
  { title: 'idle', right: true },
  { title: 'request', least: 20, quoted: true },
  { title: 'status', right: true },
  { title: 'took', right: true },
  { title: 'frames' },
];

function requestCells(exchange: Exchange, start: string): string[] {
  const { requestStart, responseEnd } = exchange;
  return [
    `${exchange.connection}`,
    `${exchange.index}`,
    start,
    exchange.idleBefore === undefined ? unknown : span(exchange.idleBefore),
    requestLine(exchange),
    `${exchange.status ?? unknown}`,
    requestStart === undefined || responseEnd === undefined ? unknown : span(responseEnd - requestStart),
    [exchange.requestFrame, exchange.responseFrame].filter((frame) => frame !== undefined).join('-'),
  ];
}

/** `GET /cart?user=*3f2a` */
export function requestLine(exchange: Exchange): string {
  // Servers say 408 to clients that ask for nothing (RFC 9110 §15.5.9).
  if (exchange.method === undefined) return exchange.status === 408 ? '(no request)' : '(request not captured)';
  return exchange.target === undefined ? exchange.method : `${exchange.method} ${exchange.target}`;
}

/** Exactly these columns of every connection. */
export const chosenConnections = (columns: readonly Field<Row>[], trace: Trace, analysis: Analysis): Sheet =>
  chosenSheet(columns, trace, rowsOf(trace, analysis));

/** Exactly these columns of every request. */
export const chosenRequests = (columns: readonly Field<ExchangeRow>[], trace: Trace, analysis: Analysis): Sheet =>
  chosenSheet(columns, trace, exchangesOf(trace, analysis));

function chosenSheet<Subject>(columns: readonly Field<Subject>[], trace: Trace, subjects: Iterable<Subject>): Sheet {
  return {
    columns: columns.map(({ title, type, values, name }) => ({
      title,
      right: type === 'integer' || type === 'number',
      quoted: (type === 'string' && values === undefined && name !== 'start_time') || type === 'strings',
    })),
    rows: mapped(subjects, (subject) => columns.map((field) => cell(field.value(subject, trace)))),
  };
}

function cell(value: FieldValue | undefined): string {
  if (value === undefined) return unknown;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}` : value.toFixed(3);
  return typeof value === 'string' ? value : value.join(' ');
}

export function* rowsOf(trace: Trace, analysis: Analysis): Generator<Row> {
  for (const index of listed(trace, analysis)) yield rowOf(trace, analysis, index);
}

function* exchangesOf(trace: Trace, analysis: Analysis): Generator<ExchangeRow> {
  for (const index of listed(trace, analysis)) {
    const connection = trace.view(index);
    for (const exchange of trace.exchangeViews(index)) yield { exchange, connection };
  }
}

function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To> {
  for (const item of items) yield change(item);
}

/** Inside TLS that could not be opened. */
const about = (requests: number | undefined): string => (requests === undefined ? unknown : `~${requests}`);
