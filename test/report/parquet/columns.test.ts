/** Whatever a column holds, and however it is written for that, hyparquet reads it back; the bounds of a row group are those of its values. */

import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer/src/index.js';
import { describe, expect, test } from 'vitest';
import type { Field, FieldType, FieldValue } from '../../../src/analysis/fields.ts';
import { BooleanValues } from '../../../src/report/parquet/boolean-values.ts';
import { columnOf } from '../../../src/report/parquet/column-of.ts';
import { DistinctNumbers } from '../../../src/report/parquet/distinct-numbers.ts';
import { RowGroupWriter } from '../../../src/report/parquet/row-group.ts';
import type { Trace } from '../../../src/trace/index.ts';

type Cells = readonly (FieldValue | undefined)[];

const name = 'things';
const wide = 'bytes';

/** The cells of one column, each array of them a row group. */
function written(groups: readonly Cells[], type: FieldType, called: string = name, trace: Partial<Trace> = {}): ArrayBuffer {
  const field: Field<unknown> = { name: called, title: '', meaning: '', type, value: (row) => row as FieldValue | undefined };
  const column = columnOf(field, trace as Trace);
  const out = new ByteWriter();
  const file = new ParquetWriter({ writer: out, schema: [{ name: 'root', num_children: 1 }, ...column.place.schema] });
  const writer = new RowGroupWriter(file, out);
  for (const cells of groups) {
    column.fill(cells, cells.length, trace as Trace);
    writer.write([column], cells.length);
  }
  file.finish();
  return out.getBuffer();
}

async function readBack(file: ArrayBuffer): Promise<unknown[]> {
  const rows = await parquetReadObjects({ file: { byteLength: file.byteLength, slice: (start, end) => file.slice(start, end) } });
  return rows.map((row) => Object.values(row)[0] ?? undefined);
}

const chunkOf = (file: ArrayBuffer, group = 0) => parquetMetadata(file).row_groups[group]!.columns[0]!.meta_data!;

/** Rows of which the values repeat, or not, and some are not known. */
const cells = <Value extends FieldValue>(value: fc.Arbitrary<Value>): fc.Arbitrary<Cells> =>
  fc
    .record({
      values: fc.array(value, { minLength: 1, maxLength: 40 }),
      known: fc.constantFrom('all', 'most', 'some', 'none'),
      order: fc.constantFrom('runs', 'turns'),
      length: fc.integer({ min: 1, max: 300 }),
    })
    .map(({ values, known, order, length }) =>
      Array.from({ length }, (_, row) => {
        const isKnown = { all: true, most: row % 10 !== 7, some: row % 97 === 5, none: false }[known];
        return isKnown ? values[(order === 'runs' ? Math.floor(row / 9) : row) % values.length] : undefined;
      }),
    );

const integer = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 70_000 }), fc.integer());
const wideInteger = fc.oneof(integer, fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const double = fc.oneof(
  fc.integer({ min: 0, max: 5_000_000 }).map((microseconds) => microseconds / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'shop.example', '\u{1f600}'));

const kinds: readonly { type: FieldType; called?: string; value: fc.Arbitrary<FieldValue>; found?: (value: FieldValue) => unknown }[] = [
  { type: 'integer', value: integer },
  { type: 'integer', called: wide, value: wideInteger, found: (value) => BigInt(value as number) },
  { type: 'number', value: double },
  { type: 'boolean', value: fc.boolean() },
  { type: 'string', value: text },
  { type: 'integers', value: fc.array(integer, { maxLength: 5 }) },
  { type: 'strings', value: fc.array(text, { maxLength: 5 }) },
];

describe('what is written is read', () => {
  test.each(kinds)('$type $called', async ({ type, called, value, found = (each) => each }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(cells(value), { minLength: 1, maxLength: 3 }), async (groups) => {
        const expected = groups.flat().map((each) => (each === undefined ? undefined : found(each)));
        expect(await readBack(written(groups, type, called))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

test('what is no number in a list of numbers is left out', async () => {
  expect(await readBack(written([[[1, Number.NaN, 2], [Number.NaN], []]], 'integers'))).toEqual([[1, 2], [], []]);
});

test('a server that allows 2^32 - 1 streams is not said to allow -1', async () => {
  expect(await readBack(written([[2 ** 32 - 1, 100]], 'integer', 'http2_stream_limit'))).toEqual([2n ** 32n - 1n, 100n]);
});

/** The same on every machine, and no two alike for long. */
const scattered = (length: number, among: number): number[] =>
  Array.from({ length }, (_, i) => ((Math.imul(i + 1, 0x9e37_79b1) >>> 0) * among) / 2 ** 32).map(Math.floor);

test('yes and no that need more room than there was have their length before them', () => {
  const values = new BooleanValues();
  for (const n of scattered(16_384, 2)) values.add(n === 1);
  const data = new ByteWriter();
  values.encode({ dictionary: new ByteWriter(), data, distinct: new DistinctNumbers() });
  // hyparquet reads on without it, other readers do not.
  expect(data.view.getUint32(0, true)).toBe(data.offset - 4);
});

describe('each way of writing', () => {
  const rows = 6000;
  const cases: readonly [title: string, cells: Cells, type: FieldType, called: string, encoding: string, codec: string][] = [
    ['one number', new Array(rows).fill(7), 'integer', name, 'RLE_DICTIONARY', 'UNCOMPRESSED'],
    ['few numbers', scattered(rows, 30), 'integer', name, 'RLE_DICTIONARY', 'UNCOMPRESSED'],
    ['many numbers', scattered(rows, 2 ** 31), 'integer', name, 'DELTA_BINARY_PACKED', 'UNCOMPRESSED'],
    ['rising numbers', Array.from({ length: rows }, (_, i) => 3 * i), 'integer', name, 'DELTA_BINARY_PACKED', 'UNCOMPRESSED'],
    ['large counts', scattered(rows, 2 ** 31).map((n) => n + 2 ** 40), 'integer', wide, 'DELTA_BINARY_PACKED', 'UNCOMPRESSED'],
    ['counts of any size', scattered(rows, 2 ** 50), 'integer', wide, 'PLAIN', 'SNAPPY'],
    ['few durations', scattered(rows, 900).map((n) => n / 1000), 'number', name, 'RLE_DICTIONARY', 'SNAPPY'],
    ['many durations', scattered(rows, 4_000_000).map((n) => n / 1000), 'number', name, 'PLAIN', 'SNAPPY'],
    ['few texts', scattered(rows, 50).map((n) => `host-${n}`), 'string', name, 'RLE_DICTIONARY', 'UNCOMPRESSED'],
    ['many texts', scattered(rows, 2 ** 31).map((n) => `/item/${n}?q=…`), 'string', name, 'PLAIN', 'SNAPPY'],
    ['texts that begin to differ', scattered(rows, 2 ** 31).map((n, i) => `${i < 900 ? 0 : n}`), 'string', name, 'PLAIN', 'SNAPPY'],
    ['short texts, half of them twice', scattered(rows, 3100).map(String), 'string', name, 'PLAIN', 'SNAPPY'],
    ['nothing', new Array(rows).fill(undefined), 'string', name, 'PLAIN', 'UNCOMPRESSED'],
  ];

  test.each(cases)('%s', async (_, column, type, called, encoding, codec) => {
    const withHoles = column.map((value, row) => (row % 50 === 49 ? undefined : value));
    const file = written([column, withHoles], type, called);
    expect((await readBack(file)).map((value) => (typeof value === 'bigint' ? Number(value) : value))).toEqual([...column, ...withHoles]);
    expect(chunkOf(file)).toMatchObject({ encodings: expect.arrayContaining([encoding]), codec, num_values: BigInt(rows) });
  });

  test('numbers that somebody chose to meet in the search for equal ones are written as they are', async () => {
    const chosen = new Float64Array(500);
    const words = new Int32Array(chosen.buffer);
    for (let i = 0; i < chosen.length; i += 1) {
      words[2 * i + 1] = 0x3ff0_0000 + i;
      words[2 * i] = Math.imul(words[2 * i + 1]!, 0x9e37_79b1);
    }
    const column = Array.from({ length: rows }, (_, i) => chosen[i % chosen.length]!);
    const file = written([column], 'number');
    expect(await readBack(file)).toEqual(column);
    expect(chunkOf(file).encodings).toEqual(['PLAIN']);
    expect(chunkOf(written([column.map((_, i) => i % chosen.length)], 'number')).encodings).toEqual(['PLAIN', 'RLE_DICTIONARY']);
  });
});

describe('bounds', () => {
  const statisticsOf = (column: Cells, type: FieldType, called?: string) => chunkOf(written([column], type, called)).statistics;

  test('of numbers', () => {
    expect(statisticsOf([5, undefined, -3, 9], 'integer')).toMatchObject({ min_value: -3, max_value: 9, null_count: 1n });
    expect(statisticsOf([5, 2 ** 40], 'integer', wide)).toMatchObject({ min_value: 5n, max_value: 2n ** 40n, null_count: 0n });
    expect(statisticsOf(scattered(5000, 1_000_000), 'number')).toMatchObject({
      min_value: Math.min(...scattered(5000, 1_000_000)),
      max_value: Math.max(...scattered(5000, 1_000_000)),
    });
  });

  test('of equal zeros: the lower is the negative one', () => {
    const { min_value, max_value } = statisticsOf([0, 0, -0], 'number')!;
    expect([Object.is(min_value, -0), Object.is(max_value, 0)]).toEqual([true, true]);
  });

  test('of yes and no', () => {
    expect(statisticsOf([true, true], 'boolean')).toMatchObject({ min_value: true, max_value: true });
    expect(statisticsOf([true, false], 'boolean')).toMatchObject({ min_value: false, max_value: true });
  });

  test('of texts by their bytes, long ones cut to what is less and more', () => {
    expect(statisticsOf(['b', '\uffee', '\u{1f600}', 'a'], 'string')).toMatchObject({ min_value: 'a', max_value: '\u{1f600}' });
    const column = new Array(20).fill(['a'.repeat(40), 'b'.repeat(40)]).flat();
    expect(statisticsOf(column, 'string')).toMatchObject({
      min_value: 'a'.repeat(16),
      max_value: `${'b'.repeat(15)}c`,
      is_min_value_exact: false,
      is_max_value_exact: false,
    });
  });

  test('of nothing there are none', () => {
    expect(statisticsOf([undefined, undefined], 'number')).toEqual({ null_count: 2n });
  });
});

describe('a start', () => {
  const at = (starts: readonly number[], epoch: bigint, timeDigits: 6 | 9) =>
    written([starts.map((start) => ({ connection: { start } })) as never], 'string', 'start_time', { epoch, timeDigits } as Partial<Trace>);
  const second = 1_000_000_000n;

  test('is in units of the last digit since 1970, downwards', async () => {
    const file = at([0, 1999, 2000, -1, 3e9], 1_700_000_000n * second + 500n, 6);
    const statistics = chunkOf(file).statistics!;
    expect((await readBack(file)).map((date) => (date as Date).getTime())).toEqual([0, 0, 0, -0, 3000].map((ms) => 1_700_000_000_000 + ms));
    expect([statistics.min_value, statistics.max_value]).toEqual([new Date(1_700_000_000_000), new Date(1_700_000_003_000)]);
  });

  test('keeps its order and its nanoseconds when there are many of them', async () => {
    for (const spread of [1000, 1e9]) {
      const starts = Array.from({ length: 4000 }, (_, i) => i * spread + (i % 7));
      const found = await readBack(at(starts, 1_700_000_000n * second, 9));
      expect(found.map((date) => (date as Date).getTime())).toEqual(starts.map((start) => 1_700_000_000_000 + Math.floor(start / 1e6)));
    }
  });

  test('before 1970 is negative; outside the years 0 to 9999 it is not known', async () => {
    const starts = [0, -1.7e18 - 63e18, 253e18 * 2];
    expect(await readBack(at(starts, -5n * second - 1_000_000n, 6))).toEqual([new Date(-5001), undefined, undefined]);
  });
});
