/** The rows of a place in their natural order, whatever they are made of: origins, connections, lines of a story, requests. */

import type { Cell, Column, Context, Heading, SortKey } from './column.ts';
import type { Snapshot } from './source.ts';
import type { Goal, Item, Sort } from './store.ts';

export interface Listing {
  readonly columns: readonly Heading[];
  readonly natural: Sort | undefined;
  readonly sortable: readonly Sort[];
  readonly length: number;
  item(row: number): Item;
  /** Its row; -1 where it is not listed. */
  find(item: Item): number;
  goal(row: number): Goal | undefined;
  cells(row: number, columns: readonly number[], context: Context): Cell[];
  key(row: number, column: number): SortKey;
  /** Everything that a search looks at. */
  text(row: number, context: Context): string;
}

export interface ListingOptions<Subject> {
  readonly columns: readonly Column<Subject>[];
  readonly snapshot: Snapshot;
  readonly natural?: Sort;
  readonly length: number;
  subject(row: number): Subject;
  item?(row: number): Item;
  find?(item: Item): number;
  /** What Enter opens. */
  goal?(subject: Subject): Goal | undefined;
  /** What a search looks at besides the cells. */
  more?(subject: Subject): readonly (string | undefined)[];
}

export function listing<Subject>(options: ListingOptions<Subject>): Listing {
  const { columns, snapshot, length, subject } = options;
  return {
    columns,
    natural: options.natural,
    sortable: columns.flatMap(({ key, align }, column) => (key ? [{ column, descending: align === 'right' && column > 0 }] : [])),
    length,
    item: options.item ?? ((row) => row),
    find: options.find ?? ((item) => (typeof item === 'number' && item < length ? item : -1)),
    goal: (row) => options.goal?.(subject(row)),
    cells: (row, shown, context) => {
      const of = subject(row);
      return shown.map((index) => columns[index]!.cell(of, context));
    },
    key: (row, column) => columns[column]!.key?.(subject(row), snapshot),
    text: (row, context) => {
      const of = subject(row);
      const cells = columns.map((column) => column.cell(of, context)).map(({ text, tail = '' }) => text + tail);
      return [...cells, ...(options.more?.(of) ?? [])].join('\n');
    },
  };
}
