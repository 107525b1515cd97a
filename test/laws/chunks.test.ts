/** However a capture is cut into pieces on its way in, and whatever the flow table's seed, the report is the same to the byte. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stories, tell } from '../support/arbitrary.ts';
import { jsonReport } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { patience, runs } from '../support/runs.ts';
import { samples } from '../support/samples.ts';
import { framesOf, pcapngOf, pcapOf } from '../support/wire.ts';

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
const places = (bytes: Uint8Array, shares: readonly number[]): number[] =>
  shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
const everyByte = (bytes: Uint8Array): number[] => Array.from(bytes.subarray(1), (_, index) => index + 1);
const every = (bytes: Uint8Array, step: number): number[] => everyByte(bytes).filter((at) => at % step === 0);

describe.each(samples.map(({ name, bytes }) => [name, bytes] as const))('%s', (_name, bytes) => {
  const whole = jsonReport(inspectBytes(bytes));

  it('is the same in pieces of 1, 2, 3, 7 and 4096 bytes', { timeout: patience }, () => {
    for (const step of [1, 2, 3, 7, 4096]) expect(jsonReport(inspectBytes(bytes, every(bytes, step)))).toBe(whole);
  });

  it('is the same in any pieces', { timeout: patience }, () => {
    fc.assert(
      fc.property(cuts, (shares) => {
        expect(jsonReport(inspectBytes(bytes, places(bytes, shares)))).toBe(whole);
      }),
      runs(20),
    );
  });

  it('does not depend on the seed of the hash', () => {
    for (const seed of [0, 1, -1, 0x7fffffff]) expect(jsonReport(inspectBytes(bytes, [], { seed }))).toBe(whole);
  });
});

it('holds for any traffic, as pcap and as pcapng', { timeout: patience }, () => {
  fc.assert(
    fc.property(stories, cuts, fc.integer(), fc.boolean(), (list, shares, seed, littleEndian) => {
      const frames = framesOf(tell(list));
      for (const bytes of [pcapOf(frames, { littleEndian }), pcapngOf(frames, { littleEndian, noise: true })]) {
        const whole = jsonReport(inspectBytes(bytes, [], { seed: 1 }));
        expect(jsonReport(inspectBytes(bytes, places(bytes, shares), { seed }))).toBe(whole);
      }
    }),
    runs(150),
  );
});

it('holds for any traffic byte by byte', { timeout: patience }, () => {
  fc.assert(
    fc.property(fc.array(stories, { maxLength: 1 }), fc.boolean(), ([list = []], littleEndian) => {
      const frames = framesOf(tell(list));
      for (const bytes of [pcapOf(frames, { littleEndian }), pcapngOf(frames, { littleEndian })])
        expect(jsonReport(inspectBytes(bytes, everyByte(bytes)))).toBe(jsonReport(inspectBytes(bytes)));
    }),
    runs(60),
  );
});
