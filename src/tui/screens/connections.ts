/** What the list of connections shows: one line per connection, all of them or those of one origin. */

import { bracketed, rowOf } from '../../analysis/fields.ts';
import type { Row } from '../../analysis/index.ts';
import { millisecond } from '../../time.ts';
import type { Column, SortKey } from '../column.ts';
import { anyConnectionColumn, connectionColumn } from '../field-column.ts';
import { count, duration } from '../format.ts';
import { chosen, type Listing, type ListingOptions, listing } from '../listing.ts';
import { endpoint, endpointName, joined, originsOf, safely, serverName, withPort } from '../names.ts';
import type { Snapshot } from '../source.ts';
import { isProblem, opinionOf, verdictCell } from '../verdict.ts';
import type { Given } from './index.ts';

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
    cell: ({ connection: { reuses } }) => ({ text: count(reuses), style: reuses > 0 ? 'good' : 'dim' }),
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
    key: (row) => opinionOf(row).word,
  }),
  connectionColumn('closed_by', {
    title: 'CLOSED BY',
    min: 10,
    rank: 11,
    cell: ({ connection }) => ({ text: connection.closedBy ? `${connection.closedBy} ${connection.closedWith ?? ''}` : '' }),
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
    quick: quickKeys(idsOf(origin, snapshot), snapshot),
  });
}

const sides: Readonly<Record<number, string>> = { 0: 'client', 1: 'server' };
const number = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
const milliseconds = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value / millisecond);

/** What the usual columns are sorted by, without making records of a million connections. Equal to their own keys. */
function quickKeys(ids: ArrayLike<number> | undefined, { trace, analysis }: Snapshot): Readonly<Record<string, (row: number) => SortKey>> {
  const { columns: c } = trace;
  const of = (key: (id: number) => SortKey): ((row: number) => SortKey) => (ids === undefined ? key : (row) => key(ids[row]!));
  return {
    id: of((id) => id),
    client_address: of((id) => bracketed(c.address(c.clientHost(id)))),
    authority: of(serverNames(trace)),
    protocol: of((id) => c.protocol(id)),
    requests: of((id) => c.requests(id)),
    reuses: of((id) => c.reuses(id)),
    handshake_ms: of((id) => milliseconds(c.handshake(id))),
    tls_handshake_ms: of((id) => milliseconds(c.handshakeTls(id))),
    idle_max_ms: of((id) => longestIdle(c, id)),
    tcp_keep_alive_probes: of((id) => c.probes(id)),
    wasted_ms: of((id) => milliseconds(analysis.verdict(id).wasted ?? Number.NaN)),
    opening: of((id) => opinionOf({ connection: { reuses: c.reuses(id) }, verdict: analysis.verdict(id) }).word),
    closed_by: of((id) => sides[c.closedBy(id)]),
    start_ms: of((id) => number(c.opened(id) / millisecond)),
    duration_ms: of((id) => c.lasted(id) / millisecond),
  };
}

/** As `serverName` of the record has it; each text is made once. */
function serverNames({ columns: c, connection }: Snapshot['trace']): (id: number) => string {
  const known = new Map<number, string>();
  return (id) => {
    // An encrypted hello, a proxy: the record knows which name counts.
    if (c.encrypted(id)) return joined(serverName(connection(id)));
    const name = c.authority(id);
    const port = c.serverPort(id);
    const host = c.serverHost(id);
    const key = (name === 0 ? -1 - host : name) * 65_536 + port;
    let text = known.get(key);
    if (text === undefined) {
      text = joined(name === 0 ? endpointName({ address: c.address(host), port }) : withPort(c.text(name), port));
      known.set(key, text);
    }
    return text;
  };
}

/** Idle times between exchanges, as the record counts them. */
function longestIdle(c: Snapshot['trace']['columns'], id: number): number | undefined {
  let end = Number.NaN;
  let longest: number | undefined;
  for (let each = c.firstExchange(id); each >= 0; each = c.nextExchange(each)) {
    const idle = c.exchangeStart(each) - end;
    if (idle > 0 && !(longest !== undefined && longest >= idle)) longest = idle;
    const over = c.exchangeEnd(each);
    end = Number.isNaN(end) ? over : Math.max(end, over);
  }
  return longest === undefined ? undefined : longest / millisecond;
}
