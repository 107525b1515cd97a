/** Law: to take usual segments in one pass changes nothing, whatever comes between them. */

import { afterEach, expect, it, vi } from 'vitest';
import { SteadySegments } from '../../src/tcp/steady-segment.ts';
import { millisecond, second } from '../../src/time.ts';
import { connectionsOf, exchangesOf } from '../support/facts.ts';
import { frameOperations } from '../support/frame-mutants.ts';
import { framesIn } from '../support/frames.ts';
import { inspectBytes } from '../support/inspect.ts';
import { type Random, randomOf } from '../support/random.ts';
import { samples, sharedCaptures } from '../support/samples.ts';
import { ACK, FIN, framesOf, PSH, pcapOf, RST, SYN, type WireSegment } from '../support/wire.ts';

afterEach(() => vi.restoreAllMocks());

function everything(capture: Uint8Array): string {
  const trace = inspectBytes(capture, [], { seed: 1 });
  return JSON.stringify([connectionsOf(trace), exchangesOf(trace), trace.accounting, trace.notes]);
}

/** Both ways; how many segments went the short one. */
function agree(capture: Uint8Array, about: string): number {
  const take = vi.spyOn(SteadySegments.prototype, 'take');
  const inOnePass = everything(capture);
  const taken = take.mock.results.filter(({ value }) => value === true).length;
  take.mockReturnValue(false);
  const stepByStep = everything(capture);
  vi.restoreAllMocks();
  expect(inOnePass === stepByStep, about).toBe(true);
  return taken;
}

/** Opened connections whose segments mostly follow one another, and what else a network can do to them. */
function conversations(random: Random, count: number): WireSegment[] {
  const one = <T>(...choices: readonly T[]): T => choices[random(choices.length)]!;
  const segments: WireSegment[] = [];
  const ends = [{ address: '10.0.0.1' }, { address: '10.0.0.2' }];
  let time = second;
  const send = (port: number, side: number, sequence: number, acknowledgment: number, flags: number, window = 500, length = 0): void => {
    const options = flags & SYN && random(4) > 0 ? [1, 3, 3, random(3)] : [];
    time += one(10_000, millisecond, 4 * millisecond, 25 * millisecond, random(50) === 0 ? 20 * second : 7);
    const from = { ...ends[side]!, port: side === 0 ? port : 80 };
    const to = { ...ends[1 - side]!, port: side === 0 ? 80 : port };
    segments.push({
      time,
      from,
      to,
      sequence,
      acknowledgment,
      flags,
      window,
      payload: new Uint8Array(length).fill(65 + random(3)),
      options,
    });
  };
  for (let port = 40_000; segments.length < count; port += 1) {
    const next = [one(0, 5, 2 ** 32 - 30, 1000), one(0, 7, 2 ** 32 - 50, 2000)];
    send(port, 0, next[0]!, 0, SYN);
    if (random(20) > 0) send(port, 1, next[1]!, next[0]! + 1, SYN | ACK);
    next[0]! += 1;
    next[1]! += 1;
    if (random(20) > 0) send(port, 0, next[0]!, next[1]!, ACK);
    for (let left = random(40); left > 0; left -= 1) {
      const side = random(2);
      const odd = random(8) === 0;
      const length = one(0, 0, 1, 2, 30, 100);
      const sequence = next[side]! + (odd ? one(-1, -2, -length, 1, 40) : 0);
      const acknowledgment = next[1 - side]! + (odd ? one(0, -30, -1, 1, 60) : one(0, 0, 0, -30));
      send(
        port,
        side,
        sequence,
        acknowledgment,
        random(30) === 0 ? one(ACK, FIN | ACK, RST, RST | ACK, PSH) : ACK,
        one(500, 500, 500, 0, length, 15, 25, 30, 50),
        length,
      );
      next[side] = Math.max(next[side]!, sequence + length);
    }
  }
  return segments;
}

it.each([1, 2, 3, 4])('made-up conversations, wild: %i', (seed) => {
  const capture = pcapOf(framesOf(conversations(randomOf(seed), 6000)));
  expect(agree(capture, `seed ${seed}`)).toBeGreaterThan(500);
});

it('every sample and every capture beside the project', { timeout: 120_000 }, () => {
  for (const { name, bytes } of [...samples, ...sharedCaptures()].filter((each) => each.bytes.length < 2e6)) agree(bytes, name);
});

it.each([54, 60, 68])('made-up conversations of which %i bytes a frame were captured', (snapLength) => {
  const segments = conversations(randomOf(snapLength), 3000).map((each) => ({ ...each, options: [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2] }));
  agree(pcapOf(framesOf(segments, { snapLength })), `${snapLength} bytes`);
});

it('samples whose frames were changed', { timeout: 240_000 }, () => {
  const wanted = samples.filter(({ name }) => /lossy|vanishes|idle-too-short|close-every/.test(name));
  expect(wanted.length).toBeGreaterThan(3);
  for (const { name, bytes } of wanted) {
    const { frames } = framesIn(bytes);
    for (const [operation, change] of Object.entries(frameOperations))
      for (const seed of [1, 2]) agree(pcapOf(change(frames, randomOf(seed))), `${name}, ${operation}, ${seed}`);
  }
});
