/** The main reason of an origin: what ended the predecessors of most of its avoidable connections, with middle values; and everything in steps. */

import { describe, expect, it } from 'vitest';
import { analyse, analysing } from '../../src/analysis/index.ts';
import { allAtOnce } from '../../src/steps.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** One request each, 10 s apart, ending as told: by whom, how long after, how. */
type End = readonly [by: 'client' | 'server', after: number, more?: Partial<MadeUpConnection>];
const chain = (ends: readonly (End | undefined)[]): MadeUpConnection[] =>
  [...ends, undefined].map((end, place) => {
    const at = seconds(10 * place);
    const ended = end === undefined ? {} : { closed: at + ms(60) + end[1], closedBy: end[0], ...end[2] };
    return { at, exchanges: [[at + ms(40), at + ms(60)]], ...ended };
  });
const mainReason = (ends: readonly (End | undefined)[]): string | undefined => analyse(madeUpTrace(chain(ends))).origins[0]!.mainReason;

describe('the main reason', () => {
  it('is that of most, with the middle idle time', () => {
    expect(
      mainReason([
        ['server', seconds(3)],
        ['server', seconds(5)],
        ['server', seconds(4)],
        ['client', seconds(2)],
      ]),
    ).toBe('server closed idle after 4.0 s');
    expect(
      mainReason([
        ['client', seconds(3)],
        ['client', seconds(5)],
        ['server', seconds(4)],
      ]),
    ).toBe('client closed idle after 3.0 s');
    expect(
      mainReason([
        ['server', seconds(10) - ms(61)],
        ['server', seconds(2)],
        ['server', seconds(9.8)],
      ]),
    ).toBe('server closed idle after 9.8 s');
  });

  it('is a reset where most were, and within a response where all were', () => {
    const rst = { closedWith: 'rst' as const };
    expect(
      mainReason([
        ['server', seconds(3), rst],
        ['server', seconds(3), rst],
        ['server', seconds(3)],
      ]),
    ).toBe('server reset the connection idle after 3.0 s');
    expect(
      mainReason([
        ['server', seconds(3), rst],
        ['server', seconds(3)],
      ]),
    ).toBe('server closed idle after 3.0 s');
    const cut = { ...rst, cutShort: true };
    expect(
      mainReason([
        ['client', 0, cut],
        ['client', 0, cut],
      ]),
    ).toBe('client reset the connection within a response');
    expect(
      mainReason([
        ['client', 0, cut],
        ['client', 0, cut],
        ['client', 0, rst],
      ]),
    ).toBe('client reset the connection right after the response');
  });

  it('tells ends by who ended it', () => {
    expect(
      mainReason([
        ['client', 0],
        ['server', 0],
        ['server', 0],
      ]),
    ).toBe('server closed right after the response');
    expect(
      mainReason([
        ['client', 0],
        ['client', 0],
        ['server', 0],
      ]),
    ).toBe('one request per connection; client closes at once');
  });

  it('is an open one that was passed over', () => {
    expect(mainReason([undefined, undefined, ['client', seconds(2)]])).toBe('connection was still open and idle (missed reuse)');
    expect(mainReason([])).toBeUndefined();
  });

  it('is the same of very many, of which some are looked at', () => {
    const many = Array.from({ length: 2500 }, (_, place): End => (place % 5 < 3 ? ['server', seconds(3)] : ['client', seconds(2)]));
    expect(mainReason(many)).toBe('server closed idle after 3.0 s');
  });
});

describe('in steps', () => {
  const list = chain([
    ['server', seconds(3)],
    ['client', seconds(3)],
    undefined,
    ['server', 0, { closedWith: 'rst' }],
    ['server', seconds(9)],
  ]);
  const told = (analysis: ReturnType<typeof analyse>): unknown => ({
    curve: analysis.totals.curve,
    findings: analysis.findings.map(({ code, frames, text }) => [code, frames, text]),
    advice: analysis.advice.map(({ text }) => text),
    missing: analysis.adviceMissing,
    reasons: list.map((_, row) => [analysis.verdict(row).reason, analysis.verdict(row).close]),
  });

  it('everything is as it is at once', () => {
    const trace = madeUpTrace(list);
    const slowly = allAtOnce(analysing(trace));
    let steps = 0;
    for (const _ of slowly.explaining()) steps += 1;
    expect(steps).toBeGreaterThan(5);
    expect(told(slowly)).toEqual(told(analyse(trace)));
    for (const _ of slowly.explaining()) steps += 1;
    expect(told(slowly)).toEqual(told(analyse(trace)));
    const settings = { idleTimeout: seconds(1), maxRequests: 2, poolSize: 1, http2: false };
    expect(allAtOnce(slowly.simulating(settings))).toEqual(slowly.simulate(settings));
    const rows = Uint32Array.of(1, 2);
    expect(allAtOnce(slowly.selecting(rows)).totals).toEqual(slowly.select(rows).totals);
  });

  it('what was made once is not made again', () => {
    const analysis = analyse(madeUpTrace(list));
    expect(analysis.totals.curve).toBe(analysis.totals.curve);
    expect(analysis.findings).toBe(analysis.findings);
    expect(analysis.advice).toBe(analysis.advice);
    expect(analysis.origins[0]!.curve).toBe(analysis.origins[0]!.curve);
    // Plain data for whoever spreads or writes it.
    expect(JSON.parse(JSON.stringify(analysis.totals.curve))[0]).toMatchObject({
      opensMin: expect.any(Number),
      opensLifo: expect.any(Number),
    });
    const verdict = analysis.verdict(1);
    expect([verdict.reason, verdict.close]).toEqual([verdict.reason, verdict.close]);
    expect(verdict.reason).toBe(verdict.reason);
  });
});
