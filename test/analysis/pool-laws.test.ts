/** Laws of the virtual pool, on thousands of small random traces. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, curveTimeouts, type PoolCounts } from '../../src/analysis/index.ts';
import type { Duration, Time } from '../../src/time.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds, seconds } from '../support/made-up-trace.ts';
import { type PlainConnection, plainConnection } from '../support/plain-connection.ts';

/** With mutants each law is run for hundreds of them. */
const isMutated = '$mutation' in globalThis;
const runs = { numRuns: isMutated ? 40 : 3000 };
const timeouts = [0, 1, 3, 10, 30, 100, Number.POSITIVE_INFINITY].map(milliseconds);

const pool = (list: readonly MadeUpConnection[], idleTimeout: Duration): PoolCounts =>
  analyse(madeUpTrace(list), { idleTimeout }).totals.pool;

const connection = plainConnection({ latest: 60, idle: 0, length: 0 });
const connections = fc.array(connection, { minLength: 1, maxLength: 7 });
const h2Connections = connections.map((list) => list.map((each) => ({ ...each, http2: true })));

/** Fewest opens by maximum matching: each request may follow one that ended before it, not longer ago than the timeout. */
function fewestOpens(list: readonly PlainConnection[], idleTimeout: Duration): number {
  const requests = list
    .flatMap(({ at, exchanges }) => exchanges.map(([start, end], index) => ({ arrival: index === 0 ? at : start, end })))
    .map((each, row) => ({ ...each, row }))
    .sort((a, b) => a.arrival - b.arrival || a.row - b.row);
  const followerOf = new Map<number, number>();
  const findPredecessor = (request: number, tried: Set<number>): boolean => {
    for (let before = 0; before < request; before += 1) {
      const idle = requests[request]!.arrival - requests[before]!.end;
      if (idle < 0 || idle > idleTimeout || tried.has(before)) continue;
      tried.add(before);
      const follower = followerOf.get(before);
      if (follower !== undefined && !findPredecessor(follower, tried)) continue;
      followerOf.set(before, request);
      return true;
    }
    return false;
  };
  let matched = 0;
  for (const request of requests.keys()) if (findPredecessor(request, new Set())) matched += 1;
  return requests.length - matched;
}

interface PlainRequest {
  readonly arrival: Time;
  readonly start: Time;
  readonly end: Time;
  readonly opens: boolean;
}

/** In order of arrival. */
const requestsOf = (list: readonly PlainConnection[]): PlainRequest[] =>
  list
    .flatMap(({ at, exchanges }) =>
      exchanges.map(([start, end], index) => ({ arrival: index === 0 ? at : start, start, end, opens: index === 0 })),
    )
    .sort((a, b) => a.arrival - b.arrival);

/** A connection exists from the moment at which it was set up until the idle timeout after the last response on any. */
function opensSharing(list: readonly PlainConnection[], idleTimeout: Duration): number {
  const before: { ready: Time; end: Time }[] = [];
  let opens = 0;
  for (const { arrival, start, end, opens: first } of requestsOf(list)) {
    const shared = before.some((each) => each.ready <= arrival && arrival - each.end <= idleTimeout);
    if (!shared) opens += 1;
    before.push({ ready: !shared && first ? start : arrival, end });
  }
  return opens;
}

/** When the connections of an oldest-idle pool were idle. */
function idleTimes(list: readonly PlainConnection[], idleTimeout: Duration): { from: Time; to: Time }[] {
  const times: { from: Time; to: Time; taken: boolean }[] = [];
  for (const { arrival, end } of requestsOf(list)) {
    const free = times.filter(({ from, taken }) => !taken && from <= arrival && arrival - from <= idleTimeout);
    free.sort((a, b) => a.from - b.from);
    if (free[0]) Object.assign(free[0], { to: arrival, taken: true });
    times.push({ from: end, to: end + idleTimeout, taken: false });
  }
  return times;
}

/** With handshakes that take no time: then no two requests are exchanged for coming at the same moment. */
const slowed = (each: PlainConnection, factor: number): PlainConnection => ({
  ...each,
  at: each.exchanges[0]![0] * factor,
  handshake: 0,
  exchanges: each.exchanges.map(([start, end]) => [start * factor, end * factor] as const),
  ...(each.closed === undefined ? {} : { closed: each.closed * factor }),
});

/** What a client does that keeps idle connections for `idleTimeout` and gives each request to the one idle longest, or to the one used last. */
function client(
  wanted: readonly { at: Time; length: Duration; handshake: Duration }[],
  idleTimeout: Duration,
  lifo: boolean,
): MadeUpConnection[] {
  const open: { at: Time; handshake: Duration; exchanges: [Time, Time][] }[] = [];
  for (const { at, length, handshake } of wanted.toSorted((a, b) => a.at - b.at)) {
    const idle = open.filter(({ exchanges }) => at >= exchanges.at(-1)![1] && at - exchanges.at(-1)![1] <= idleTimeout);
    idle.sort((a, b) => a.exchanges.at(-1)![1] - b.exchanges.at(-1)![1]);
    const taken = lifo ? idle.at(-1) : idle[0];
    if (taken) taken.exchanges.push([at, at + length]);
    else open.push({ at, handshake, exchanges: [[at + handshake, at + handshake + length]] });
  }
  const last = Math.max(...open.map(({ exchanges }) => exchanges.at(-1)![1]));
  return open.map((each) => {
    const closed = each.exchanges.at(-1)![1] + idleTimeout;
    return closed < last ? { ...each, closed } : each;
  });
}

const wanted = fc.array(
  fc.record({
    at: fc.nat(300).map(milliseconds),
    length: fc.integer({ min: 1, max: 40 }).map(milliseconds),
    handshake: fc.nat(20).map(milliseconds),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('the virtual pool', () => {
  it('opens as few connections as exact matching', () => {
    fc.assert(
      fc.property(connections, fc.constantFrom(...timeouts), (list, idleTimeout) => {
        expect(pool(list, idleTimeout).min).toBe(fewestOpens(list, idleTimeout));
      }),
      { numRuns: isMutated ? 100 : 10_000 },
    );
  });

  it('min = actual - avoidable + surplus, and never more than last-used', () => {
    fc.assert(
      fc.property(fc.oneof(connections, h2Connections), fc.constantFrom(...timeouts), (list, idleTimeout) => {
        const { actual, avoidable, lifo, min, net, surplus } = pool(list, idleTimeout);
        expect(min).toBe(actual - avoidable + surplus);
        expect(lifo).toBeGreaterThanOrEqual(min);
        expect(actual).toBe(list.length);
        expect(net).toBe(Math.max(0, actual - min));
      }),
      runs,
    );
  });

  it('a larger timeout never raises min', () => {
    fc.assert(
      fc.property(fc.oneof(connections, h2Connections), (list) => {
        const opens = timeouts.map((idleTimeout) => pool(list, idleTimeout).min);
        expect(opens).toEqual(opens.toSorted((a, b) => b - a));
        const curve = analyse(madeUpTrace(list)).totals.curve.map((point) => point.opensMin);
        expect(curve).toEqual(curve.toSorted((a, b) => b - a));
      }),
      runs,
    );
  });

  it('replays a client with the same pool to exactly as many opens', () => {
    fc.assert(
      fc.property(wanted, fc.constantFrom(...timeouts), (requests, idleTimeout) => {
        const oldestFirst = client(requests, idleTimeout, false);
        expect(pool(oldestFirst, idleTimeout)).toMatchObject({ actual: oldestFirst.length, min: oldestFirst.length, net: 0 });
        const lastUsed = client(requests, idleTimeout, true);
        expect(pool(lastUsed, idleTimeout)).toMatchObject({ actual: lastUsed.length, lifo: lastUsed.length });
      }),
      runs,
    );
  });

  it('the curve agrees with the analysis at the same timeout, and missed reuse and churn never exceed what is avoidable', () => {
    fc.assert(
      fc.property(fc.oneof(connections, h2Connections), fc.constantFrom(...curveTimeouts), (list, idleTimeout) => {
        const { curve, openings, pool: counts, setupTotal, wasted, wastedBlocking } = analyse(madeUpTrace(list), { idleTimeout }).totals;
        const point = curve.find((each) => each.idleTimeout === idleTimeout);
        expect(point).toMatchObject({ opensMin: counts.min, opensLifo: counts.lifo, wasted });
        expect(openings.missed_reuse + openings.churn).toBeLessThanOrEqual(counts.avoidable);
        expect(openings.first).toBe(1);
        expect(wasted).toBeLessThanOrEqual(setupTotal);
        expect(wastedBlocking).toBeLessThanOrEqual(wasted);
      }),
      { numRuns: isMutated ? 20 : 1000 },
    );
  });

  it('opens an HTTP/2 connection only where none is set up and alive', () => {
    fc.assert(
      fc.property(connections, fc.constantFrom(...timeouts), (list, idleTimeout) => {
        const h2 = list.map((each) => ({ ...each, http2: true }));
        expect(pool(h2, idleTimeout).min).toBe(opensSharing(list, idleTimeout));
      }),
      runs,
    );
  });

  it('counts idle connections and their time as a plain replay does', () => {
    fc.assert(
      fc.property(connections, connections, (first, others) => {
        const slow = (each: PlainConnection): PlainConnection => slowed(each, 500);
        const a = first.map(slow).map((each) => ({ ...each, authority: 'a' }));
        const b = others.map(slow).map((each) => ({ ...each, authority: 'b' }));
        const trace = madeUpTrace([...a, ...b]);
        const analysis = analyse(trace);
        // Of all that are selected origins come by their waste, not in their own order.
        const { totals } = analysis.select(Uint32Array.from({ length: trace.size }, (_, row) => row));
        for (const point of [...analysis.totals.curve, ...totals.curve]) {
          const times = [...idleTimes(a, point.idleTimeout), ...idleTimes(b, point.idleTimeout)];
          const held = times.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, trace.lastTime) - from), 0);
          expect(point.idleConnectionSeconds).toBeCloseTo(held / seconds(1), 6);
          const peaks = times.map(({ from }) => times.filter((each) => each.from <= from && from < each.to).length);
          expect(point.idleConnectionsPeak).toBe(Math.max(0, ...peaks));
        }
      }),
      { numRuns: isMutated ? 20 : 1000 },
    );
  });

  it('keeps one connection that all share over HTTP/2, from one time of use to the next', () => {
    fc.assert(
      fc.property(connections, (list) => {
        const slow = list.map((each) => ({ ...slowed(each, 500), http2: true }));
        const times = slow.flatMap(({ exchanges }) => exchanges.flat());
        fc.pre(new Set(times).size === times.length);
        const trace = madeUpTrace(slow);
        const uses = slow.flatMap(({ exchanges }) => exchanges).toSorted(([a], [b]) => a - b);
        for (const { idleConnectionSeconds, idleConnectionsPeak, idleTimeout, opensLifo, opensMin } of analyse(trace).totals.curve) {
          let [opens, held, busyUntil] = [0, 0, Number.NEGATIVE_INFINITY];
          for (const [start, end] of uses) {
            if (opens === 0 || start - busyUntil > idleTimeout) opens += 1;
            if (Number.isFinite(busyUntil) && start > busyUntil) held += Math.min(idleTimeout, start - busyUntil);
            busyUntil = Math.max(busyUntil, end);
          }
          held += Math.min(idleTimeout, trace.lastTime - busyUntil);
          expect([opensMin, opensLifo]).toEqual([opens, opens]);
          expect(idleConnectionSeconds).toBeCloseTo(held / seconds(1), 6);
          expect(idleConnectionsPeak).toBe(1);
        }
      }),
      { numRuns: isMutated ? 20 : 1000 },
    );
  });

  it('shares as many connections over HTTP/2 as the streams that are allowed need', () => {
    const streams = (at: number, ...lasts: readonly number[]): MadeUpConnection => ({
      at: seconds(at),
      http2: true,
      handshake: 0,
      exchanges: lasts.map((end) => [seconds(at), seconds(end)] as const),
      rest: { http2: { streamLimit: 2 } as never },
    });
    const counts = (...list: readonly MadeUpConnection[]): PoolCounts => pool(list, seconds(10));
    // Two at once fit, a third does not; when one has ended there is room.
    expect(counts(streams(0, 9), streams(1, 8))).toMatchObject({ actual: 2, min: 1, lifo: 1 });
    expect(counts(streams(0, 9), streams(1, 8), streams(2, 7))).toMatchObject({ actual: 3, min: 2, lifo: 2 });
    expect(counts(streams(0, 9), streams(1, 2), streams(3, 7))).toMatchObject({ actual: 3, min: 1, lifo: 1 });
    expect(counts(streams(0, 9), streams(1, 3), streams(3, 7))).toMatchObject({ actual: 3, min: 1, lifo: 1 });
    // Two connections end at 5 and at 6; at 15.5 only the later one is kept, whichever is taken first.
    const two = [streams(0, 5, 5), streams(1, 6, 6)];
    expect(counts(...two, streams(15.5, 16))).toMatchObject({ min: 2, lifo: 2 });
    expect(counts(...two, streams(14, 14.5, 14.5), streams(15.5, 16))).toMatchObject({ min: 2, lifo: 2 });
    // Taking the one idle longest at 14 keeps the other for 14.2; the one used last at 14 leaves the other to be gone by 15.5.
    const both = [...two, streams(14, 30, 30), streams(15.5, 30, 30)];
    expect(counts(...both)).toMatchObject({ min: 2, lifo: 3 });
  });

  it('gives an origin that is alone the curve of the whole', () => {
    fc.assert(
      fc.property(fc.oneof(connections, h2Connections), (list) => {
        const analysis = analyse(madeUpTrace(list, { lastTime: seconds(1) }));
        expect(analysis.origins[0]!.curve).toEqual(analysis.totals.curve);
      }),
      { numRuns: isMutated ? 10 : 500 },
    );
  });
});
