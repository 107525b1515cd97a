/** The rows of a place in their natural order, whatever they are made of: origins, connections, lines of a story, requests. */

import type { Cell, Column, Context, Heading, SortKey } from './column.ts';
import type { Snapshot } from './source.ts';
import type { Goal, Item, Sort, WhatIf } from './store.ts';
import { wrapped } from './width.ts';

/** Lines below the rows, about the one under the cursor. */
export interface Panel {
  /** As many as it would like to have. */
  readonly lines: number;
  draw(row: number, context: Context, columns: number, lines: number): readonly (readonly Cell[])[];
}

export interface Listing {
  readonly columns: readonly Heading[];
  readonly natural: Sort | undefined;
  readonly sortable: readonly Sort[];
  readonly length: number;
  readonly panel: Panel | undefined;
  /** What is said where there are no rows. */
  readonly nothing: string | undefined;
  item(row: number): Item;
  /** Its row; -1 where it is not listed. */
  find(item: Item): number;
  goal(row: number): Goal | undefined;
  mark(row: number): string | undefined;
  /** Something that one should look at. */
  problem(row: number): boolean;
  turn(row: number, by: 1 | -1): Partial<WhatIf> | undefined;
  /** The connection that a row is or belongs to. */
  connection(row: number): number | undefined;
  cells(row: number, columns: readonly number[], context: Context): Cell[];
  /** The same, drawn into the room of their columns. */
  drawn(row: number, columns: readonly { readonly index: number; readonly width: number }[], context: Context): (Cell | readonly Cell[])[];
  key(row: number, column: number): SortKey;
  /** Everything that a search looks at. */
  text(row: number, context: Context): string;
  /** Whether a row has a text, given in small letters, in something that a search looks at. */
  finder(wanted: string, context: Context): (row: number) => boolean;
  /** The value under the cursor, for a filter and for the clipboard. */
  value(row: number, column: number): string | number | undefined;
}

export interface ListingOptions<Subject> {
  readonly columns: readonly Column<Subject>[];
  readonly snapshot: Snapshot;
  readonly natural?: Sort;
  readonly length: number;
  readonly panel?: Panel;
  readonly nothing?: string;
  subject(row: number): Subject;
  item?(row: number): Item;
  find?(item: Item): number;
  /** What Enter opens. */
  goal?(subject: Subject): Goal | undefined;
  mark?(row: number): string | undefined;
  problem?(row: number): boolean;
  turn?(row: number, by: 1 | -1): Partial<WhatIf> | undefined;
  connection?(row: number): number | undefined;
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
    panel: options.panel,
    nothing: options.nothing,
    item: options.item ?? ((row) => row),
    find: options.find ?? ((item) => (typeof item === 'number' && item < length ? item : -1)),
    goal: (row) => options.goal?.(subject(row)),
    mark: (row) => options.mark?.(row),
    problem: (row) => options.problem?.(row) === true,
    turn: (row, by) => options.turn?.(row, by),
    connection: (row) => options.connection?.(row),
    cells: (row, shown, context) => {
      const of = subject(row);
      return shown.map((index) => columns[index]!.cell(of, context));
    },
    drawn: (row, shown, context) => {
      const of = subject(row);
      return shown.map(({ index, width }) => columns[index]!.draw?.(of, context, width) ?? columns[index]!.cell(of, context));
    },
    key: (row, column) => columns[column]!.key?.(subject(row), snapshot),
    text: (row, context) => {
      const of = subject(row);
      return [...columns.map((column) => textOf(column.cell(of, context))), ...(options.more?.(of) ?? [])].join('\n');
    },
    finder: (wanted, context) => {
      const asked = columns.filter(({ holds }) => holds?.test(wanted) !== false);
      const has = (text: string | undefined): boolean => text?.toLowerCase().includes(wanted) === true;
      return (row) => {
        const of = subject(row);
        for (const column of asked) if (has(textOf(column.cell(of, context)))) return true;
        return options.more?.(of).some(has) === true;
      };
    },
    value: (row, column) => columns[column]?.key?.(subject(row), snapshot),
  };
}

const textOf = ({ text, tail = '', aside = '' }: Cell): string => text + tail + aside;

/** The columns that were chosen, in their order; the usual ones where none were, or none is known. */
export function chosen<Subject>(
  usual: readonly Column<Subject>[],
  all: (name: string) => Column<Subject> | undefined,
  names: readonly string[] | undefined,
): readonly Column<Subject>[] {
  const found = (names ?? []).map(all).filter((column) => column !== undefined);
  // Where they were chosen, their order is their rank.
  return found.length === 0 ? usual : found.map((column, rank) => ({ ...column, rank }));
}

/** Below the rows: a text of the row that may have been cut, in full. */
export const wholeText = (of: (row: number) => string, lines = 2): Panel => ({
  lines,
  draw: (row, { theme }, columns) =>
    row < 0 ? [] : wrapped(theme.safe(of(row)), Math.max(20, columns - 2)).map((text): Cell[] => [{ text: ` ${text}`, style: 'info' }]),
});
