/** Idle gaps of origins, however many are asked for, against what the times of their exchanges say. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, percentile } from '../../src/analysis/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms } from '../support/made-up-trace.ts';

const isMutated = '$mutation' in globalThis;

/** Pauses before an exchange and how long it takes, in milliseconds; one below zero begins before the exchange in front of it ends. */
const steps = fc.array(fc.tuple(fc.integer({ min: -15, max: 40 }), fc.integer({ min: 10, max: 30 })), { minLength: 1, maxLength: 4 });
const origins = fc.array(fc.array(steps, { minLength: 1, maxLength: 2 }), { minLength: 70, maxLength: 90 });

interface Walk {
  readonly connection: MadeUpConnection;
  readonly gaps: readonly number[];
}

function walk(origin: number, at: number, pauses: readonly (readonly [number, number])[]): Walk {
  const exchanges: { start: number; end: number }[] = [];
  const gaps: number[] = [];
  let free = at;
  let latest = 0;
  for (const [pause, took] of pauses) {
    // In the order in which they were asked for.
    const start = Math.max(free + pause, latest, at);
    if (exchanges.length > 0 && start > free) gaps.push(ms(start - free));
    exchanges.push({ start: ms(start), end: ms(start + took) });
    free = Math.max(free, start + took);
    latest = start;
  }
  return { connection: { at: ms(at), authority: `o${origin}`, server: '10.0.0.2:80', http2: true, exchanges }, gaps };
}

describe('idle gaps', () => {
  it('are those between the exchanges of a connection, of each of many origins', () => {
    fc.assert(
      fc.property(origins, (made) => {
        const walks = made.flatMap((connections, origin) => connections.map((pauses, i) => walk(origin, 10 * origin + 400 * i, pauses)));
        const analysis = analyse(madeUpTrace(walks.map(({ connection }) => connection)));
        expect(analysis.origins.length).toBe(made.length);
        for (const { authority, idleGapP50, idleGapP95 } of analysis.origins) {
          const gaps = walks.flatMap((each) => (each.connection.authority === authority ? each.gaps : [])).sort((a, b) => a - b);
          expect([authority, idleGapP50, idleGapP95]).toEqual([authority, percentile(gaps, 50), percentile(gaps, 95)]);
        }
      }),
      { numRuns: isMutated ? 4 : 40 },
    );
  });

  it('are those of the connections that are selected', () => {
    const walks = Array.from({ length: 140 }, (_, i) =>
      walk(i >> 1, 5 * i, [
        [0, 10],
        [1 + (i % 7), 10],
      ]),
    );
    const trace = madeUpTrace(walks.map(({ connection }) => connection));
    const chosen = Uint32Array.from(walks.keys()).filter((row) => row % 2 === 1);
    const found = analyse(trace)
      .select(chosen)
      .origins.map(({ authority, idleGapP95 }) => [authority, idleGapP95] as const);
    expect(new Map(found)).toEqual(new Map([...chosen].map((row) => [`o${row >> 1}`, ms(1 + (row % 7))])));
  });
});
