/** What the list of all requests shows: one line each, whatever connection carried them. */

import type { ExchangeRow } from '../../analysis/fields.ts';
import type { Connection, Exchange, ExchangeViews, Trace } from '../../trace/index.ts';
import type { Column } from '../column.ts';
import { exchangeColumn } from '../field-column.ts';
import { count } from '../format.ts';
import { chosen, type Listing, listing } from '../listing.ts';
import { joined, safely, serverName } from '../names.ts';
import type { Snapshot } from '../source.ts';
import { anyRequestColumn, isBad, requestColumns } from './connection.ts';
import { idsOf } from './connections.ts';
import type { Given } from './index.ts';

const own: readonly Column<ExchangeRow>[] = [
  exchangeColumn('connection_id', {
    title: '#',
    min: 4,
    max: 8,
    rank: 0,
    cell: ({ connection }) => ({ text: String(connection.id), style: 'dim' }),
  }),
  {
    ...exchangeColumn('authority', { title: 'SERVER', min: 14, max: 40, rank: 3 }),
    cell: ({ connection }, { theme }) => safely(serverName(connection), theme),
    key: ({ connection }) => joined(serverName(connection)),
  },
  ...requestColumns.map((column) =>
    column.name === 'index'
      ? {
          ...column,
          title: 'N',
          cell: ({ exchange }: ExchangeRow) => ({ text: count(exchange.index + 1), style: exchange.index > 0 ? 'good' : 'plain' }) as const,
        }
      : column,
  ),
];
const usual = new Map(own.map((column) => [column.name, column]));

export function requests({ place: { origin }, snapshot, columns: names }: Given): Listing {
  const rows = rowsOf(snapshot, origin);
  const start = own.findIndex(({ name }) => name === 'request_start_ms');
  return listing<ExchangeRow>({
    columns: chosen(own, (name) => usual.get(name) ?? anyRequestColumn(name), names),
    snapshot,
    ...(names === undefined && { natural: { column: start, descending: false } }),
    length: rows.length,
    subject: rows.subject,
    goal: ({ connection }) => ({ connection: connection.id, tab: 'exchanges' }),
    connection: rows.connection,
    mark: (row) => `c${rows.connection(row)}`,
    problem: (row) => isBad(rows.subject(row).exchange),
  });
}

interface RequestRows {
  readonly length: number;
  subject(row: number): ExchangeRow;
  connection(row: number): number;
}

/** Exchanges in the order of their requests, as the trace numbers them; of some connections one connection after the other. */
function rowsOf(snapshot: Snapshot, origin: string | undefined): RequestRows {
  const { columns } = snapshot.trace;
  const ids = idsOf(origin, snapshot);
  const numbers = ids === undefined ? undefined : numbersOf(snapshot, ids);
  const number = (row: number): number => numbers?.[row] ?? row;
  const recent = new Recent(snapshot.trace);
  return {
    length: numbers?.length ?? columns.exchanges,
    connection: (row) => columns.exchangeConnection(number(row)),
    subject: (row) => new Request(number(row), snapshot.trace, recent),
  };
}

function numbersOf({ trace: { columns } }: Snapshot, ids: ArrayLike<number>): Int32Array {
  const numbers: number[] = [];
  for (let i = 0; i < ids.length; i += 1)
    for (let each = columns.firstExchange(ids[i]!); each >= 0; each = columns.nextExchange(each)) numbers.push(each);
  return Int32Array.from(numbers).sort();
}

/** One request, of which only what a column asks for is made. */
class Request implements ExchangeRow {
  readonly #number: number;
  readonly #trace: Trace;
  readonly #recent: Recent;

  constructor(number: number, trace: Trace, recent: Recent) {
    this.#number = number;
    this.#trace = trace;
    this.#recent = recent;
  }

  get connection(): Connection {
    return this.#trace.view(this.#id);
  }

  get exchange(): Exchange {
    return this.#recent.exchange(this.#number, this.#id);
  }

  get #id(): number {
    return this.#trace.columns.exchangeConnection(this.#number);
  }
}

/** Neighbouring rows are often of the same few connections, whose exchanges are gone through once. */
const mostRecent = 1000;

class Recent {
  readonly #trace: Trace;
  readonly #known = new Map<number, ExchangeViews>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  exchange(number: number, id: number): Exchange {
    return (this.#known.get(id) ?? this.#make(id)).numbered(number)!;
  }

  #make(id: number): ExchangeViews {
    if (this.#known.size === mostRecent) this.#known.clear();
    const made = this.#trace.exchangeViews(id);
    this.#known.set(id, made);
    return made;
  }
}
