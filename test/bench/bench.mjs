/** Measures warmwire beside tshark and tcptrace on the same captures, in turn: generated ones, or `-- FILE…`; `-- --quick` for a tenth, `-- --rounds 5`. */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generate } from './generate.mjs';
import { isInstalled, measure } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    timeout: { type: 'string', default: '180' },
  },
});
const rounds = Number(values.rounds);
const timeout = Number(values.timeout);
const main = fileURLToPath(new URL('../../dist/cmd/main.js', import.meta.url));

const cases = [
  { name: 'ordinary HTTP/1.1', kind: 'ordinary', limit: { bytes: values.quick ? 1e8 : 1e9 } },
  { name: '100,000 streams of HTTP/2', kind: 'http2', limit: { connections: values.quick ? 10 : 100 } },
  { name: 'short connections', kind: 'short', limit: { connections: values.quick ? 1e5 : 1e6 } },
];

/** The others get one round: they take long, and a ratio of ten needs no median. */
const tools = [
  { name: 'cat', command: 'cat', words: (file) => [file], rounds },
  { name: 'warmwire report', command: process.execPath, words: (file) => [main, 'report', file], rounds },
  // The main thread and V8's compiling ones share one processor.
  { name: 'warmwire report, 1 core', command: 'taskset', words: (file) => ['-c', '0', process.execPath, main, 'report', file], rounds },
  { name: 'warmwire -T ndjson', command: process.execPath, words: (file) => [main, 'report', '-T', 'ndjson', file], rounds },
  { name: 'tcptrace -n', command: 'tcptrace', words: (file) => ['-n', file], rounds: 1 },
  { name: 'tshark -q -z conv,tcp', command: 'tshark', words: (file) => ['-q', '-z', 'conv,tcp', '-r', file], rounds: 1 },
];

const folder = mkdtempSync(join(tmpdir(), 'warmwire-bench-'));
let failed = false;
try {
  for (const file of positionals) {
    const { size } = statSync(file);
    say(`\n${file}: ${(size / 1e6).toFixed(0)} MB`);
    await run(file, size);
  }
  for (const { name, kind, limit } of positionals.length > 0 ? [] : cases) {
    const file = join(folder, `${kind}.pcap`);
    const made = generate(file, kind, limit);
    // Once through, so that every tool finds it in the page cache.
    readFileSync(file).subarray(0, 0);
    say(`\n${name}: ${(made.bytes / 1e6).toFixed(0)} MB, ${made.frames} frames, ${made.connections} connections`);
    await run(file, made.bytes);
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

async function run(file, bytes) {
  const present = tools.filter(({ command }) => command === process.execPath || isInstalled(command));
  const results = new Map(present.map(({ name }) => [name, []]));
  // In turn, round by round: what disturbs the machine disturbs all of them.
  for (let round = 0; round < rounds; round += 1)
    for (const tool of present)
      if (round < tool.rounds) results.get(tool.name).push(await measure(tool.command, tool.words(file), timeout));
  say(`${'tool'.padEnd(24)}${['seconds', 'MB/s', 'CPU seconds', 'peak MB', 'times warmwire'].map((title) => title.padStart(16)).join('')}`);
  const ours = medianOf(results.get('warmwire report')).seconds;
  for (const { name } of tools) {
    const runs = results.get(name);
    if (!runs) {
      say(`${name.padEnd(24)}${'not installed'.padStart(16)}`);
      continue;
    }
    const { seconds, cpuSeconds, megabytes, status, error } = medianOf(runs);
    const numbers = [
      seconds.toFixed(2),
      (bytes / 1e6 / seconds).toFixed(0),
      cpuSeconds?.toFixed(2) ?? '?',
      megabytes?.toFixed(0) ?? '?',
      (seconds / ours).toFixed(2),
    ];
    const note = status === 0 ? '' : status === 'SIGKILL' ? `  not done after ${timeout} s` : `  exit status ${status}`;
    say(name.padEnd(24) + numbers.map((number) => number.padStart(16)).join('') + note);
    if (name.startsWith('warmwire') && status !== 0) {
      failed = true;
      say(error);
    }
  }
}

/** By time; of the runs that failed, the first, where any did. */
function medianOf(runs) {
  const failure = runs.find(({ status }) => status !== 0);
  return failure ?? [...runs].sort((a, b) => a.seconds - b.seconds)[runs.length >> 1];
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
