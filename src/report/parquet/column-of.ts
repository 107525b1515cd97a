/** Which column of the file a column of the report becomes: its type in the schema, and what keeps its values. */

import type { SchemaElement } from 'hyparquet';
import type { Field } from '../../analysis/fields.ts';
import type { Row } from '../../analysis/index.ts';
import type { Trace } from '../../trace/index.ts';
import { BooleanValues } from './boolean-values.ts';
import { type Column, ListColumn, type Place, PlainColumn } from './column.ts';
import { NumberValues } from './number-values.ts';
import { TextValues } from './text-values.ts';

type Typed = Omit<SchemaElement, 'name'> & Pick<Place, 'type'>;

const text: Typed = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
/**
 * Bytes may be more than 2^31 - 1, and a server may allow 2^32 - 1 streams; numbers of frames, connections and requests are kept in 32 bits
 * everywhere.
 */
const isWide = /(^|_)bytes(_|$)|^http2_stream_limit$/;

export function columnOf({ name, type, value }: Field<unknown>, trace: Trace): Column {
  if (name === 'start_time') return startTime(name, trace);
  switch (type) {
    case 'integer': {
      const kind = { type: isWide.test(name) ? 'INT64' : 'INT32' } as const;
      return new PlainColumn(plain(name, kind), new NumberValues(kind), value);
    }
    case 'number': {
      const kind = { type: 'DOUBLE' } as const;
      return new PlainColumn(plain(name, kind), new NumberValues(kind), value);
    }
    case 'boolean':
      return new PlainColumn(plain(name, { type: 'BOOLEAN' }), new BooleanValues(), value);
    case 'string':
      return new PlainColumn(plain(name, text), new TextValues(), value);
    case 'integers': {
      const kind = { type: 'INT32' } as const;
      return new ListColumn(list(name, kind), new NumberValues(kind), value);
    }
    case 'strings':
      return new ListColumn(list(name, text), new TextValues(), value);
  }
}

const plain = (name: string, typed: Typed): Place => ({
  schema: [{ name, repetition_type: 'OPTIONAL', ...typed }],
  path: [name],
  type: typed.type,
});

const list = (name: string, element: Typed): Place => ({
  schema: [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...element },
  ],
  path: [name, 'list', 'element'],
  type: element.type,
});

/** UTC, with the capture's own precision. Only connections have it; they are asked for the number that its text is made of. */
function startTime(name: string, { epoch, timeDigits }: Trace): Column {
  const [unit, nanoseconds] = timeDigits === 9 ? (['NANOS', 1] as const) : (['MICROS', 1000] as const);
  // They are counted from a whole number of units since 1970.
  const rest = Number(((epoch % 1000n) + 1000n) % 1000n) % nanoseconds;
  const base = (epoch - BigInt(rest)) / BigInt(nanoseconds);
  const [earliest, latest] = [Number(yearZero - epoch), Number(yearTenThousand - epoch)];
  const fromRow = (row: unknown): number | undefined => {
    const start = Math.round((row as Row).connection.start);
    return start >= earliest && start < latest ? Math.floor((rest + start) / nanoseconds) : undefined;
  };
  const place = plain(name, { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } });
  return new PlainColumn(place, new NumberValues({ type: 'INT64', wide: (units) => base + BigInt(units) }), fromRow);
}

/** Between them a date has four digits for its year (ISO 8601): nanoseconds since 1970. */
const [yearZero, yearTenThousand] = [-62_167_219_200n * 1_000_000_000n, 253_402_300_800n * 1_000_000_000n];
