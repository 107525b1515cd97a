/** Every output holds against the published schema, with two validators. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { exchangeFields, fields } from '../../src/analysis/fields.ts';
import { json } from '../../src/report/json.ts';
import { ndjson } from '../../src/report/ndjson.ts';
import { jsonSchema, recordSchema, reportSchema } from '../../src/report/schema.ts';
import { empty, hostile, rendered, usual } from './stage.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validReport = ajv.compile(jsonSchema('report'));
const validRecord = ajv.compile(jsonSchema('ndjson'));

const stages = [
  ['usual', usual()],
  ['hostile', hostile()],
  ['empty', empty()],
] as const;
const ways = [
  ['plain', {}],
  ['with exchanges', { exchanges: true }],
  ['with chosen columns', { columns: ['reuses', 'wasted_ms', 'authority'], exchanges: true }],
  ['interrupted', { interrupted: true }],
] as const;

describe.each(stages)('a report of the %s trace', (_, stage) => {
  test.each(ways)('%s is valid JSON of the schema', (_, options) => {
    const report: unknown = JSON.parse(rendered(json, stage, options));
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(validReport(report), ajv.errorsText(validReport.errors)).toBe(true);
  });

  test.each(ways)('%s is NDJSON, each line of the schema', (_, options) => {
    const text = rendered(ndjson, stage, options);
    expect(text.endsWith('\n')).toBe(true);
    const records = text
      .slice(0, -1)
      .split('\n')
      .map((line): { type: string } => JSON.parse(line));
    for (const record of records) {
      expect(recordSchema.safeParse(record).success, JSON.stringify(record)).toBe(true);
      expect(validRecord(record), `${JSON.stringify(record)}: ${ajv.errorsText(validRecord.errors)}`).toBe(true);
    }
    expect(records[0]?.type).toBe('report');
    expect(records.at(-1)).toEqual({ type: 'end', complete: !('interrupted' in options) });
  });
});

test('one connection stands on one line of the JSON report', () => {
  const stage = usual();
  const lines = rendered(json, stage)
    .split('\n')
    .filter((line) => line.startsWith('{"id":') && line.includes('"client_address"'));
  expect(lines.filter((line) => line.includes('"tcp_stream"'))).toHaveLength(stage.trace.size);
});

test('NDJSON parts what is known at once from what needs the whole pool', () => {
  const records = rendered(ndjson, usual())
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));
  const [connection] = records.filter((record) => record.type === 'connection');
  const [verdict] = records.filter((record) => record.type === 'verdict');
  expect(connection).toHaveProperty('requests');
  expect(connection).not.toHaveProperty('avoidable');
  expect(verdict).toHaveProperty('avoidable');
  expect(Object.keys(verdict ?? {}).slice(0, 2)).toEqual(['type', 'id']);
});

test('chosen columns come in the order in which they were named, after what tells records apart', () => {
  const report = JSON.parse(rendered(json, usual(), { columns: ['reuses', 'requests'] }));
  expect(Object.keys(report.connections[0])).toEqual(['id', 'reuses', 'requests']);
});

test('the schema names every column with its meaning, and nothing else', () => {
  const text = JSON.stringify(jsonSchema());
  for (const field of [...fields, ...exchangeFields]) {
    expect(text, field.name).toContain(`"${field.name}"`);
    expect(text).toContain(JSON.stringify(field.meaning));
  }
  const report = JSON.parse(rendered(json, usual()));
  expect(reportSchema.safeParse({ ...report, surprise: 1 }).success).toBe(false);
  expect(reportSchema.safeParse({ ...report, connections: [{ ...report.connections[0], surprise: 1 }] }).success).toBe(false);
});

test('the same trace gives the same bytes', () => {
  expect(rendered(json, usual(), { exchanges: true })).toBe(rendered(json, usual(), { exchanges: true }));
});
