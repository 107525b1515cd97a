/** `report --each`: a folder of captures becomes a folder of reports, and what is bad is named at the end. Runs the built program. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cmd', 'main.js');
const samples = join(root, 'samples');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  mkdirSync(join(folder, 'in'));
  for (const name of ['nginx-idle-too-short.pcap', 'node-agent-keep-alive.pcap'])
    copyFileSync(join(samples, name), join(folder, 'in', name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'report', ...words], { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test('a report of each capture, the same as alone', () => {
  expect(run('in', '--each', '-T', 'json', '-w', 'out')).toEqual({ status: 0, out: '', err: '' });
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['nginx-idle-too-short.pcap.json', 'node-agent-keep-alive.pcap.json']);
  const alone = run('in/node-agent-keep-alive.pcap', '--json').out;
  expect(readFileSync(join(folder, 'out', 'node-agent-keep-alive.pcap.json'), 'utf8')).toBe(alone);
});

test('one after the other on standard output', () => {
  const { status, out } = run('in', '--each', '-T', 'csv', '--columns', 'id');
  expect({ status, lines: out.split('\n').length }).toEqual({ status: 0, lines: 1 + 8 + 1 + 1 + 1 });
});

test('a bad capture does not stop the rest and is named at the end', () => {
  writeFileSync(join(folder, 'in', 'a-bad.pcap'), 'no capture at all, but a text');
  const { status, err } = run('in', '--each', '-T', 'md', '-w', 'out');
  expect(status).toBe(4);
  expect(err.trimEnd().split('\n').slice(-2)).toEqual([
    'warmwire: 1 of 3 captures could not be read:',
    expect.stringMatching(/^warmwire: {3}in\/a-bad\.pcap is no capture/),
  ]);
  expect(readdirSync(join(folder, 'out'))).toHaveLength(2);
});

test('of captures that are all bad there is nothing', () => {
  writeFileSync(join(folder, 'bad.pcap'), 'no capture');
  expect(run('bad.pcap', '--each').status).toBe(3);
});

test('captures of the same name do not overwrite one another', () => {
  mkdirSync(join(folder, 'other'));
  copyFileSync(join(samples, 'close-every-request.pcap'), join(folder, 'other', 'node-agent-keep-alive.pcap'));
  expect(run('in', 'other', '--each', '-T', 'md', '-w', 'out').status).toBe(0);
  expect(readdirSync(join(folder, 'out'))).toHaveLength(3);
});

describe('nothing is lost', () => {
  test('a report that exists stays, unless --force is given; then the others are not begun', () => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'out', 'node-agent-keep-alive.pcap.md'), 'mine');
    const { status, err } = run('in', '--each', '-T', 'md', '-w', 'out');
    expect(status).toBe(5);
    expect(err).toContain('it exists; add --force');
    expect(readdirSync(join(folder, 'out'))).toEqual(['node-agent-keep-alive.pcap.md']);
    expect(run('in', '--each', '-T', 'md', '-w', 'out', '--force').status).toBe(0);
    expect(readFileSync(join(folder, 'out', 'node-agent-keep-alive.pcap.md'), 'utf8')).toContain('###');
  });

  test('a link is replaced, not followed', () => {
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'precious'), 'mine');
    const link = join(folder, 'out', 'node-agent-keep-alive.pcap.md');
    symlinkSync(join(folder, 'precious'), link);
    expect(run('in', '--each', '-T', 'md', '-w', 'out').status).toBe(5);
    expect(run('in', '--each', '-T', 'md', '-w', 'out', '--force').status).toBe(0);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('mine');
    expect(lstatSync(link).isSymbolicLink()).toBe(false);
  });

  test('a file is no folder, and a folder needs a format', () => {
    writeFileSync(join(folder, 'out'), 'mine');
    expect(run('in', '--each', '-T', 'md', '-w', 'out').status).not.toBe(0);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('mine');
    expect(run('in', '--each', '-w', 'new')).toMatchObject({ status: 2, err: expect.stringContaining('choose their format with -T') });
  });
});

test('a table is chosen for formats that hold one', () => {
  expect(run('in/node-agent-keep-alive.pcap', '-T', 'csv', '--table', 'findings').out.split('\n')[0]).toBe(
    'code,severity,confidence,count,connection_ids,frames,origin,text',
  );
  expect(run('in/node-agent-keep-alive.pcap', '-T', 'json', '--table', 'findings')).toMatchObject({
    status: 2,
    err: expect.stringContaining('--table chooses what csv or parquet holds'),
  });
});
