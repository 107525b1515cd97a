/** What happens to report files when something goes wrong: the old one stays, no half of a new one is left. Runs the built program. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FileOutput, print } from '../../cmd/output.ts';
// @ts-expect-error A script without types.
import { generate } from '../bench/generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cmd', 'main.js');
const formats = ['text', 'json', 'ndjson', 'csv', 'md', 'html', 'har', 'parquet', 'prometheus'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  copyFileSync(join(root, 'samples', 'nginx-idle-too-short.pcap'), join(folder, 'web.pcap'));
  generate(join(folder, 'many.pcap'), 'ordinary', { connections: 3000 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string): { status: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command.replaceAll('warmwire', `"${process.execPath}" "${program}"`)], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, out: stdout, err: stderr };
};

describe('a file that cannot grow as far as the report', () => {
  test.each(formats)('keeps what it was: %s', (format) => {
    mkdirSync(join(folder, format));
    const path = join(format, 'out');
    writeFileSync(join(folder, path), 'mine');
    // In blocks of 512 bytes: hardly any report is that short.
    const { status, out, err } = run(`ulimit -f 1; warmwire report web.pcap --exchanges -T ${format} -w ${path} --force`);
    expect({ status, out, err }).toEqual({
      status: 5,
      out: '',
      err: `warmwire: ${path} cannot be written: the file would be larger than allowed\n`,
    });
    expect(readFileSync(join(folder, path), 'utf8')).toBe('mine');
    expect(readdirSync(join(folder, format))).toEqual(['out']);
  });
});

describe('an input is never written over', () => {
  test.each([
    ['by its name', 'web.pcap'],
    ['by another way to it', './nowhere/../web.pcap'],
    ['by a link to it', 'link.pcap'],
    ['by a second name of it', 'second.pcap'],
  ])('%s', (_, path) => {
    mkdirSync(join(folder, 'nowhere'), { recursive: true });
    const before = readFileSync(join(folder, 'web.pcap'));
    rmSync(join(folder, 'link.pcap'), { force: true });
    rmSync(join(folder, 'second.pcap'), { force: true });
    symlinkSync('web.pcap', join(folder, 'link.pcap'));
    linkSync(join(folder, 'web.pcap'), join(folder, 'second.pcap'));
    run(`warmwire report web.pcap -T json -w ${path} --force`);
    expect(readFileSync(join(folder, 'web.pcap'))).toEqual(before);
    expect(run(`warmwire report web.pcap -T json -w ${path}`).status).toBe(5);
  });
});

describe('a signal', { timeout: 60_000 }, () => {
  const written = (name: string): readonly string[] => readdirSync(folder).filter((each) => each.startsWith(name));

  async function started(format: string): Promise<{ child: ReturnType<typeof spawn>; name: string }> {
    const name = `signal-${format}`;
    const child = spawn(process.execPath, [program, 'report', 'many.pcap', '-T', format, '--exchanges', '-w', name], {
      cwd: folder,
      stdio: 'ignore',
    });
    while (written(name).length === 0 && child.exitCode === null) await setTimeout(2);
    return { child, name };
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('%s while the report is written leaves nothing half behind', async (signal) => {
    const { child, name } = await started('json');
    child.kill(signal);
    const [status] = await once(child, 'exit');
    // A fast machine may have written all of it by then.
    const left = written(name);
    expect(status === 130 ? left : ['done']).toEqual(status === 130 ? [] : left.length === 1 ? ['done'] : left);
    rmSync(join(folder, name), { force: true });
  });

  test('while it reads: what was read is written whole, and marked', async () => {
    const child = spawn(process.execPath, [program, 'report', '-', '-T', 'ndjson', '-w', 'partial'], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.on('error', () => {});
    child.stdin.write(readFileSync(join(folder, 'web.pcap')));
    while (written('partial').length === 0) await setTimeout(5);
    await setTimeout(500);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(130);
    expect(written('partial')).toEqual(['partial']);
    const lines = readFileSync(join(folder, 'partial'), 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ type: 'end', complete: false });
    expect(lines.filter((line) => line.startsWith('{"type":"connection"'))).toHaveLength(8);
  });
});

test.each(formats)('a reader that goes after the first bytes ends it quietly: %s', (format) => {
  const { err, out } = run(`{ warmwire report many.pcap --exchanges -T ${format}; echo "status $?" >&2; } | head -c 10`);
  expect({ err, bytes: out.length > 0 }).toEqual({ err: 'status 0\n', bytes: true });
});

describe('names that lead nowhere', () => {
  const long = 'a'.repeat(300);

  test('are said to, and are no bug', () => {
    symlinkSync('round', join(folder, 'round'));
    const circle = 'its symbolic links lead round in a circle';
    for (const [input, why] of [
      ['round', circle],
      ['web.pcap/x.pcap', 'no such file'],
      [long, 'its name is too long'],
    ])
      expect(run(`warmwire report ${input}`)).toEqual({ status: 3, out: '', err: `warmwire: ${input} cannot be read: ${why}\n` });
    for (const [output, why] of [
      ['round/x.json', circle],
      ['web.pcap/x.json', 'its folder does not exist'],
      [`${long}.json`, 'its name is too long'],
    ])
      expect(run(`warmwire report web.pcap -w ${output}`)).toEqual({
        status: 5,
        out: '',
        err: `warmwire: ${output} cannot be written: ${why}\n`,
      });
  });
});

test('a name with a line of its own says nothing in ours', () => {
  expect(run("warmwire report 'x\nall is well.pcap'").err).toBe('warmwire: x\\x0aall is well.pcap cannot be read: no such file\n');
  expect(run("warmwire report web.pcap -Y 'tcp.portt == 3'").err.split('\n').slice(1)).toEqual(['  tcp.portt == 3', '  ^^^^^^^^^', '']);
});

describe('two runs at once', () => {
  test('what another has written meanwhile is not replaced unasked', () => {
    mkdirSync(join(folder, 'race'));
    const path = join(folder, 'race', 'x.json');
    const slow = new FileOutput({ path, inputs: [], force: false });
    slow.write(['second']);
    writeFileSync(path, 'first');
    expect(() => slow.finish()).toThrow(`${path} cannot be written: it exists; add --force to replace it, or choose another name`);
    slow.abandon();
    expect(readFileSync(path, 'utf8')).toBe('first');
    const asked = new FileOutput({ path, inputs: [], force: true });
    asked.write(['second']);
    asked.finish();
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(folder, 'race'))).toEqual(['x.json']);
  });

  test('the rest of one that was killed does not stand in the way of the next with its number', () => {
    // `exec` keeps the number of the shell, as a container's first process keeps its own.
    const { status, err } = run('mkdir left && echo half > left/x.json.tmp-$$ && exec warmwire report web.pcap -w left/x.json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(readdirSync(join(folder, 'left')).map((name) => name.replace(/\d+/, '0'))).toEqual(['x.json', 'x.json.tmp-0']);
  });
});

test('what is printed is done when the system has taken it, not when it waits in memory: the end of a report is not lost in a full pipe', async () => {
  const taken: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((piece: Uint8Array | string, ...rest: unknown[]) => {
    // As where the pipe is full and the piece small: kept, and taken later.
    globalThis.setTimeout(() => {
      taken.push(typeof piece === 'string' ? piece : Buffer.from(piece).toString());
      (rest.at(-1) as () => void)();
    }, 1);
    return true;
  });
  const borrowed = Buffer.from('one ');
  await print(
    (function* () {
      yield borrowed;
      yield Buffer.from(borrowed.fill('two ').buffer, borrowed.byteOffset, 4);
      yield 'three';
    })(),
  );
  write.mockRestore();
  expect(taken.join('')).toBe('one two three');
});
