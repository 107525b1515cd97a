/** Cost: twice the input takes at most 2.3 times as long, on the captures that are worst for it (hostile.mjs). Skipped where it is absent. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Inspector } from '../../src/trace/index.ts';
import { patience } from '../support/runs.ts';
import { shared } from '../support/shared.ts';
import { conversation, get } from '../support/talk.ts';
import { framesOf, joined, pcapngOf, pcapOf } from '../support/wire.ts';

const generator = shared('tools/hostile.mjs');
const LINEAR = 2.3;
const PIECE = 64 << 10;

/** Adds a run to the least processor time that each piece of a capture, and its end, ever took. */
function run(bytes: Uint8Array, least: number[]): void {
  const inspector = new Inspector();
  const timed = (piece: number, work: () => void): void => {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    least[piece] = Math.min(least[piece] ?? Number.POSITIVE_INFINITY, user + system);
  };
  let piece = 0;
  for (let from = 0; from < bytes.length; from += PIECE) timed(piece++, () => inspector.push(bytes.subarray(from, from + PIECE)));
  timed(piece, () => inspector.end());
}

/**
 * A busy machine makes some pieces of every run slow, but not the same ones: the sum of the least is what the work itself costs. Of
 * work that grows with the square the later pieces are slow each time, however often it is measured again.
 */
function ratio(once: Uint8Array, twice: Uint8Array): number {
  const sum = (times: readonly number[]): number => times.reduce((all, time) => all + time, 0);
  const least: [number[], number[]] = [[], []];
  let found = Number.POSITIVE_INFINITY;
  const began = performance.now();
  const isDisturbed = (runs: number): boolean => found > LINEAR && runs < 24 && performance.now() - began < 60_000;
  for (let runs = 0; runs < 4 || isDisturbed(runs); runs += 1) {
    run(once, least[0]);
    run(twice, least[1]);
    found = sum(least[1]) / sum(least[0]);
  }
  return found;
}

function generated(kind: string, size: number): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'warmwire-linear-'));
  try {
    const path = join(folder, kind);
    execFileSync(process.execPath, [generator, kind, path, String(size)], { stdio: 'ignore' });
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sizes = { tinyhead: 2, tinychunk: 400_000, reverse: 700, longline: 20_000_000 };

describe.skipIf(!existsSync(generator))('hostile captures take linear time', () => {
  it.each(Object.entries(sizes))('%s', { timeout: patience }, (kind, size) => {
    expect(ratio(generated(kind, size), generated(kind, 2 * size))).toBeLessThanOrEqual(LINEAR);
  });
});

// Behind damage every few bytes look like the header of a long record; whether one is believed is only seen far behind it.
const talk = conversation().handshake().client(get());
const good = framesOf(talk.segments);

function withFalseRecords(size: number): Uint8Array {
  const words = new Uint32Array(size / 4);
  words.set([0, 0, 0xffffffff]);
  for (let i = 4; i + 4 <= words.length; i += 4) words.set([1_700_000_000, 0, 250_004, 262_144], i);
  return joined([pcapOf(good), new Uint8Array(words.buffer)]);
}

function withFalseBlocks(size: number): Uint8Array {
  const words = new Uint32Array(size / 4);
  for (let i = 1; i + 2 <= words.length; i += 2) words.set([6, (1 << 20) - 4], i);
  return joined([pcapngOf(good), new Uint8Array(words.buffer)]);
}

describe('damage that looks like records takes linear time', () => {
  it('pcap', { timeout: patience }, () => {
    expect(ratio(withFalseRecords(2 << 20), withFalseRecords(4 << 20))).toBeLessThanOrEqual(LINEAR);
  });

  // A believable block may be 1 MiB long, so the sizes must be well above that.
  it('pcapng', { timeout: patience }, () => {
    expect(ratio(withFalseBlocks(8 << 20), withFalseBlocks(16 << 20))).toBeLessThanOrEqual(LINEAR);
  });
});
