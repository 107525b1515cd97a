/** A table as Apache Parquet: typed columns in row groups, unknown values NULL. */

import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer/src/index.js';
import type { Field, FieldValue } from '../analysis/fields.ts';
import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { capturePart, isComplete, optionsPart } from './document.ts';
import { flatTable } from './flat.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { jsonOf } from './json-text.ts';
import { reportVersion, tool, version } from './version.ts';

export const parquet: ReportFormat = {
  name: 'parquet',
  extension: 'parquet',
  summary: 'a typed table for DuckDB, pandas and the like (see --table)',
  isFlat: true,
  isBinary: true,
  render,
};

/** What is held in memory before it is written. */
const rowGroup = 100_000;

type Value = FieldValue | bigint | undefined;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Uint8Array> {
  const { fields, rows } = flatTable(trace, analysis, options);
  const columns = fields.map((field) => new Column(field, trace));
  const bytes = new ByteWriter();
  const about = { schema: reportVersion, complete: isComplete(trace, options), options: optionsPart(trace, analysis, options) };
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    createdBy: `${tool} ${version}`,
    kvMetadata: [{ key: tool, value: jsonOf({ ...about, captures: trace.captures.map(capturePart) }) }],
  });
  let held = 0;
  for (const row of rows) {
    for (const column of columns) column.add(row);
    held += 1;
    if (held < rowGroup) continue;
    held = 0;
    yield group(writer, bytes, columns);
  }
  if (held > 0) yield group(writer, bytes, columns);
  writer.finish();
  yield taken(bytes);
}

function group(writer: ParquetWriter, bytes: ByteWriter, columns: readonly Column[]): Uint8Array {
  writer.write({ columnData: columns.map((column) => ({ name: column.name, data: column.take() })), rowGroupSize: rowGroup });
  return taken(bytes);
}

/** What was written since the last time; the place in the file goes on. */
function taken(bytes: ByteWriter): Uint8Array {
  const written = bytes.getBytes().slice();
  bytes.index = 0;
  return written;
}

class Column {
  readonly name: string;
  readonly schema: readonly SchemaElement[];
  readonly #field: Field<unknown>;
  readonly #trace: Trace;
  readonly #stored: (value: FieldValue) => Value;
  #values: Value[] = [];

  constructor(field: Field<unknown>, trace: Trace) {
    this.name = field.name;
    this.#field = field;
    this.#trace = trace;
    const { schema, stored } = kindOf(field, trace);
    this.schema = schema;
    this.#stored = stored;
  }

  add(row: unknown): void {
    const value = this.#field.value(row, this.#trace);
    this.#values.push(value === undefined ? undefined : this.#stored(value));
  }

  take(): Value[] {
    const values = this.#values;
    this.#values = [];
    return values;
  }
}

interface Kind {
  readonly schema: readonly SchemaElement[];
  readonly stored: (value: FieldValue) => Value;
}

/** Bytes may be more than 2^31 - 1; numbers of frames, connections and requests are kept in 32 bits everywhere. */
const isWide = /(^|_)bytes(_|$)/;
const same = (value: FieldValue): Value => value;

function kindOf({ name, type }: Field<unknown>, trace: Trace): Kind {
  const column = { name, repetition_type: 'OPTIONAL' } as const;
  if (name === 'start_time') return timestamp(column, trace);
  if (type === 'integer' && isWide.test(name))
    return { schema: [{ ...column, type: 'INT64' }], stored: (value) => BigInt(value as number) };
  switch (type) {
    case 'integer':
      return { schema: [{ ...column, type: 'INT32' }], stored: same };
    case 'number':
      return { schema: [{ ...column, type: 'DOUBLE' }], stored: (value) => (Number.isFinite(value) ? value : undefined) };
    case 'boolean':
      return { schema: [{ ...column, type: 'BOOLEAN' }], stored: same };
    case 'string':
      return { schema: [{ ...column, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }], stored: same };
    case 'integers':
      return list(column, { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' });
    case 'strings':
      return list(column, {
        name: 'element',
        repetition_type: 'REQUIRED',
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        logical_type: { type: 'STRING' },
      });
  }
}

const list = (column: SchemaElement, element: SchemaElement): Kind => ({
  schema: [
    { ...column, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    element,
  ],
  stored: same,
});

/** UTC, with the capture's own precision. */
function timestamp(column: SchemaElement, { timeDigits }: Trace): Kind {
  const unit = timeDigits === 9 ? 'NANOS' : 'MICROS';
  const schema: SchemaElement = { ...column, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } };
  return { schema: [schema], stored: (value) => unitsOf(String(value), timeDigits) };
}

/** `2026-01-02T03:04:05.678901Z` in units of its last digit since 1970. */
function unitsOf(iso: string, digits: number): bigint {
  const seconds = BigInt(Date.parse(`${iso.slice(0, 19)}Z`) / 1000);
  return seconds * 10n ** BigInt(digits) + BigInt(iso.slice(20, 20 + digits));
}
