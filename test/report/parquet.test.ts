/** Parquet as another reader (hyparquet) finds it: the rows of the CSV, typed, NULL where nothing is known. */

import { type AsyncBuffer, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { exchangeFields, fields, findingFields, rowOf } from '../../src/analysis/fields.ts';
import { parquet } from '../../src/report/parquet.ts';
import { empty, hostile, hostileTexts, type Stage, usual } from './stage.ts';

function written({ trace, analysis }: Stage, options = {}): ArrayBuffer {
  const pieces = [...parquet.render(trace, analysis, options)].map((piece) => Buffer.from(piece as Uint8Array));
  const whole = Buffer.concat(pieces);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length) as ArrayBuffer;
}

async function read(file: ArrayBuffer): Promise<Record<string, unknown>[]> {
  const buffer: AsyncBuffer = { byteLength: file.byteLength, slice: (start, end) => file.slice(start, end) };
  return parquetReadObjects({ file: buffer });
}

/** UTF-8 has no half characters. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

describe('connections', () => {
  test.each([
    ['usual', usual()],
    ['hostile', hostile()],
  ])('of a %s capture are those of the analysis', async (_, stage) => {
    const { trace, analysis } = stage;
    const rows = await read(written(stage));
    expect(rows).toHaveLength(trace.size);
    for (const [index, row] of rows.entries()) {
      for (const field of fields) {
        const value = field.value(rowOf(trace, analysis, index), trace);
        const found = row[field.name];
        if (value === undefined) expect(found ?? undefined, field.name).toBeUndefined();
        else if (field.name === 'start_time') expect((found as Date).toISOString().slice(0, 19)).toBe(String(value).slice(0, 19));
        else if (typeof found === 'bigint') expect(Number(found)).toBe(value);
        else expect(found, field.name).toEqual(typeof value === 'string' ? wellFormed(value) : value);
      }
    }
  });
});

test('requests and findings are tables of their own', async () => {
  const stage = usual();
  const requests = await read(written(stage, { table: 'exchanges' }));
  expect(requests).toHaveLength(8);
  expect(Object.keys(requests[0]!)).toEqual(exchangeFields.map(({ name }) => name));
  const findings = await read(written(stage, { table: 'findings' }));
  expect(findings.map(({ text }) => text)).toEqual(stage.analysis.findings.map(({ text }) => text));
  expect(parquetSchema(parquetMetadata(written(stage, { table: 'findings' }))).children.map(({ element }) => element.name)).toEqual(
    findingFields.map(({ name }) => name),
  );
});

test('text stays as it was, whatever it is', async () => {
  const rows = await read(written(hostile(), { columns: ['tunnel'] }));
  expect(rows.map(({ tunnel }) => tunnel)).toEqual(hostileTexts.map(wellFormed));
});

test('an empty table has its columns all the same', async () => {
  const file = written(empty());
  expect(await read(file)).toEqual([]);
  expect(parquetMetadata(file).schema.length).toBeGreaterThan(fields.length);
});

test('a large table is written in groups of 16,384 rows', () => {
  const { trace, analysis } = usual();
  const selected = Uint32Array.from({ length: 250_000 }, (_, i) => i % trace.size);
  const file = written({ trace, analysis: { ...analysis, selected } }, { columns: ['id', 'start_time'] });
  expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
    ...Array.from({ length: 15 }, () => 16_384),
    250_000 - 15 * 16_384,
  ]);
});

test('says what it is of, and the same capture gives the same bytes', () => {
  const metadata = parquetMetadata(written(usual()));
  expect(JSON.parse(metadata.key_value_metadata?.find(({ key }) => key === 'warmwire')?.value ?? '')).toMatchObject({
    schema: 'warmwire/report/1',
    complete: true,
  });
  expect(Buffer.from(written(usual())).equals(Buffer.from(written(usual())))).toBe(true);
});

test('a row group of long texts ends before it is full', async () => {
  const { trace, analysis } = usual();
  const tunnel = 'x'.repeat(300_000);
  const long = Object.create(trace, { view: { value: (id: number) => ({ id, tunnel: `${id}${tunnel}` }) } }) as typeof trace;
  const selected = Uint32Array.from({ length: 300 }, (_, i) => i);
  const file = written({ trace: long, analysis: { ...analysis, selected } }, { columns: ['id', 'tunnel'] });
  const groups = parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows));
  expect(groups).toEqual([128, 128, 44]);
  expect((await read(file)).map(({ tunnel: found }) => found)).toEqual(Array.from(selected, (id) => `${id}${tunnel}`));
});
