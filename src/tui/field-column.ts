/** Columns of the report as lists show them. */

import { type ExchangeRow, exchangeFields, type Field, type FieldValue, fields } from '../analysis/fields.ts';
import { closeReasons, openReasons, type Reason, type Row } from '../analysis/index.ts';
import { millisecond, second } from '../time.ts';
import type { Cell, Column, Context, SortKey } from './column.ts';
import { count, duration } from './format.ts';

export interface Look<Subject>
  extends Pick<Column<Subject>, 'title' | 'min' | 'rank'>,
    Partial<Pick<Column<Subject>, 'max' | 'align' | 'cell' | 'key' | 'holds'>> {}

/** What numbers, durations and sizes are written with. */
const numeric: RegExp = /^[-\d, bdghkmnpstuµ]*(\.[\d bdghkmnpstuµ]*)?$/;

/** Between the first and the second number of a list, in its key. */
const list = 2 ** 21;

const connectionNamed: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.name, field]));
const exchangeNamed: ReadonlyMap<string, Field<ExchangeRow>> = new Map(exchangeFields.map((field) => [field.name, field]));

/** Where nearly every row has a text of its own, numbers by which they are sorted in the same way. */
const ownKeys: Readonly<Record<string, Pick<Column<Row>, 'key'>>> = {
  start_time: { key: ({ connection }) => connection.start },
  // By what it says, then by the connection that it names.
  reason_text: {
    key: ({ verdict }) =>
      verdict.reason === undefined ? undefined : reasons.indexOf(verdict.reason.code) * 2 ** 32 + (verdict.previous ?? 0),
  },
};
const reasons: readonly Reason[] = [...openReasons, ...closeReasons].sort();

function fieldColumn<Subject>(field: Field<Subject>, look: Look<Subject>): Column<Subject> {
  const number = field.type === 'integer' || field.type === 'number';
  return {
    name: field.name,
    meaning: field.meaning,
    max: look.min,
    align: number ? 'right' : 'left',
    cell: (row, context) => written(field, row, context),
    key: (row, { trace }) => keyOf(field.value(row, trace)),
    ...(number && { holds: numeric }),
    ...look,
  };
}

function keyOf(value: FieldValue | undefined): SortKey {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'object') return value;
  const [first, second] = value;
  // A million different lists would be a million texts: numbers are sorted by the first of them, then by the second.
  return typeof first === 'number' ? first * list + Math.min(list - 1, 1 + Number(second ?? -1)) : value.join(' ');
}

/** The unit ends a field's name. */
function written<Subject>(field: Field<Subject>, row: Subject, { snapshot, theme }: Context): Cell {
  const value = field.value(row, snapshot.trace);
  if (value === undefined) return { text: '' };
  if (typeof value === 'boolean') return { text: value ? 'yes' : 'no', style: value ? 'plain' : 'dim' };
  if (typeof value === 'object') return { text: theme.safe(value.join(' ')) };
  if (typeof value !== 'number') return { text: theme.safe(value) };
  const unit = field.name.endsWith('_ms') ? millisecond : field.name.endsWith('_s') ? second : undefined;
  const text = unit === undefined ? count(value) : duration(value * unit, theme.glyphs.micro);
  return value === 0 ? { text, style: 'dim' } : { text };
}

/** @throws TypeError for a name that the report does not have */
export const connectionColumn = (name: string, look: Look<Row>): Column<Row> =>
  fieldColumn(connectionNamed.get(name)!, { ...ownKeys[name], ...look });
export const exchangeColumn = (name: string, look: Look<ExchangeRow>): Column<ExchangeRow> => fieldColumn(exchangeNamed.get(name)!, look);

/** Any column of the report, as wide as its title and its kind of value ask for. */
export function anyConnectionColumn(name: string): Column<Row> | undefined {
  const field = connectionNamed.get(name);
  return field && fieldColumn(field, { ...ownKeys[name], ...plainLook(field) });
}

export function anyExchangeColumn(name: string): Column<ExchangeRow> | undefined {
  const field = exchangeNamed.get(name);
  return field && fieldColumn(field, plainLook(field));
}

function plainLook<Subject>({ title, type }: Field<Subject>): Look<Subject> {
  const number = type === 'integer' || type === 'number' || type === 'boolean';
  return { title: title.toUpperCase(), min: Math.max(number ? 8 : 12, title.length), max: number ? 12 : 60, rank: 50 };
}
