/** Totality: thousands of damaged captures give a report or one CaptureFault, nothing else, and every byte is accounted for. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stories, tell } from '../support/arbitrary.ts';
import { damaged } from '../support/damage.ts';
import { jsonReport } from '../support/facts.ts';
import { patience, runs, times } from '../support/runs.ts';
import { samples } from '../support/samples.ts';
import { survive } from '../support/survival.ts';
import { framesOf, pcapngOf, pcapOf } from '../support/wire.ts';

/** A fixed set on every run, and a fresh one under a seed that is printed with a failure. */
const fresh = Math.floor(Math.random() * 2 ** 31);

describe.each(samples.map(({ name, bytes }) => [name, bytes] as const))('%s', (_name, bytes) => {
  const copies = times(Math.ceil(2000 / samples.length / 2));

  it.each([0, fresh])('survives damage, from seed %i', { timeout: patience }, (first) => {
    const failures: string[] = [];
    for (let seed = first; seed < first + copies; seed += 1) {
      const { bytes: copy, what } = damaged(bytes, seed);
      const { complaints } = survive(copy);
      if (complaints.length > 0) failures.push(`seed ${seed} (${what}): ${complaints.slice(0, 3).join('; ')}`);
    }
    expect(failures).toEqual([]);
  });
});

it('any traffic survives damage, and however it is cut the report of the damage is the same', { timeout: patience }, () => {
  fc.assert(
    fc.property(stories, fc.integer(), fc.integer({ min: 1, max: 300 }), fc.boolean(), (list, seed, piece, pcapng) => {
      const frames = framesOf(tell(list));
      const { bytes } = damaged(pcapng ? pcapngOf(frames) : pcapOf(frames), seed);
      const whole = survive(bytes);
      const cut = survive(bytes, piece);
      expect(whole.complaints).toEqual([]);
      expect(cut.complaints).toEqual([]);
      expect(cut.trace === undefined).toBe(whole.trace === undefined);
      if (cut.trace && whole.trace) expect(jsonReport(cut.trace)).toBe(jsonReport(whole.trace));
    }),
    runs(500),
  );
});

it('any bytes at all give a report or a CaptureFault', { timeout: patience }, () => {
  const starts = [[], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a]];
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) => {
      expect(survive(Uint8Array.from([...start, ...rest])).complaints).toEqual([]);
    }),
    runs(1000),
  );
});
