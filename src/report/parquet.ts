/** A table as Apache Parquet: typed columns in row groups, unknown values NULL. */

import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer/src/index.js';
import type { Field } from '../analysis/fields.ts';
import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { capturePart, isComplete, optionsPart } from './document.ts';
import { flatTable } from './flat.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { jsonOf } from './json-text.ts';
import { BooleanStore, type ColumnStore, IntegerStore, ListStore, NumberStore, TextStore, TimeStore, WideStore } from './parquet-stores.ts';
import { reportVersion, tool, version } from './version.ts';

export const parquet: ReportFormat = {
  name: 'parquet',
  extension: 'parquet',
  summary: 'a typed table for DuckDB, pandas and the like (see --table)',
  isFlat: true,
  isBinary: true,
  render,
};

/** Larger ones are a little smaller in the file, and hold as much more in memory. */
const rowGroup = 16_384;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Uint8Array> {
  const { fields, rows } = flatTable(trace, analysis, options);
  const columns = fields.map((field) => ({ field, ...kindOf(field, trace) }));
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
    for (const { field, store } of columns) store.set(held, field.value(row, trace));
    held += 1;
    if (held < rowGroup) continue;
    yield group(writer, bytes, columns, held);
    held = 0;
  }
  if (held > 0) yield group(writer, bytes, columns, held);
  writer.finish();
  yield taken(bytes);
}

function group(writer: ParquetWriter, bytes: ByteWriter, columns: readonly Column[], rows: number): Uint8Array {
  const columnData = columns.map(({ field, store }) => ({
    name: field.name,
    // Asked for when this column is written: one at a time is spread out.
    get data() {
      return store.values(rows);
    },
  }));
  writer.write({ columnData, rowGroupSize: rowGroup });
  return taken(bytes);
}

/** What was written since the last time; the place in the file goes on. */
function taken(bytes: ByteWriter): Uint8Array {
  const written = bytes.getBytes().slice();
  bytes.index = 0;
  return written;
}

interface Kind {
  readonly schema: readonly SchemaElement[];
  readonly store: ColumnStore;
}

interface Column extends Kind {
  readonly field: Field<unknown>;
}

/** Bytes may be more than 2^31 - 1; numbers of frames, connections and requests are kept in 32 bits everywhere. */
const isWide = /(^|_)bytes(_|$)/;

function kindOf({ name, type }: Field<unknown>, trace: Trace): Kind {
  const column = { name, repetition_type: 'OPTIONAL' } as const;
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;
  if (name === 'start_time') return timestamp(column, trace);
  if (type === 'integer' && isWide.test(name)) return { schema: [{ ...column, type: 'INT64' }], store: new WideStore() };
  switch (type) {
    case 'integer':
      return { schema: [{ ...column, type: 'INT32' }], store: new IntegerStore() };
    case 'number':
      return { schema: [{ ...column, type: 'DOUBLE' }], store: new NumberStore() };
    case 'boolean':
      return { schema: [{ ...column, type: 'BOOLEAN' }], store: new BooleanStore() };
    case 'string':
      return { schema: [{ ...column, ...text }], store: new TextStore() };
    case 'integers':
      return list(column, { name: 'element', repetition_type: 'REQUIRED', type: 'INT32' });
    case 'strings':
      return list(column, { name: 'element', repetition_type: 'REQUIRED', ...text });
  }
}

const list = (column: SchemaElement, element: SchemaElement): Kind => ({
  schema: [
    { ...column, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    element,
  ],
  store: new ListStore(),
});

/** UTC, with the capture's own precision. */
function timestamp(column: SchemaElement, { timeDigits }: Trace): Kind {
  const unit = timeDigits === 9 ? 'NANOS' : 'MICROS';
  const schema: SchemaElement = { ...column, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } };
  return { schema: [schema], store: new TimeStore((iso) => unitsOf(iso, timeDigits)) };
}

/** `2026-01-02T03:04:05.678901Z` in units of its last digit since 1970. */
function unitsOf(iso: string, digits: number): bigint {
  const seconds = BigInt(Date.parse(`${iso.slice(0, 19)}Z`) / 1000);
  return seconds * 10n ** BigInt(digits) + BigInt(iso.slice(20, 20 + digits));
}
