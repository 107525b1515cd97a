/**
 * Measures framing alone, file to frames, beside capinfos that counts the packets of the same files: `npm run bench:framing`, `-- --megabytes 200`.
 * Each tool is a process of its own, in turn, on files in the page cache; the ratio is of processor time, which neighbours on the machine disturb least.
 */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { generate } from './generate.mjs';
import { isInstalled, measure } from './measure.mjs';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '600' }, rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'warmwire-framing-'));

try {
  const program = join(folder, 'frames.mjs');
  await build({
    stdin: { contents: source(), resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  const pcap = join(folder, 'ordinary.pcap');
  const { bytes, frames } = generate(pcap, 'ordinary', { bytes: Number(values.megabytes) * 1e6 });
  const pcapng = join(folder, 'ordinary.pcapng');
  const pcapngBytes = toPcapng(pcap, pcapng);
  for (const [file, size] of [
    [pcap, bytes],
    [pcapng, pcapngBytes],
  ]) {
    readFileSync(file).subarray(0, 0);
    say(`\n${file.slice(folder.length + 1)}: ${(size / 1e6).toFixed(0)} MB, ${frames} frames`);
    await compare(file, size, program);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(file, size, program) {
  const tools = [
    { name: 'cat', command: 'cat', words: [file] },
    { name: 'warmwire, framing', command: process.execPath, words: [program, file] },
    { name: 'capinfos -c', command: 'capinfos', words: ['-c', file] },
  ].filter(({ command }) => command === process.execPath || isInstalled(command));
  const runs = new Map(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, command, words } of tools) runs.get(name).push(await timed(command, words));
  say(
    `${'tool'.padEnd(24)}${['seconds', 'GB/s', 'CPU seconds', 'GB/CPU second', 'times warmwire'].map((title) => title.padStart(16)).join('')}`,
  );
  const ours = median(runs.get('warmwire, framing'), 'cpuSeconds');
  for (const { name } of tools) {
    const [seconds, cpu] = [median(runs.get(name), 'seconds'), median(runs.get(name), 'cpuSeconds')];
    const numbers = [
      seconds.toFixed(2),
      (size / 1e9 / seconds).toFixed(2),
      cpu.toFixed(2),
      (size / 1e9 / cpu).toFixed(2),
      (cpu / ours).toFixed(2),
    ];
    say(name.padEnd(24) + numbers.map((number) => number.padStart(16)).join(''));
  }
}

/** A short process ends between two looks at it: where the kernel tells it at the end, `time` does. */
async function timed(command, words) {
  if (!isInstalled('/usr/bin/time')) return measure(command, words, 120);
  const report = join(folder, 'time.txt');
  const { seconds } = await measure('/usr/bin/time', ['-o', report, '-f', '%U %S', command, ...words], 120);
  const [user, system] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds, cpuSeconds: Math.max(0.01, user + system) };
}

function median(runs, what) {
  return runs.map((run) => run[what]).sort((a, b) => a - b)[runs.length >> 1];
}

/** What it times: bytes from the file into frames, nothing behind. */
function source() {
  return `import { CaptureReader, openCapture } from './src/capture/index.ts';
let frames = 0, bytes = 0;
const reader = new CaptureReader({ frame(f) { frames += 1; bytes += f.end - f.start; }, secrets() {} });
for await (const piece of openCapture(process.argv[2]!)) reader.push(piece);
reader.end();
console.log(frames, bytes);`;
}

/** The same frames in Enhanced Packet Blocks; returns the size. */
function toPcapng(from, to) {
  const input = readFileSync(from);
  const descriptor = openSync(to, 'w');
  const block = Buffer.alloc(8 << 20);
  let used = 0;
  let total = 0;
  const flush = () => {
    writeSync(descriptor, block, 0, used);
    total += used;
    used = 0;
  };
  const words = (...list) => {
    for (const word of list) used = block.writeUInt32LE(word >>> 0, used);
  };
  words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, -1, -1, 28, 1, 20, 1, 262_144, 20);
  for (let at = 24; at + 16 <= input.length; ) {
    const length = input.readUInt32LE(at + 8);
    const padded = (length + 3) & ~3;
    if (used + padded + 32 > block.length) flush();
    const time = input.readUInt32LE(at) * 1e6 + input.readUInt32LE(at + 4);
    words(6, padded + 32, 0, Math.floor(time / 2 ** 32), time % 2 ** 32, length, length);
    input.copy(block, used, at + 16, at + 16 + length);
    block.fill(0, used + length, used + padded);
    used += padded;
    words(padded + 32);
    at += 16 + length;
  }
  flush();
  closeSync(descriptor);
  return total;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
