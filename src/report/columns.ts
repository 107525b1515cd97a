/** Which columns a report shows: all, or those that were asked for by name. */

import { type ExchangeRow, exchangeFields, type Field, fields, type Usual } from '../analysis/fields.ts';
import type { Row } from '../analysis/index.ts';
import { nearest } from '../nearest.ts';

export interface Columns {
  readonly connections: readonly Field<Row>[];
  readonly exchanges: readonly Field<ExchangeRow>[];
}

/** A column was asked for that does not exist. */
export class UnknownColumn extends Error {
  override readonly name = 'UnknownColumn';
}

/**
 * A name chooses its column in the connections and, with `exchanges`, in the exchanges; a table none of whose columns was named is shown whole.
 * Throws UnknownColumn.
 */
export function chooseColumns(names: readonly string[] | undefined, exchanges: boolean): Columns {
  checkColumns(names, exchanges ? [fields, exchangeFields] : [fields]);
  return { connections: chosen(names, fields), exchanges: chosen(names, exchangeFields) };
}

/** Of one table; all where none of them was named. */
export function chosen<Subject>(names: readonly string[] | undefined, all: readonly Field<Subject>[]): readonly Field<Subject>[] {
  const found = [...new Set(names)].map((name) => all.find((field) => field.name === name)).filter((field) => field !== undefined);
  return found.length === 0 ? all : found;
}

/** Adds the columns that tell records apart, in front, where they were not chosen. */
export function withIdentity<Subject>(
  chosen: readonly Field<Subject>[],
  all: readonly Field<Subject>[],
  names: readonly string[],
): readonly Field<Subject>[] {
  const missing = all.filter((field) => names.includes(field.name) && !chosen.includes(field));
  return [...missing, ...chosen];
}

/** Columns side by side that have in common what they usually are; others by themselves as long as there are no such. */
export interface ColumnGroup<Subject> {
  readonly usual: Usual<Subject> | undefined;
  readonly members: readonly Field<Subject>[];
}

export function grouped<Subject>(columns: readonly Field<Subject>[]): readonly ColumnGroup<Subject>[] {
  const groups: { usual: Usual<Subject> | undefined; members: Field<Subject>[] }[] = [];
  for (const field of columns) {
    const last = groups.at(-1);
    if (last !== undefined && last.usual === field.usual) last.members.push(field);
    else groups.push({ usual: field.usual, members: [field] });
  }
  return groups;
}

/** @throws UnknownColumn for a name that none of the tables has */
export function checkColumns(names: readonly string[] = [], tables: readonly (readonly Named[])[]): void {
  const known = [...new Set(tables.flatMap((table) => table.map(({ name }) => name)))];
  for (const name of names) if (!known.includes(name)) throw new UnknownColumn(complaint(name, known));
}

interface Named {
  readonly name: string;
}

function complaint(name: string, known: readonly string[]): string {
  if (name === '') return 'a column name is empty; names are separated by single commas, as in --columns id,requests,reuses';
  const meant = nearest(name, known);
  const elsewhere = exchangeFields.some((field) => field.name === name);
  if (elsewhere) return `'${name}' is a column of the requests; add --exchanges`;
  return `no column is called '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`} (all names: warmwire schema)`;
}
