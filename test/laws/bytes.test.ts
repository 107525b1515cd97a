/** Not one byte of the input is lost silently: on samples and on thousands of mutants of every kind each is used or skipped with a reason. */

import { describe, expect, it } from 'vitest';
import { CaptureFault, CaptureReader } from '../../src/capture/index.ts';
import { framesIn } from '../support/frames.ts';
import { type Mutant, mutantOf } from '../support/mutants.ts';
import { patience, times } from '../support/runs.ts';
import { samples } from '../support/samples.ts';
import { survive } from '../support/survival.ts';

const MUTANTS = 5000;

/** A fixed set on every run, and a smaller fresh one under seeds that are printed with a failure. */
const fresh = Math.floor(Math.random() * 2 ** 30);

/** Why bytes may be skipped; the last two are no damage. */
const reasons = ['damage', 'cut-short', 'bad-block', 'unknown-block', 'custom-block'];

/** From the begin of its record to a frame's bytes: pcap, Kuznetzov's, Enhanced and old Packet Blocks, Simple Packet Blocks. */
const heads = [16, 24, 28, 12];

/** Holds a reader's account against the bytes themselves; what is wrong, as sentences. */
function ledger(bytes: Uint8Array, piece: number): string[] {
  const wrong: string[] = [];
  const skipped: [from: number, to: number][] = [];
  const frames: [from: number, to: number][] = [];
  let ignored = 0;
  const reader = new CaptureReader({
    frame({ offset, buffer, start, end }) {
      const length = end - start;
      const same = (head: number): boolean =>
        offset + head + length <= bytes.length &&
        Buffer.compare(bytes.subarray(offset + head, offset + head + length), buffer.subarray(start, end)) === 0;
      if (!heads.some(same)) wrong.push(`the frame at offset ${offset} does not have the bytes of the file`);
      if (offset < (frames.at(-1)?.[1] ?? 0)) wrong.push(`the frame at offset ${offset} begins inside the one before it`);
      frames.push([offset, offset + 12 + length]);
    },
    secrets() {},
  });
  const { facts } = reader;
  const { skip, ignore } = facts;
  facts.skip = (reason, count, offset) => {
    if (count > 0) skipped.push([offset, offset + count]);
    skip.call(facts, reason, count, offset);
  };
  facts.ignore = (reason, count) => {
    ignored += count;
    ignore.call(facts, reason, count);
  };
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.slice(at, at + piece));
  reader.end();

  skipped.sort(([a], [b]) => a - b);
  for (const [i, [from, to]] of skipped.entries()) {
    if (from < (skipped[i - 1]?.[1] ?? 0)) wrong.push(`bytes from ${from} are skipped twice`);
    if (to > bytes.length) wrong.push(`bytes up to ${to} of ${bytes.length} are skipped`);
    const frame = frames.find(([start, end]) => start < to && from < end);
    if (frame) wrong.push(`bytes ${from} to ${to} are skipped, and ${frame[0]} to ${frame[1]} in a frame`);
  }
  const lost = skipped.reduce((sum, [from, to]) => sum + to - from, 0);
  if (facts.bytesRead !== bytes.length) wrong.push(`${facts.bytesRead} of ${bytes.length} bytes read`);
  if (facts.bytesUsed + lost + ignored !== bytes.length)
    wrong.push(`${facts.bytesUsed} used, ${lost} skipped and ${ignored} ignored of ${bytes.length}`);
  const unknown = Object.keys(facts.skipped).filter((reason) => !reasons.includes(reason));
  if (unknown.length > 0) wrong.push(`skipped for no known reason: ${unknown.join(', ')}`);
  if (facts.damagedAt !== skipped[0]?.[0] && facts.damagedAt === undefined) wrong.push('damage is not told');
  if (facts.damagedAt !== undefined && skipped.length === 0) wrong.push('damage is told, and nothing skipped');
  if (frames.length !== facts.frames) wrong.push(`${frames.length} of ${facts.frames} frames given out`);
  return wrong;
}

function complaintsOf({ bytes }: Mutant, seed: number): readonly string[] {
  try {
    const wrong = ledger(bytes, [bytes.length + 1, 4096, 1000, 37][seed % 4]!);
    if (wrong.length > 0) return wrong;
  } catch (error) {
    if (!(error instanceof CaptureFault)) return [`threw ${error instanceof Error ? error.stack : String(error)}`];
  }
  // The whole way through, sums of frames and payload as well, for some of them.
  return seed % 5 === 0 ? survive(bytes).complaints : [];
}

it.each(samples.map(({ name, bytes }) => [name, bytes] as const))('%s is used to the last byte', (_name, bytes) => {
  for (const piece of [bytes.length, 65_536, 1000, 1]) expect(ledger(bytes, piece)).toEqual([]);
  expect(survive(bytes).trace?.accounting.bytes).toMatchObject({ used: bytes.length, skipped: {} });
});

describe('mutants', () => {
  const sources = samples.map(({ bytes }) => {
    const all = framesIn(bytes);
    return { ...all, frames: all.frames.slice(0, 80) };
  });

  it.each([
    ['the same ones on every run', 0, times(MUTANTS)],
    ['new ones', fresh, times(MUTANTS / 10)],
  ])('%s', { timeout: patience }, (_title, from, count) => {
    const failures: string[] = [];
    let readable = 0;
    for (let seed = from; seed < from + count; seed += 1) {
      const mutant = mutantOf(sources[seed % sources.length]!, sources[(seed + 3) % sources.length]!, seed);
      const complaints = complaintsOf(mutant, seed);
      if (complaints.length > 0) failures.push(`seed ${seed} (${mutant.what}): ${complaints.slice(0, 3).join('; ')}`);
      readable += mutant.bytes.length > 24 ? 1 : 0;
    }
    expect(failures).toEqual([]);
    expect(readable).toBeGreaterThan(0.95 * count);
  });
});
