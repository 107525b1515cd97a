/** A table as Apache Parquet: typed columns in row groups, unknown values NULL. */

import { ByteWriter, ParquetWriter } from 'hyparquet-writer/src/index.js';
import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { capturePart, isComplete, optionsPart } from './document.ts';
import { flatTable } from './flat.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { jsonOf } from './json-text.ts';
import type { Column } from './parquet/column.ts';
import { columnOf } from './parquet/column-of.ts';
import { RowGroupWriter } from './parquet/row-group.ts';
import { TextValues } from './parquet/text-values.ts';
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
/** A column is taken from so many rows before the next one: its code is warm then, and the rows still are. */
const batch = 64;
/** Bytes of one column's texts at which a row group ends before it is full. */
const mostText = 1 << 25;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Uint8Array> {
  const { fields, rows } = flatTable(trace, analysis, options);
  const columns = fields.map((field) => columnOf(field, trace));
  const bytes = new ByteWriter();
  const about = { schema: reportVersion, complete: isComplete(trace, options), options: optionsPart(trace, analysis, options) };
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ place }) => place.schema)],
    createdBy: `${tool} ${version}`,
    kvMetadata: [{ key: tool, value: jsonOf({ ...about, captures: trace.captures.map(capturePart) }) }],
  });
  const groups = new RowGroupWriter(file, bytes);
  const texts = columns.map(({ values }) => values).filter((values) => values instanceof TextValues);
  const taken: unknown[] = [];
  let held = 0;
  for (const row of rows) {
    taken.push(row);
    if (taken.length < batch) continue;
    held += fill(columns, taken, trace);
    if (held < rowGroup && texts.every(({ size }) => size < mostText)) continue;
    groups.write(columns, held);
    held = 0;
    yield written(bytes);
  }
  held += fill(columns, taken, trace);
  if (held > 0) groups.write(columns, held);
  file.finish();
  yield written(bytes);
}

/** @returns how many rows there were, which are gone */
function fill(columns: readonly Column[], rows: unknown[], trace: Trace): number {
  const { length } = rows;
  for (const column of columns) column.fill(rows, length, trace);
  rows.length = 0;
  return length;
}

/** What was written since the last time; the place in the file goes on. */
function written(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}
