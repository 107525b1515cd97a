/** Sums of everything, of an origin and of a selection, held against the verdicts and records that they are sums of. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyse, curveTimeouts, openingClasses, setupClasses, setupClassOf } from '../../src/analysis/index.ts';
import { droppedFrames, isLowerBound } from '../../src/analysis/lower-bound.ts';
import type { Trace } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const isMutated = '$mutation' in globalThis;
const runs = { numRuns: isMutated ? 12 : 400 };

/** Connections of all kinds to some origins: on three hosts, by two versions of HTTP, secret, unused, failed, from before the capture. */
const connection: fc.Arbitrary<MadeUpConnection> = fc
  .record({
    at: fc.nat(2000),
    origin: fc.nat(4),
    handshake: fc.constantFrom(0, 5, 19, 20, 99, 100, 200, 501),
    kind: fc.constantFrom('http', 'http', 'http', 'http2', 'secret', 'unused', 'failed', 'before'),
    lengths: fc.array(fc.tuple(fc.nat(900), fc.nat(300)), { minLength: 1, maxLength: 3 }),
    closes: fc.option(fc.nat(500), { nil: undefined }),
    without: fc.option(fc.constantFrom('response' as const), { nil: undefined, freq: 4 }),
    probes: fc.nat(2),
  })
  .map(({ at, origin, handshake, kind, lengths, closes, without, probes }) => {
    const tls = kind === 'secret' || kind === 'http2';
    let now = at + (kind === 'failed' ? 0 : handshake);
    const exchanges: MadeUpExchange[] = [];
    if (kind.startsWith('http') || kind === 'before') {
      for (const [idle, length] of lengths) {
        const start = now + (exchanges.length === 0 ? 0 : idle);
        now = start + length;
        exchanges.push({ start: ms(start), end: ms(now) });
      }
      if (without !== undefined) exchanges.push({ start: ms(now + 1), end: ms(now + 1), without });
    }
    return {
      at: ms(at),
      handshake: ms(handshake),
      server: `10.0.0.${2 + origin}:${tls ? 443 : 80}`,
      authority: `o${origin}`,
      tls,
      http2: kind === 'http2',
      established: kind !== 'failed',
      openingSeen: kind !== 'before',
      exchanges,
      ...(kind === 'secret' ? { sealedUntil: ms(now + 50) } : {}),
      ...(closes === undefined ? {} : { closed: ms(now + closes), closedBy: 'server' as const }),
      rest: { probes: { client: probes, server: 1, acks: 0, unanswered: 0, interval: undefined } },
    };
  });
const connections = fc.array(connection, { minLength: 1, maxLength: 12 });

/** What the totals of some connections must be, from their records and verdicts; `within` is the whole analysis. */
function plainTotals(trace: Trace, within: Analysis, rows: readonly number[]): Record<string, unknown> {
  const records = rows.map((row) => trace.connection(row));
  const verdicts = rows.map((row) => within.verdict(row));
  const sum = (values: readonly (number | undefined)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const countOf = <T extends string>(names: readonly T[], found: readonly (T | undefined)[]): Record<string, number> =>
    Object.fromEntries(names.map((name) => [name, found.filter((each) => each === name).length]));
  const requests = sum(records.map((each) => each.requests));
  const reuses = sum(records.map((each) => each.reuses));
  const avoidable = verdicts.map((each) => each.avoidable);
  return {
    connections: rows.length,
    established: records.filter((each) => each.state !== 'S0').length,
    httpConnections: records.filter((each) => each.requests > 0).length,
    tlsConnections: records.filter((each) => each.tlsVersion !== undefined).length,
    requests,
    responses: sum(records.map((each) => each.responses)),
    reuses,
    reuseRatio: requests === 0 ? undefined : reuses / requests,
    probes: sum(records.map((each) => each.probes.client + each.probes.server)),
    handshakes: records.filter((each) => each.handshakeComplete).length,
    setupTotal: sum(records.map((each) => each.setup)),
    wasted: sum(verdicts.map((each) => each.wasted)),
    wastedBlocking: sum(verdicts.map((each) => each.wastedBlocking)),
    wastedBytes: sum(rows.map((row, at) => (avoidable[at] ? trace.columns.setupBytes(row) : 0))),
    wastedRoundTrips: sum(rows.map((row, at) => (avoidable[at] ? trace.columns.setupRoundTrips(row) : 0))),
    openings: countOf(
      openingClasses,
      verdicts.map((each) => each.opening),
    ),
    setupClasses: countOf(
      setupClasses,
      records.map((each) => setupClassOf(each.setup)),
    ),
    avoidableLow: verdicts.filter((each) => each.avoidableLow).length,
    avoidableHigh: verdicts.filter((each) => each.avoidableHigh).length,
    wastedHigh: sum(records.map((each, at) => (verdicts[at]!.avoidableHigh ? each.setup : 0))),
    races: verdicts.filter((each) => each.race === 'confirmed').length,
  };
}

const totalsOf = ({ totals }: Analysis, like: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.keys(like).map((name) => [name, totals[name as keyof typeof totals]]));

/** Connections that count as opened: those with a request of their own that a pool could have served. */
const openedOf = (trace: Trace, rows: readonly number[]): number => rows.filter((row) => trace.connection(row).requests > 0).length;

describe('totals', () => {
  it('are the sums of the records and verdicts', () => {
    fc.assert(
      fc.property(connections, (list) => {
        const trace = madeUpTrace(list);
        const analysis = analyse(trace, { idleTimeout: ms(400) });
        const all = list.map((_, row) => row);
        const expected = plainTotals(trace, analysis, all);
        expect(totalsOf(analysis, expected)).toEqual(expected);
        expect(analysis.totals.pool.actual).toBe(openedOf(trace, all));
        expect(analysis.totals.pool.avoidable).toBe(all.filter((row) => analysis.verdict(row).avoidable).length);
      }),
      runs,
    );
  });

  it('are the sums of the origins, each of which has its own connections', () => {
    fc.assert(
      fc.property(connections, (list) => {
        const trace = madeUpTrace(list);
        const { origins, totals } = analyse(trace, { idleTimeout: ms(400) });
        const sum = (value: (origin: (typeof origins)[number]) => number): number => origins.reduce((all, each) => all + value(each), 0);
        for (const name of ['actual', 'min', 'lifo', 'avoidable', 'surplus'] as const)
          expect([name, sum(({ pool }) => pool[name])]).toEqual([name, totals.pool[name]]);
        for (const name of ['requests', 'reuses', 'wasted', 'wastedBlocking', 'avoidableLow', 'avoidableHigh'] as const)
          expect([name, sum((origin) => origin[name])]).toEqual([name, totals[name]]);
        expect(origins.flatMap((origin) => origin.connections).toSorted((a, b) => a - b)).toEqual(list.map((_, row) => row));
        const wasted = origins.map((origin) => origin.wasted);
        expect(wasted).toEqual(wasted.toSorted((a, b) => b - a));
        for (const { index, connections: members, pool } of origins) {
          expect(pool.net).toBe(Math.max(0, pool.actual - pool.min));
          for (const row of members) expect(analyse(trace, { idleTimeout: ms(400) }).verdict(row).origin).toBe(index);
        }
      }),
      { numRuns: isMutated ? 6 : 100 },
    );
  });
});

describe('an origin', () => {
  it('has the curve and the pool of a capture of it alone, be it small or nearly everything', () => {
    fc.assert(
      fc.property(connections, connections, (list, more) => {
        const everything = [...list, ...more];
        const whole = madeUpTrace(everything);
        for (const origin of analyse(whole).origins) {
          const alone = analyse(
            madeUpTrace(
              origin.connections.map((row) => everything[row]!),
              { lastTime: whole.lastTime },
            ),
          ).totals;
          expect(origin.curve).toEqual(alone.curve);
          expect(origin.pool).toEqual(alone.pool);
        }
      }),
      { numRuns: isMutated ? 8 : 150 },
    );
  });
});

describe('percentiles of an origin', () => {
  /** The smallest value that so many percent do not exceed. */
  const nearest = (values: readonly number[], percent: number): number | undefined =>
    values.toSorted((a, b) => a - b).find((_, place) => 100 * (place + 1) >= percent * values.length);

  it('are of its requests on a connection, its idle gaps and its set-ups', () => {
    fc.assert(
      fc.property(fc.array(connection, { minLength: 20, maxLength: 60 }), (list) => {
        const trace = madeUpTrace(list);
        for (const origin of analyse(trace).origins) {
          const records = origin.connections.map((row) => trace.connection(row));
          const requests = records.flatMap((each) => (each.requests > 0 ? [each.requests] : []));
          const setups = records.flatMap((each) => (each.setup === undefined ? [] : [each.setup]));
          const gaps = origin.connections.flatMap((row) =>
            trace.exchanges(row).flatMap((each) => (each.idleBefore ? [each.idleBefore] : [])),
          );
          expect([origin.requestsPerConnectionP50, origin.requestsPerConnectionP95]).toEqual([
            nearest(requests, 50),
            nearest(requests, 95),
          ]);
          expect([origin.setupP50, origin.setupP95]).toEqual([nearest(setups, 50), nearest(setups, 95)]);
          expect([origin.idleGapP50, origin.idleGapP95]).toEqual([nearest(gaps, 50), nearest(gaps, 95)]);
          expect(origin.setupClass).toBe(setupClassOf(nearest(setups, 50)));
        }
      }),
      { numRuns: isMutated ? 10 : 100 },
    );
  });
});

describe('a number is only "at least"', () => {
  it('where frames, bytes or connections are missing', () => {
    const trace = madeUpTrace([{ at: 0 }]);
    const { accounting, captures } = trace;
    const dropped = (...counts: readonly (number | undefined)[]): Trace => ({
      ...trace,
      captures: counts.map((framesDropped) => ({ ...captures[0]!, framesDropped })),
    });
    expect(isLowerBound(trace)).toBe(false);
    expect([dropped(undefined, 0), dropped(undefined, 1), dropped(2, undefined)].map(isLowerBound)).toEqual([false, true, true]);
    expect(droppedFrames(dropped(2, undefined, 3))).toBe(5);
    const missing = (reasons: Record<string, number>): boolean[] =>
      [
        { ...accounting, payload: { ...accounting.payload, givenUp: reasons } },
        { ...accounting, connections: { ...accounting.connections, evicted: reasons } },
        { ...accounting, bytes: { ...accounting.bytes, skipped: reasons } },
      ].map((each) => isLowerBound({ ...trace, accounting: each as typeof accounting }));
    expect(missing({ a: 0, b: 1 })).toEqual([true, true, true]);
    expect(missing({ a: 0 })).toEqual([false, false, false]);
  });
});

describe('a selection', () => {
  const selected = (size: number, picks: readonly boolean[]): number[] =>
    Array.from({ length: size }, (_, row) => row).filter((row) => picks[row % picks.length]);

  it('has the sums of what is selected, and the verdicts of the whole', () => {
    fc.assert(
      fc.property(connections, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), (list, picks) => {
        const trace = madeUpTrace(list);
        const whole = analyse(trace, { idleTimeout: ms(400) });
        const rows = selected(list.length, picks);
        const part = whole.select(Uint32Array.from(rows));
        const expected = plainTotals(trace, whole, rows);
        expect(totalsOf(part, expected)).toEqual(expected);
        for (const row of rows) expect({ ...part.verdict(row), origin: 0 }).toEqual({ ...whole.verdict(row), origin: 0 });
        const byOrigin = part.origins.map(({ connections: members }) => members);
        expect(byOrigin.flat().toSorted((a, b) => a - b)).toEqual(rows);
        expect(byOrigin.every((members) => members.length > 0)).toBe(true);
      }),
      runs,
    );
  });

  it('of whole origins has their pools and curves; of a part of one, what of it was avoidable', () => {
    fc.assert(
      fc.property(connections, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), (list, picks) => {
        const trace = madeUpTrace(list);
        const whole = analyse(trace, { idleTimeout: ms(400) });
        const part = whole.select(Uint32Array.from(selected(list.length, picks)));
        const originOf = new Map(whole.origins.flatMap((origin) => origin.connections.map((row) => [row, origin] as const)));
        for (const origin of part.origins) {
          const of = originOf.get(origin.connections[0]!)!;
          const avoidable = origin.connections.filter((row) => whole.verdict(row).avoidable).length;
          const actual = openedOf(trace, origin.connections);
          const isWhole = origin.connections.length === of.connections.length;
          expect(origin.pool).toEqual(
            isWhole ? of.pool : { actual, min: actual - avoidable, lifo: actual - avoidable, avoidable, surplus: 0, net: avoidable },
          );
          expect(origin.curve).toEqual(of.curve);
        }
        const curve = part.totals.curve.map(({ opensMin, wasted }) => [opensMin, wasted]);
        const ofOrigins = curveTimeouts.map((_, point) => [
          part.origins.reduce((sum, origin) => sum + origin.curve[point]!.opensMin, 0),
          part.origins.reduce((sum, origin) => sum + origin.curve[point]!.wasted, 0),
        ]);
        expect(curve).toEqual(ofOrigins);
      }),
      { numRuns: isMutated ? 8 : 200 },
    );
  });
});

describe('the curve', () => {
  it('is drawn at the limits that are usual, and without one', () => {
    expect(curveTimeouts.map((timeout) => timeout / seconds(1))).toEqual([1, 2, 5, 10, 15, 30, 60, 75, 120, 300, Number.POSITIVE_INFINITY]);
    expect(analyse(madeUpTrace([{ at: 0, exchanges: [[ms(40), ms(60)]] }])).totals.curve.map((point) => point.idleTimeout)).toEqual(
      curveTimeouts,
    );
  });
});
