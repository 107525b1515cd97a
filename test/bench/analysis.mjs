/**
 * Measures the analysis alone, after the capture has been read: `npm run bench:analysis`, `-- FILE…` for your own captures, `-- --quick` for a tenth.
 * Without files: a million exchanges, one on each connection and ten on each, to few origins and to many. What is asked for later (reasons, findings,
 * advice, the curve) is timed by itself. Seconds of processor time, the least of `--rounds`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyse, inspect } from '../../dist/src/index.js';
import { generate } from './generate.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});
const tenth = values.quick ? 0.1 : 1;

const cases = [
  { name: 'one exchange on each connection, 50 origins', kind: 'short', limit: { connections: 1e6 * tenth } },
  { name: 'ten exchanges on each connection, 50 origins', kind: 'kept', limit: { connections: 1e5 * tenth } },
  { name: 'ten exchanges on each connection, 50,000 origins', kind: 'scattered', limit: { connections: 1e5 * tenth } },
];

const folder = mkdtempSync(join(tmpdir(), 'warmwire-bench-'));
try {
  for (const file of positionals) await run(file, file);
  for (const { name, kind, limit } of positionals.length > 0 ? [] : cases) {
    const file = join(folder, `${kind}.pcap`);
    generate(file, kind, limit);
    await run(name, file);
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(name, file) {
  const trace = await inspect(file);
  say(`\n${name}: ${trace.size} connections, ${trace.columns.exchanges} exchanges`);
  const parts = new Map();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    let sum = 0;
    const timed = (part, work) => {
      const before = process.cpuUsage();
      const result = work();
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1e6;
      sum += took;
      parts.set(part, Math.min(parts.get(part) ?? Number.POSITIVE_INFINITY, took));
      return result;
    };
    const analysis = timed('verdicts and totals', () => analyse(trace));
    timed('reasons', () => analysis.verdict(0).reason);
    timed('findings', () => analysis.findings);
    timed('advice', () => analysis.advice);
    timed('curve', () => analysis.totals.curve);
    parts.set('all', Math.min(parts.get('all') ?? Number.POSITIVE_INFINITY, sum));
  }
  for (const [part, took] of parts) say(`  ${part.padEnd(20)} ${took.toFixed(2).padStart(7)} s`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
