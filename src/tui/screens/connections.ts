/** What the list of connections shows: one line per connection, all of them or those of one origin. */

import { rowOf } from '../../analysis/fields.ts';
import { isUnread, type Row } from '../../analysis/index.ts';
import type { Column } from '../column.ts';
import { anyConnectionColumn, connectionColumn } from '../field-column.ts';
import { count, duration } from '../format.ts';
import { chosen, type Listing, type ListingOptions, listing } from '../listing.ts';
import { endpoint, endpointName, joined, originsOf, safely, serverName } from '../names.ts';
import type { Snapshot } from '../source.ts';
import { isProblem, opinionOf, verdictCell } from '../verdict.ts';
import type { Given } from './index.ts';

/** No figure is in what is only words. */
const words = /^[^\d:]*$/;

const columns: readonly Column<Row>[] = [
  connectionColumn('id', {
    title: '#',
    min: 3,
    max: 8,
    rank: 0,
    cell: ({ connection }) => ({ text: String(connection.id), style: 'dim' }),
  }),
  connectionColumn('client_address', {
    title: 'CLIENT',
    min: 15,
    max: 47,
    rank: 4,
    cell: ({ connection }, { theme }) => safely(endpointName(connection.client), theme),
  }),
  connectionColumn('authority', {
    title: 'SERVER',
    min: 14,
    max: 47,
    rank: 1,
    cell: ({ connection }, { theme }) => safely(serverName(connection), theme),
    key: ({ connection }) => joined(serverName(connection)),
  }),
  connectionColumn('protocol', { title: 'PROTO', min: 8, max: 9, rank: 8 }),
  connectionColumn('requests', { title: 'REQS', min: 5, max: 7, rank: 3 }),
  connectionColumn('reuses', {
    title: 'REUSES',
    min: 6,
    max: 7,
    rank: 5,
    cell: ({ connection }) =>
      isUnread(connection) ? { text: '' } : { text: count(connection.reuses), style: connection.reuses > 0 ? 'good' : 'dim' },
  }),
  connectionColumn('handshake_ms', { title: 'HANDSHAKE', min: 10, rank: 6 }),
  connectionColumn('tls_handshake_ms', { title: 'TLS', min: 8, rank: 9 }),
  connectionColumn('idle_max_ms', { title: 'IDLE', min: 8, rank: 7 }),
  connectionColumn('tcp_keep_alive_probes', { title: 'PROBES', min: 6, rank: 10 }),
  connectionColumn('wasted_ms', {
    title: 'WASTED',
    min: 7,
    rank: 2,
    cell: ({ verdict }, { theme }) =>
      verdict.wasted ? { text: duration(verdict.wasted, theme.glyphs.micro), style: 'bad' } : { text: '' },
  }),
  connectionColumn('opening', {
    title: 'VERDICT',
    min: 11,
    rank: 1,
    cell: (row, { theme }) => verdictCell(opinionOf(row), theme),
    holds: words,
    key: (row) => opinionOf(row).word,
  }),
  connectionColumn('closed_by', {
    title: 'CLOSED BY',
    min: 10,
    rank: 11,
    cell: ({ connection }) => ({ text: connection.closedBy ? `${connection.closedBy} ${connection.closedWith ?? ''}` : '' }),
    holds: words,
  }),
  connectionColumn('start_ms', { title: 'START', min: 9, rank: 12 }),
  connectionColumn('duration_ms', { title: 'DURATION', min: 9, rank: 13 }),
];

const usual = new Map(columns.map((column) => [column.name, column]));
const anyColumn = (name: string): Column<Row> | undefined => usual.get(name) ?? anyConnectionColumn(name);

/** The connections of an origin, or all that the filter lets through, by their numbers; undefined for really all. */
export function idsOf(origin: string | undefined, { analysis }: Snapshot): ArrayLike<number> | undefined {
  return origin === undefined ? analysis.selected : (originsOf(analysis).get(origin)?.connections ?? []);
}

type ConnectionRows = Required<
  Pick<ListingOptions<Row>, 'length' | 'subject' | 'item' | 'find' | 'goal' | 'mark' | 'connection' | 'problem' | 'more'>
>;

/** What lists of connections have in common. */
export function connectionRows(ids: ArrayLike<number> | undefined, { trace, analysis }: Snapshot): ConnectionRows {
  const id = (row: number): number => ids?.[row] ?? row;
  return {
    length: ids?.length ?? trace.size,
    subject: (row: number): Row => rowOf(trace, analysis, id(row)),
    item: id,
    find: (item: string | number): number =>
      ids === undefined ? (typeof item === 'number' && item < trace.size ? item : -1) : placeIn(ids, Number(item)),
    goal: ({ connection }: Row) => ({ connection: connection.id }),
    mark: (row: number): string => `c${id(row)}`,
    connection: id,
    problem: (row: number): boolean => isProblem(rowOf(trace, analysis, id(row))),
    more: ({ connection }: Row) => [endpoint(connection.server), connection.serverName, connection.tlsVersion],
  };
}

/** Of an ascending list. */
function placeIn(ids: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ids[middle] === wanted) return middle;
    if (ids[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function connections({ place: { origin }, snapshot, columns: names }: Given): Listing {
  const digits = Math.max(columns[0]!.min, String(snapshot.trace.size).length);
  return listing<Row>({
    columns: chosen([{ ...columns[0]!, min: digits, max: digits }, ...columns.slice(1)], anyColumn, names),
    snapshot,
    natural: { column: 0, descending: false },
    ...connectionRows(idsOf(origin, snapshot), snapshot),
  });
}
