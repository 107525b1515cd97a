/** What the list of connections shows: one line per connection, all of them or those of one origin. */

import { type Field, fields, rowOf } from '../../analysis/fields.ts';
import type { Row } from '../../analysis/index.ts';
import { millisecond } from '../../time.ts';
import type { Cell, Column, Context } from '../column.ts';
import { count, duration } from '../format.ts';
import { type Listing, listing } from '../listing.ts';
import { endpoint, endpointName, joined, originsOf, safely, serverName } from '../names.ts';
import type { Snapshot } from '../source.ts';
import type { Place } from '../store.ts';
import { opinionOf, verdictCell } from '../verdict.ts';

const named: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.name, field]));

interface Look extends Pick<Column<Row>, 'title' | 'min' | 'rank'>, Partial<Pick<Column<Row>, 'max' | 'align' | 'cell' | 'key'>> {}

/** A column of the report, as the list shows it. */
function column(name: string, look: Look): Column<Row> {
  const field = named.get(name)!;
  const number = field.type === 'integer' || field.type === 'number';
  return {
    name,
    meaning: field.meaning,
    max: look.min,
    align: number ? 'right' : 'left',
    cell: (row, context) => written(field, row, context),
    key: (row, { trace }) => {
      const value = field.value(row, trace);
      return typeof value === 'boolean' ? Number(value) : typeof value === 'object' ? value.join(' ') : value;
    },
    ...look,
  };
}

/** The unit ends a field's name. */
function written(field: Field, row: Row, { snapshot, theme }: Context): Cell {
  const value = field.value(row, snapshot.trace);
  if (value === undefined) return { text: '' };
  if (typeof value !== 'number') return { text: theme.safe(String(value)) };
  const text = field.name.endsWith('_ms') ? duration(value * millisecond, theme.glyphs.micro) : count(value);
  return value === 0 ? { text, style: 'dim' } : { text };
}

const columns: readonly Column<Row>[] = [
  column('id', { title: '#', min: 3, max: 8, rank: 0, cell: ({ connection }) => ({ text: String(connection.id), style: 'dim' }) }),
  column('client_address', {
    title: 'CLIENT',
    min: 15,
    max: 47,
    rank: 4,
    cell: ({ connection }, { theme }) => safely(endpointName(connection.client), theme),
  }),
  column('authority', {
    title: 'SERVER',
    min: 14,
    max: 47,
    rank: 1,
    cell: ({ connection }, { theme }) => safely(serverName(connection), theme),
    key: ({ connection }) => joined(serverName(connection)),
  }),
  column('protocol', { title: 'PROTO', min: 8, max: 9, rank: 8 }),
  column('requests', { title: 'REQS', min: 5, max: 7, rank: 3 }),
  column('reuses', {
    title: 'REUSES',
    min: 6,
    max: 7,
    rank: 5,
    cell: ({ connection: { reuses } }) => ({ text: count(reuses), style: reuses > 0 ? 'good' : 'dim' }),
  }),
  column('handshake_ms', { title: 'HANDSHAKE', min: 9, rank: 6 }),
  column('tls_handshake_ms', { title: 'TLS', min: 8, rank: 9 }),
  column('idle_max_ms', { title: 'IDLE', min: 8, rank: 7 }),
  column('tcp_keep_alive_probes', { title: 'PROBES', min: 6, rank: 10 }),
  column('wasted_ms', {
    title: 'WASTED',
    min: 7,
    rank: 2,
    cell: ({ verdict }, { theme }) =>
      verdict.wasted ? { text: duration(verdict.wasted, theme.glyphs.micro), style: 'bad' } : { text: '' },
  }),
  column('opening', {
    title: 'VERDICT',
    min: 11,
    rank: 1,
    cell: (row, { theme }) => verdictCell(opinionOf(row), theme),
    key: (row) => opinionOf(row).word,
  }),
  column('closed_by', {
    title: 'CLOSED BY',
    min: 10,
    rank: 11,
    cell: ({ connection }) => ({ text: connection.closedBy ? `${connection.closedBy} ${connection.closedWith ?? ''}` : '' }),
  }),
  column('start_ms', { title: 'START', min: 9, rank: 12 }),
  column('duration_ms', { title: 'DURATION', min: 9, rank: 13 }),
];

export function connections({ origin }: Place, snapshot: Snapshot): Listing {
  const { trace, analysis } = snapshot;
  const some = origin === undefined ? undefined : (originsOf(analysis).get(origin)?.connections ?? []);
  const digits = Math.max(columns[0]!.min, String(trace.size).length);
  return listing<Row>({
    columns: [{ ...columns[0]!, min: digits, max: digits }, ...columns.slice(1)],
    snapshot,
    natural: { column: 0, descending: false },
    length: some?.length ?? trace.size,
    subject: (row) => rowOf(trace, analysis, some?.[row] ?? row),
    item: (row) => some?.[row] ?? row,
    ...(some && { find: (item) => (some as readonly unknown[]).indexOf(item) }),
    goal: ({ connection }) => ({ connection: connection.id }),
    more: ({ connection }) => [endpoint(connection.server), connection.serverName, connection.tlsVersion],
  });
}
