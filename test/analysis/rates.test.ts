/** Connections opened, open and idle over time. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ratesOf } from '../../src/analysis/index.ts';
import { allAtOnce } from '../../src/steps.ts';
import { second } from '../../src/time.ts';
import { madeUpTrace } from '../support/made-up-trace.ts';

const list = (values: Float64Array): number[] => [...values].map((value) => Math.round(value * 1000) / 1000);

test('opens in a second, open and idle on average, in each part of the time', () => {
  const trace = madeUpTrace([
    { at: 0, authority: 'a', exchanges: [[1 * second, 2 * second]], closed: 4 * second },
    { at: 1 * second, authority: 'a', exchanges: [[1.5 * second, 2.5 * second]], closed: 3.5 * second },
    { at: 3 * second, authority: 'b', exchanges: [[3.25 * second, 3.5 * second]], closed: 3.75 * second },
  ]);
  const { opens, open, idle } = allAtOnce(ratesOf(trace, undefined, 0, 4 * second, 4));
  expect(list(opens)).toEqual([1, 1, 0, 1]);
  expect(list(open)).toEqual([1, 2, 2, 2.25]);
  expect(list(idle)).toEqual([1, 0.5, 1.5, 2]);
  const some = allAtOnce(ratesOf(trace, [1], 2 * second, 4 * second, 2));
  expect(list(some.opens)).toEqual([0, 0]);
  expect(list(some.open)).toEqual([1, 0.5]);
  expect(list(some.idle)).toEqual([0.5, 0.5]);
});

test('however the time is cut, the connections are open for as long', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 999 })), { maxLength: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (lives, parts) => {
        const begun = [...lives].sort(([a], [b]) => a - b);
        const trace = madeUpTrace(
          begun.map(([at, lasts]) => ({
            at: at * 1e6,
            closed: (at + lasts) * 1e6,
            authority: 'a',
            exchanges: [[at * 1e6, at * 1e6 + 1]] as const,
          })),
        );
        const { opens, open, idle } = allAtOnce(ratesOf(trace, undefined, 0, 2e9, parts));
        const share = 2 / parts;
        const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0) * share;
        expect(sum(open)).toBeCloseTo(
          begun.reduce((all, [, lasts]) => all + lasts / 1000, 0),
          6,
        );
        expect(sum(opens)).toBeCloseTo(begun.length, 6);
        for (let part = 0; part < parts; part += 1) expect(idle[part]).toBeLessThanOrEqual(open[part]! + 1e-9);
      },
    ),
    { numRuns: '$mutation' in globalThis ? 20 : 100 },
  );
});

test('each part holds what lies in it: opened, open and idle, as a look at every connection says', () => {
  const span = fc.tuple(
    fc.nat(900),
    fc.integer({ min: 1, max: 300 }),
    fc.nat(300),
    fc.integer({ min: 1, max: 300 }),
    fc.constantFrom('seen', 'seen', 'before', 'failed', 'open'),
  );
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 8 }),
      fc.constantFrom([0, 1000], [100, 700], [0, 400]),
      fc.integer({ min: 1, max: 9 }),
      (spans, [from, to], parts) => {
        const list = spans.map(([at, length, pause, rest, kind]) => ({
          at: at * 1e6,
          closed: kind === 'open' ? undefined : (at + length + pause + rest) * 1e6,
          established: kind !== 'failed',
          openingSeen: kind !== 'before',
          exchanges: [[at * 1e6, (at + length) * 1e6] as const, [(at + length + pause) * 1e6, (at + length + pause + rest) * 1e6] as const],
        }));
        const trace = madeUpTrace(list.map(({ closed, ...each }) => (closed === undefined ? each : { ...each, closed })));
        const { opens, open, idle } = allAtOnce(ratesOf(trace, undefined, from! * 1e6, to! * 1e6, parts));
        const width = (to! - from!) / parts;
        for (let part = 0; part < parts; part += 1) {
          const [begin, end] = [from! + part * width, from! + (part + 1) * width];
          const within = (a: number, b: number): number => Math.max(0, Math.min(b, end) - Math.max(a, begin));
          let [expectedOpens, expectedOpen, busy] = [0, 0, 0];
          for (const [at, length, pause, rest, kind] of spans) {
            const last = part === parts - 1 ? at <= end : at < end;
            if (kind !== 'before' && at >= begin && last) expectedOpens += 1000 / width;
            if (kind === 'failed') continue;
            expectedOpen += within(at, kind === 'open' ? to! : at + length + pause + rest) / width;
            busy += (within(at, at + length) + within(at + length + pause, at + length + pause + rest)) / width;
          }
          expect(opens[part]).toBeCloseTo(expectedOpens, 6);
          expect(open[part]).toBeCloseTo(expectedOpen, 6);
          expect(idle[part]).toBeCloseTo(Math.max(0, expectedOpen - busy), 6);
        }
      },
    ),
    { numRuns: '$mutation' in globalThis ? 60 : 1000 },
  );
});
