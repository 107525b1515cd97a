/**
 * Measures what a row costs in each format, with 20 columns and with all, on top of the analysis, in this process; then what whole reports cost
 * more than the text report, as processes of their own. On a generated capture of short connections, or on `-- FILE`; `-- --rounds 5`, `-- --formats csv,ndjson`, `-- --rows` for the first part alone.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { measure } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    formats: { type: 'string', default: 'csv,json,ndjson,parquet,har' },
    rows: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const wanted = values.formats.split(',');
const dist = new URL('../../dist/', import.meta.url);
const { analyse, fields, formats, inspect } = await import(new URL('src/index.js', dist).href);

/** What somebody who looks for reuse asks for: who, when, how long, how much, how often, and why. */
const twenty =
  'id,client_address,client_port,server_address,server_port,authority,protocol,start_ms,duration_ms,bytes_client,bytes_server,' +
  'handshake_ms,setup_ms,state,closed_by,requests,responses,reuses,opening,wasted_ms';
const choices = [
  { name: '20 columns', columns: twenty.split(',') },
  { name: `all ${fields.length}`, columns: undefined },
];

const folder = mkdtempSync(join(tmpdir(), 'warmwire-rows-'));
try {
  let [file] = positionals;
  if (file === undefined) {
    file = join(folder, 'short.pcap');
    generate(file, 'short', { connections: 1e5 });
  }
  const trace = await inspect(file);
  const analysis = analyse(trace);
  for (const step of analysis.explaining()) void step;
  say(
    `${trace.size} connections, ${trace.columns.exchanges} requests: microseconds of processor time per connection, the least of ${rounds}`,
  );
  heading(choices.map(({ name }) => name));
  for (const format of formats.filter(({ name }) => wanted.includes(name)))
    line(
      format.name,
      choices.map(({ columns }) => leastOf(() => written(format.render(trace, analysis, { columns, bytes: true })) / trace.size)),
    );
  if (!values.rows) await compareReports(file, trace.size);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The whole program, reading included, less the same with the text report. */
async function compareReports(file, connections) {
  const main = fileURLToPath(new URL('cmd/main.js', dist));
  const cpu = async (words) => (await measure(process.execPath, [main, 'report', file, ...words], 600)).cpuSeconds * 1e6;
  const cases = wanted.flatMap((name) => choices.map(({ columns }) => ['-T', name, ...(columns ? ['--columns', columns.join(',')] : [])]));
  const least = new Array(cases.length + 1).fill(Number.POSITIVE_INFINITY);
  // In turn, so that what disturbs the machine disturbs all of them.
  for (let round = 0; round < Math.min(rounds, 3); round += 1)
    for (const [i, words] of [[], ...cases].entries()) least[i] = Math.min(least[i], await cpu(words));
  say(`\nthe same of whole reports, above the text report's ${(least[0] / 1e6).toFixed(2)} s`);
  heading(choices.map(({ name }) => name));
  for (const [i, name] of wanted.entries())
    line(
      name,
      choices.map((_, j) => (least[1 + choices.length * i + j] - least[0]) / connections),
    );
}

/** As the program writes them: bytes as they are, texts turned into bytes. @returns {number} microseconds */
function written(pieces) {
  const before = process.cpuUsage();
  let batch = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') continue;
    batch += piece;
    if (batch.length < 65_536) continue;
    Buffer.from(batch);
    batch = '';
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function leastOf(run) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) least = Math.min(least, run());
  return least;
}

function heading(titles) {
  say(''.padEnd(12) + titles.map((title) => title.padStart(12)).join(''));
}

function line(name, numbers) {
  say(name.padEnd(12) + numbers.map((number) => number.toFixed(1).padStart(12)).join(''));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
