/**
 * Mutation test of src/analysis: `npm run mutate` changes one operator, constant, condition, text or rule at a time and asks whether a test of
 * test/analysis, or of the columns, fails. Prints the score by file, and with --survivors what nobody noticed. A word is a pattern that files must
 * match; --minutes 10 stops trying after that time: what is left counts as not killed. --write records the score in score.csv, of a pattern's files
 * beside what is known of the others. Needs a quarter of an hour of a processor: no part of the tests.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { instrument } from './instrument.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const words = process.argv.slice(2);
const only = words.find((word) => !word.startsWith('--') && !/^\d+$/.test(word));
/** After so long no more mutants are tried: what is left counts as not killed, so the score is a lower bound. */
const minutes = words.includes('--minutes') ? Number(words[words.indexOf('--minutes') + 1]) : 600;
const result = join(tmpdir(), `mutation-${process.pid}.json`);
process.env.MUTATION_RESULT = result;
process.env.MUTATION_END = String(Date.now() + minutes * 60_000);

const mutants = [];

const plugin = {
  name: 'mutants',
  enforce: 'pre',
  transform(code, id) {
    const file = relative(root, id);
    if (!file.startsWith('src/analysis/') || !file.endsWith('.ts')) return undefined;
    const made = instrument(code, file, mutants.length + 1, only === undefined || new RegExp(only).test(file));
    mutants.push(...made.mutants);
    return { code: made.code, map: null };
  },
};

/** Cheap ones first: they spare the dear ones most of their runs. */
const order = [
  'scenarios',
  'order.test',
  'limits-of',
  'openings.test',
  'timers',
  'rates',
  'retirement',
  'published',
  'findings',
  'what-if',
  'field',
  'advice',
  'filter',
  'race-sample',
  'origins',
  'simulate',
  'coalescing',
  'sealed',
  'pool-keys',
  'main-reason',
  'probe-timer',
  'idle-limits',
  'bounds',
  'sums',
  'openings-laws',
  'schema',
  'pool-laws',
];
class InOrder {
  async shard(files) {
    return files;
  }
  async sort(files) {
    const rank = ({ moduleId }) => (order.findIndex((name) => moduleId.includes(name)) + order.length) % order.length;
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

const vitest = await startVitest(
  'test',
  ['test/analysis/', 'test/report/'],
  {
    root,
    config: false,
    watch: false,
    include: ['test/analysis/**/*.test.ts', 'test/report/{fields,field-values,schema}.test.ts'],
    // Those that read captures in their tests would read them once more for every mutant.
    exclude: ['**/*-by-hand.test.ts', '**/nothing-wasted.test.ts', '**/rules-taken-out.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    fileParallelism: false,
    testTimeout: 3_600_000,
    runner: join(root, 'test/mutation/runner.mjs'),
    sequence: { sequencer: InOrder },
    reporters: ['dot'],
  },
  { plugins: [plugin] },
);
await vitest?.close();
const failed = (vitest?.state.getCountOfFailedTests() ?? 1) + (vitest?.state.getUnhandledErrors().length ?? 0);
if (failed > 0) {
  console.error(`${failed} tests fail, or do not run, without any mutant: no score`);
  process.exit(1);
}

const { killed, seen } = JSON.parse(readFileSync(result, 'utf8'));
const dead = new Set(killed.map(([id]) => id));
const met = new Set(seen);
const rows = new Map();
for (const { id, file } of mutants) {
  const row = rows.get(file) ?? { mutants: 0, killed: 0 };
  rows.set(file, row);
  row.mutants += 1;
  if (dead.has(id)) row.killed += 1;
}
const table = new URL('score.csv', import.meta.url);
const isThere = ([file]) => existsSync(join(root, file));
// A run of some files leaves what is known of the others.
const known =
  only === undefined
    ? []
    : readFileSync(table, 'utf8')
        .trim()
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(','));
const scores = new Map(known.filter(isThere).map(([file, of, count]) => [file, { mutants: Number(of), killed: Number(count) }]));
for (const [file, row] of rows) scores.set(file, row);
const tableOf = (scored) => {
  const all = { mutants: 0, killed: 0 };
  for (const row of scored.values()) {
    all.mutants += row.mutants;
    all.killed += row.killed;
  }
  const lines = [...scored].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([file, row]) => lineOf(file, row));
  return ['file,mutants,killed,percent', ...lines, lineOf('all', all), ''].join('\n');
};
const lineOf = (file, { mutants: of, killed: count }) => `${file},${of},${count},${((100 * count) / of).toFixed(1)}`;
process.stdout.write(tableOf(rows));
if (words.includes('--survivors'))
  for (const { id, file, line, original, replacement } of mutants)
    if (!dead.has(id))
      console.log(`${file}:${line}  ${original.replace(/\s+/g, ' ')}  ->  ${replacement}${met.has(id) ? '' : '  (no test comes here)'}`);
if (words.includes('--write')) writeFileSync(table, tableOf(scores));
