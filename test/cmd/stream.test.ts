/** NDJSON rows leave while the capture is still coming, and a reader that goes ends it. Runs the built program. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error A script without types.
import { generate } from '../bench/generate.mjs';

const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cmd', 'main.js');

let folder: string;
let capture: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  capture = join(folder, 'many.pcap');
  generate(capture, 'ordinary', { connections: 1500 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportOf = (...words: readonly string[]): string =>
  spawnSync(process.execPath, [program, 'report', ...words, '-T', 'ndjson'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;

test('rows come before the capture has ended', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [program, 'report', '-', '-T', 'ndjson'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const bytes = readFileSync(capture);
  child.stdin.write(bytes.subarray(0, bytes.length >> 1));
  expect(JSON.parse((await lines.next()).value ?? '')).toMatchObject({ type: 'report' });
  expect(JSON.parse((await lines.next()).value ?? '')).toMatchObject({ type: 'connection' });
  child.stdin.end(bytes.subarray(bytes.length >> 1));
  let last = '';
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) last = line.value;
  expect(JSON.parse(last)).toEqual({ type: 'end', complete: true });
});

test('a pipe, a file and a written file give the same bytes', () => {
  const whole = reportOf(capture);
  const piped = spawnSync('sh', ['-c', `cat many.pcap | "${process.execPath}" "${program}" report - -T ndjson`], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(piped.stdout.replace('"name":"-"', '"name":"many.pcap"')).toBe(whole);
  reportOf(capture, '-w', 'out.ndjson');
  expect(readFileSync(join(folder, 'out.ndjson'), 'utf8')).toBe(whole);
});

test('a reader that goes ends the reading', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [program, 'report', '-', '-T', 'ndjson'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdout.once('data', () => child.stdout.destroy());
  const bytes = readFileSync(capture);
  const feed = setInterval(() => child.stdin.write(bytes), 50);
  const [status] = await once(child, 'exit');
  clearInterval(feed);
  expect(status).toBe(0);
});
