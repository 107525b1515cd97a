/** What one column is: its name in every format, its type, what it means, and how it is taken from a row. */

import { type Duration, toMilliseconds } from '../../time.ts';
import type { Connection, Exchange, Trace } from '../../trace/index.ts';
import type { Row } from '../analysis.ts';

export type FieldType = 'integer' | 'number' | 'string' | 'boolean' | 'integers' | 'strings';
export type FieldValue = number | string | boolean | readonly number[] | readonly string[];

/** One request with the connection that carried it: a row of the exchanges table. */
export interface ExchangeRow {
  readonly exchange: Exchange;
  readonly connection: Connection;
}

/** What nearly every row has in some columns that stand side by side: writers ask once for all of them. */
export interface Usual<Subject = Row> {
  /** Of each of them. */
  readonly value: FieldValue | undefined;
  holds(row: Subject): boolean;
}

/** A column of the report. An unknown value is undefined: a missing member, an empty cell, never 0. */
export interface Field<Subject = Row> {
  /** Its name in every format; the unit ends it. Part of the contract. */
  readonly name: string;
  /** A short heading for tables that people read. */
  readonly title: string;
  readonly meaning: string;
  readonly type: FieldType;
  /** Every value that it can have, where they can be listed. */
  readonly values?: readonly string[];
  /** Known only when the whole pool of its connection is known: NDJSON gives it in a `verdict` record. */
  readonly pool?: true;
  readonly usual?: Usual<Subject>;
  value(row: Subject, trace: Trace): FieldValue | undefined;
}

/** Columns that have this value wherever `holds` does. */
export const usually = (value: FieldValue | undefined, holds: Usual['holds'], fields: readonly Field[]): readonly Field[] => {
  const usual = { value, holds };
  return fields.map((field) => ({ ...field, usual }));
};

/** Rows that `Inspector` has not filled in yet: the name, type and meaning stand, the value comes later. */
export const notYet = (): undefined => undefined;

export const ms = (duration: Duration | undefined): number | undefined =>
  duration === undefined || !Number.isFinite(duration) ? undefined : toMilliseconds(duration);

/** An empty list says nothing: its member is left out. */
export const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);
