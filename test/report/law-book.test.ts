/** One law-book for all formats: whoever reads a report back, whatever the format, finds the same connections and numbers, and nothing that was planted. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AsyncBuffer, parquetReadObjects } from 'hyparquet';
import { marked, type Token, type Tokens } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fields, rowOf } from '../../src/analysis/fields.ts';
import { analyse } from '../../src/analysis/index.ts';
import { explain, formats, type RenderOptions, type ReportFormat } from '../../src/report/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { cases, hasBombs, staged } from './cases.ts';
import { isHar } from './har-schema.ts';
import { cellsOf, intruders, page } from './html-page.ts';
import type { Stage } from './stage.ts';

const columns = ['id', 'client_port', 'start_ms', 'requests', 'reuses', 'opening', 'avoidable', 'wasted_ms', 'setup_ms', 'state'];
type Cell = string | number | boolean | undefined;
type Table = readonly (readonly Cell[])[];

const folder = mkdtempSync(join(tmpdir(), 'warmwire-law-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('bytes, each piece of which is gone when the next one comes, are the same as text', () => {
  let asBytes = 0;
  for (const { trace, analysis } of cases) {
    for (const { isBinary, render } of formats) {
      if (isBinary === true) continue;
      const bytes: Buffer[] = [];
      for (const piece of render(trace, analysis, { exchanges: true, bytes: true })) {
        if (typeof piece !== 'string') asBytes += 1;
        bytes.push(typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.slice()));
        if (typeof piece !== 'string') piece.fill(0);
      }
      expect(Buffer.concat(bytes).toString()).toBe([...render(trace, analysis, { exchanges: true })].join(''));
    }
  }
  expect(asBytes).toBeGreaterThan(0);
});

test('there are captures to report', () => {
  expect(cases.length).toBeGreaterThan(hasBombs ? 110 : 10);
});

function format(name: string): ReportFormat {
  const found = formats.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no format ${name}`);
  return found;
}

function bytesOf(name: string, { trace, analysis }: Stage, options: RenderOptions): Buffer {
  return Buffer.concat([...format(name).render(trace, analysis, options)].map((piece) => Buffer.from(piece as string)));
}
const textIn = (name: string, stage: Stage, options: RenderOptions): string => bytesOf(name, stage, options).toString();

/** As a table for people has it: three decimals. */
const rounded = (cell: Cell): Cell => (typeof cell === 'number' ? Number(cell.toFixed(3)) : cell);

const truth = ({ trace, analysis }: Stage): Table =>
  Array.from({ length: trace.size }, (_, id) => {
    const row = { connection: trace.connection(id), verdict: analysis.verdict(id) };
    return columns.map((name) => rounded(fields.find((field) => field.name === name)!.value(row, trace) as Cell));
  });

/** What a reader finds, without types: the cells of CSV and of tables for people. */
function typed(text: string | undefined): Cell {
  if (text === undefined || text === '' || text === '-' || text === '–') return undefined;
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  return Number.isNaN(Number(text)) ? text : rounded(Number(text));
}

const rowsFrom = (records: readonly Readonly<Record<string, unknown>>[]): Table =>
  records.map((record) =>
    columns.map((name) => {
      const value = record[name];
      return typeof value === 'bigint' ? Number(value) : (rounded(value as Cell) ?? undefined);
    }),
  );

test('a column that is taken from the view says what the record says', () => {
  for (const { trace, analysis, name } of cases) {
    for (let id = 0; id < trace.size; id += 1) {
      const record = { connection: trace.connection(id), verdict: analysis.verdict(id) };
      for (const field of fields)
        expect(field.value(rowOf(trace, analysis, id), trace), `${name} ${id} ${field.name}`).toEqual(field.value(record, trace));
    }
  }
});

describe('Python finds the same', () => {
  const hasPython = spawnSync('python3', ['--version']).status === 0;
  let found: Record<string, Record<string, unknown>[]> = {};
  const file = (index: number, ending: string): string => `${index}.${ending}`;

  beforeAll(() => {
    if (!hasPython) return;
    const reports = join(folder, 'reports');
    mkdirSync(reports);
    for (const [i, each] of cases.entries()) {
      for (const name of ['json', 'ndjson', 'csv']) writeFileSync(join(reports, file(i, name)), bytesOf(name, each, { columns }));
      writeFileSync(join(reports, file(i, 'requests.csv')), bytesOf('csv', each, { exchanges: true }));
      writeFileSync(join(reports, file(i, 'har.json')), bytesOf('har', each, {}));
    }
    const script = fileURLToPath(new URL('second-reader.py', import.meta.url));
    found = JSON.parse(execFileSync('python3', [script, reports], { encoding: 'utf8', maxBuffer: 1 << 30 }));
  }, 120_000);

  test.skipIf(!hasPython)(`in JSON, NDJSON and CSV${hasPython ? '' : ' (skipped: python3 is not installed)'}`, () => {
    for (const [i, each] of cases.entries()) {
      const wanted = truth(each);
      expect(rowsFrom(found[file(i, 'json')]!), `${each.name} json`).toEqual(wanted);
      expect(rowsFrom(found[file(i, 'ndjson')]!), `${each.name} ndjson`).toEqual(wanted);
      const cells = found[file(i, 'csv')]!.map((record) => columns.map((name) => typed(record[name] as string)));
      expect(cells, `${each.name} csv`).toEqual(wanted);
    }
  });

  test.skipIf(!hasPython)(`as many requests in CSV and HAR${hasPython ? '' : ' (skipped: python3 is not installed)'}`, () => {
    for (const [i, { trace, name }] of cases.entries()) {
      const ids = Array.from({ length: trace.size }, (_, id) => trace.exchanges(id).map(() => `${id}`)).flat();
      expect(
        found[file(i, 'requests.csv')]!.map((record) => record.connection_id),
        name,
      ).toEqual(ids);
      expect(
        found[file(i, 'har.json')]!.map((record) => record.connection),
        name,
      ).toEqual(ids);
    }
  });
});

test('hyparquet finds the same', async () => {
  for (const each of cases) {
    const whole = bytesOf('parquet', each, { columns });
    const buffer: AsyncBuffer = {
      byteLength: whole.length,
      slice: (start, end) => new Uint8Array(whole.subarray(start, end)).buffer as ArrayBuffer,
    };
    expect(rowsFrom(await parquetReadObjects({ file: buffer })), each.name).toEqual(truth(each));
  }
});

test('an HTML parser finds the same, and nothing that acts', () => {
  for (const each of cases) {
    const found = page(textIn('html', each, { columns }));
    const rows = found.filter(({ tagName }) => tagName === 'tr').map(cellsOf);
    expect(
      rows.filter((cells) => cells.length === columns.length).map((cells) => cells.map(typed)),
      each.name,
    ).toEqual(truth(each));
    expect(intruders(page(textIn('html', each, { exchanges: true }))), each.name).toEqual([]);
  }
});

const isTable = (token: Token): token is Tokens.Table => token.type === 'table';

test('a Markdown renderer finds the same, and no link, picture or markup', () => {
  for (const each of cases) {
    const tables = marked.lexer(textIn('md', each, { columns })).filter(isTable);
    const rows = tables.find(({ header }) => header.length === columns.length)?.rows ?? [];
    // Escapes of ours are undone as a renderer does it.
    const cells = rows.map((row) => row.map(({ text }) => typed(text.replace(/^`(.*)`$/, '$1').replace(/\\(.)/g, '$1'))));
    expect(cells, each.name).toEqual(truth(each));
    const kinds = new Set<string>();
    marked.walkTokens(marked.lexer(textIn('md', each, { exchanges: true })), (token) => {
      kinds.add(token.type === 'html' ? token.text : token.type);
    });
    expect(
      [...kinds].filter((kind) => ['link', 'image', 'del'].includes(kind) || /<(?!\/?sub>)/.test(kind)),
      each.name,
    ).toEqual([]);
  }
});

test('a reader of HAR finds the same set-up and the same reuse', () => {
  for (const { name, ...stage } of cases) {
    const archive = JSON.parse(textIn('har', stage, { columns })) as { log: { entries: HarEntry[] } };
    expect(isHar(archive), `${name}: ${JSON.stringify(isHar.errors)}`).toBe(true);
    const told = archive.log.entries.flatMap((entry) => (entry._connection === undefined ? [] : [entry._connection]));
    expect(rowsFrom(told), name).toEqual(truth(stage).filter(([id]) => stage.trace.exchanges(Number(id)).length > 0));
    for (const { connection, timings, _reused } of archive.log.entries) {
      if (_reused === true) expect([timings.connect, timings.ssl], name).toEqual([-1, -1]);
      const { setup } = stage.trace.connection(Number(connection));
      if (timings.connect >= 0) expect(timings.connect, name).toBeCloseTo((setup ?? 0) / 1e6, 6);
    }
  }
});

interface HarEntry {
  readonly connection: string;
  readonly timings: { readonly connect: number; readonly ssl: number };
  readonly _reused?: boolean;
  readonly _connection?: Readonly<Record<string, unknown>>;
}

test('the totals of text, Markdown, HTML, JSON and Prometheus are the same', () => {
  for (const each of cases) {
    const { totals } = JSON.parse(textIn('json', each, {})) as { totals: Record<string, number> };
    const metrics = new Map(
      textIn('prometheus', each, {})
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    );
    const value = (name: string): number => Number(metrics.get(`warmwire_${name}`));
    const { connections, requests, reuses, avoidable } = totals;
    expect([value('tcp_connections'), value('http_requests'), value('http_reuses'), value('avoidable_handshakes')], each.name).toEqual([
      connections,
      requests,
      reuses,
      avoidable,
    ]);
    expect(value('wasted_setup_seconds') * 1000, each.name).toBeCloseTo(totals.wasted_ms ?? 0, 3);
    const [answer] = textIn('html', each, {}).match(/(?<=<h1>).*?(?=<\/h1>)/) ?? [];
    expect(textIn('text', each, { width: 1000 }), each.name).toContain(`\n${answer}\n`);
    if ((avoidable ?? 0) > 0) expect(answer, each.name).toContain(`${avoidable?.toLocaleString('en')} of`);
  }
});

test('the same bytes again, from a second reading, in every format', { timeout: 120_000 }, () => {
  for (const { name, bytes, ...stage } of cases) {
    const again = staged(bytes);
    for (const each of formats) {
      const same = bytesOf(each.name, stage, { exchanges: true }).equals(bytesOf(each.name, again!, { exchanges: true }));
      expect(same, `${name} ${each.name}`).toBe(true);
    }
  }
});

describe('nothing planted survives', () => {
  /** What no reader of text may get from us: control and format characters, halves of surrogate pairs. */
  const foreign = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
  const secrets = /SECRET[1-6]|hunter2|U0VDUkVUNA/;

  const written = new Map<Stage, Map<string, string>>();
  const everything = (stage: Stage): Map<string, string> => {
    const texts = written.get(stage) ?? new Map<string, string>();
    if (texts.size > 0) return texts;
    written.set(stage, texts);
    for (const { name, isBinary } of formats) if (isBinary !== true) texts.set(name, textIn(name, stage, { exchanges: true }));
    texts.set('findings', textIn('csv', stage, { table: 'findings' }));
    const stories = Array.from({ length: Math.min(stage.trace.size, 50) }, (_, id) =>
      [...explain(stage.trace, stage.analysis, id)].join(''),
    );
    return texts.set('explain', stories.join(''));
  };

  test('no control character leaves but by CSV and Parquet, which keep texts as they are', () => {
    for (const stage of cases) {
      const { name } = stage;
      for (const [what, text] of everything(stage)) {
        if (what !== 'csv' && what !== 'findings') expect(text.replaceAll('\n', '').match(foreign)?.[0], `${name} ${what}`).toBeUndefined();
      }
    }
  });

  test('no secret is in any output', { timeout: 120_000 }, async () => {
    for (const stage of cases) {
      const { name } = stage;
      for (const [what, text] of everything(stage)) expect(text.match(secrets)?.[0], `${name} ${what}`).toBeUndefined();
      for (const table of ['connections', 'exchanges', 'findings'] as const) {
        const whole = bytesOf('parquet', stage, { table });
        const buffer = {
          byteLength: whole.length,
          slice: (start: number, end?: number) => new Uint8Array(whole.subarray(start, end)).buffer as ArrayBuffer,
        };
        const rows = JSON.stringify(await parquetReadObjects({ file: buffer }), (_, value) =>
          typeof value === 'bigint' ? Number(value) : value,
        );
        expect(rows.match(secrets)?.[0], `${name} parquet ${table}`).toBeUndefined();
      }
    }
  });

  test.skipIf(!hasBombs)(`the secrets are there to be found${hasBombs ? '' : ' (skipped: bombs.py is not there)'}`, () => {
    const { bytes } = cases.find(({ name }) => name.startsWith('secrets'))!;
    const trace = inspectBytes(bytes, [], { showSecrets: true });
    expect(textIn('json', { trace, analysis: analyse(trace) }, { exchanges: true })).toMatch(secrets);
  });
});
