/** Captures that are still being written: a slow pipe, a named pipe, a file that grows, is replaced or emptied. Runs the built program. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, createWriteStream, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openCapture } from '../../src/capture/index.ts';
import { inspect } from '../../src/index.ts';
import { Intake } from '../../src/trace/index.ts';
import { jsonReport } from '../support/facts.ts';
import { framesIn } from '../support/frames.ts';
import { pcapngOf, pcapOf } from '../support/wire.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'cmd', 'main.js');
const sample = join(root, 'samples', 'nginx-idle-too-short.pcap');
const bytes = readFileSync(sample);
const { frames, ...file } = framesIn(bytes);

const folder = mkdtempSync(join(tmpdir(), 'warmwire-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function started(words: readonly string[]): { readonly child: ChildProcess; readonly answer: Promise<Answer> } {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const answer = new Promise<Answer>((resolve) => child.on('close', (status) => resolve({ status, out, err })));
  return { child, answer };
}

/** Starts, does something, waits and interrupts; once more, with more patience, where the program was not that far yet. */
async function interrupted(words: readonly string[], act: (child: ChildProcess) => Promise<void> = async () => {}): Promise<Answer> {
  let last: Answer | undefined;
  for (const patience of [600, 2500, 8000]) {
    const { child, answer } = started(words);
    child.stdin?.on('error', () => {});
    await pause(patience / 2);
    await act(child);
    await pause(patience / 2);
    child.kill('SIGINT');
    last = await answer;
    if (last.status !== null && !last.out.includes('"frames":0,')) return last;
  }
  return last!;
}

/** In pieces that cut file header, record headers and frames, with pauses in which the reader catches up. */
async function drip(to: NodeJS.WritableStream): Promise<void> {
  let from = 0;
  for (const piece of [1, 3, 20, 10, 500, 7, 3000, 1, 2000, bytes.length]) {
    to.write(bytes.subarray(from, from + piece));
    from += piece;
    await pause(25);
  }
  to.end();
}

const reportOfFile = spawnSync(process.execPath, [program, 'report', '--json', sample], { encoding: 'utf8' }).stdout;

describe('a capture that is written slowly gives the report of the file', () => {
  it('through standard input', async () => {
    const { child, answer } = started(['report', '--json', '-']);
    await drip(child.stdin!);
    const { status, out, err } = await answer;
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(reportOfFile.replace('"name":"nginx-idle-too-short.pcap"', '"name":"-"'));
  });

  it('through a named pipe whose writer comes late', async () => {
    const path = join(folder, 'pipe.pcap');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const { answer } = started(['report', '--json', path]);
    await pause(300);
    await drip(createWriteStream(path));
    const { status, out, err } = await answer;
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(reportOfFile.replace('"name":"nginx-idle-too-short.pcap"', '"name":"pipe.pcap"'));
  });

  it('as what came until Ctrl-C', async () => {
    const { status, out } = await interrupted(['report', '--json', '-'], async (child) => void child.stdin!.write(bytes.subarray(0, 5000)));
    expect(status).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ complete: false, captures: [{ frames: 41 }] });
  });

  it('a named pipe that nobody writes to is left at Ctrl-C', async () => {
    const path = join(folder, 'silent.pcap');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect((await interrupted(['report', path])).status).toBe(130);
  });
});

/** Reads until so many frames have come. */
async function follow(paths: readonly string[], act: (until: (count: number) => Promise<void>) => Promise<void>): Promise<Intake> {
  const stop = new AbortController();
  const intake = await Intake.open(paths, { follow: true, signal: stop.signal });
  const reading = (async () => {
    while (await intake.next());
  })();
  await act(async (count) => {
    for (let tries = 0; tries < 400 && intake.inspector.frames < count; tries += 1) await pause(25);
    expect(intake.inspector.frames).toBe(count);
  });
  stop.abort();
  await reading;
  return intake;
}

describe('--follow', { timeout: 30_000 }, () => {
  it('goes on where a file grows, also in the middle of a record', async () => {
    const path = join(folder, 'growing.pcap');
    writeFileSync(path, bytes.subarray(0, 30));
    const intake = await follow([path], async (until) => {
      await pause(250);
      appendFileSync(path, bytes.subarray(30, 5000));
      await until(41);
      appendFileSync(path, bytes.subarray(5000));
      await until(94);
    });
    expect(intake.inspector.trace().size).toBe(8);
  });

  it('goes on with the file that takes the place of one', async () => {
    const path = join(folder, 'rotated.pcap');
    writeFileSync(path, pcapOf(frames.slice(0, 50), file));
    const intake = await follow([path], async (until) => {
      await until(50);
      renameSync(path, `${path}.1`);
      await pause(250);
      writeFileSync(path, pcapOf(frames.slice(50, 60), file));
      await until(60);
      appendFileSync(path, pcapOf(frames.slice(60), file).subarray(24));
      await until(94);
    });
    const trace = intake.inspector.trace();
    expect(trace.size).toBe(8);
    expect(trace.accounting.bytes.skipped).toEqual({});
  });

  it('begins again where the file was emptied', async () => {
    const path = join(folder, 'emptied.pcapng');
    writeFileSync(path, pcapngOf(frames.slice(0, 70), file));
    const intake = await follow([path], async (until) => {
      await until(70);
      writeFileSync(path, pcapngOf(frames.slice(70), file));
      await until(94);
    });
    expect(intake.inspector.trace().size).toBe(8);
  });

  it('follows the newest of several files', async () => {
    const [old, young] = ['old.pcap', 'young.pcap'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(old, pcapOf(frames.slice(0, 40), file));
    writeFileSync(young, pcapOf(frames.slice(40, 50), file));
    const intake = await follow([young, old], async (until) => {
      await until(50);
      appendFileSync(young, pcapOf(frames.slice(50), file).subarray(24));
      await until(94);
    });
    expect(intake.inspector.trace().captures.map(({ frames: count }) => count)).toEqual([40, 54]);
  });

  it('sleeps while nothing comes', async () => {
    let spent = 0;
    const { status, out } = await interrupted(['report', '--json', '--follow', sample], async ({ pid }) => {
      const before = processorTime(pid!);
      await pause(2000);
      spent = processorTime(pid!) - before;
    });
    expect(status).toBe(130);
    expect(JSON.parse(out).captures[0].frames).toBe(94);
    // Hundredths of a second, of which its start takes some; a loop that never sleeps takes 200.
    expect(spent).toBeLessThan(100);
  });

  it('without it a file ends where it ends', async () => {
    const pieces: number[] = [];
    for await (const piece of openCapture(sample)) pieces.push(piece.length);
    expect(pieces).toEqual([bytes.length]);
    expect(jsonReport(await inspect(sample))).toContain('"complete":true');
  });
});

/** Of a process, in hundredths of a second, as Linux tells it; 0 elsewhere. */
function processorTime(pid: number): number {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(words[11]) + Number(words[12]);
  } catch {
    return 0;
  }
}
