/** Columns of the report as lists show them. */

import { type ExchangeRow, exchangeFields, type Field, fields } from '../analysis/fields.ts';
import type { Row } from '../analysis/index.ts';
import { millisecond, second } from '../time.ts';
import type { Cell, Column, Context } from './column.ts';
import { count, duration } from './format.ts';

export interface Look<Subject>
  extends Pick<Column<Subject>, 'title' | 'min' | 'rank'>,
    Partial<Pick<Column<Subject>, 'max' | 'align' | 'cell' | 'key'>> {}

const connectionNamed: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.name, field]));
const exchangeNamed: ReadonlyMap<string, Field<ExchangeRow>> = new Map(exchangeFields.map((field) => [field.name, field]));

function fieldColumn<Subject>(field: Field<Subject>, look: Look<Subject>): Column<Subject> {
  const number = field.type === 'integer' || field.type === 'number';
  return {
    name: field.name,
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
export const connectionColumn = (name: string, look: Look<Row>): Column<Row> => fieldColumn(connectionNamed.get(name)!, look);
export const exchangeColumn = (name: string, look: Look<ExchangeRow>): Column<ExchangeRow> => fieldColumn(exchangeNamed.get(name)!, look);

/** Any column of the report, as wide as its title and its kind of value ask for. */
export function anyConnectionColumn(name: string): Column<Row> | undefined {
  const field = connectionNamed.get(name);
  return field && fieldColumn(field, plainLook(field));
}

export function anyExchangeColumn(name: string): Column<ExchangeRow> | undefined {
  const field = exchangeNamed.get(name);
  return field && fieldColumn(field, plainLook(field));
}

function plainLook<Subject>({ title, type }: Field<Subject>): Look<Subject> {
  const number = type === 'integer' || type === 'number' || type === 'boolean';
  return { title: title.toUpperCase(), min: Math.max(number ? 8 : 12, title.length), max: number ? 12 : 60, rank: 50 };
}
