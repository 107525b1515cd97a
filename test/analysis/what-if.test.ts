/** What-if replays held against a plain replay that looks at every connection; what a server announced, held against what it did. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcedOutcome } from '../../src/analysis/announced.ts';
import { analyse, type Simulation, type SimulationSettings } from '../../src/analysis/index.ts';
import type { Duration, Time } from '../../src/time.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const isMutated = '$mutation' in globalThis;
const none = Number.POSITIVE_INFINITY;

interface Plain extends MadeUpConnection {
  readonly exchanges: readonly (readonly [start: Time, end: Time])[];
}

/** With set-ups that take no time, so that no two requests are exchanged for coming at the same moment. */
const connection: fc.Arbitrary<Plain> = fc
  .record({
    at: fc.nat(4000),
    steps: fc.array(fc.record({ idle: fc.nat(3000), length: fc.integer({ min: 1, max: 900 }) }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ at, steps }) => {
    let now = at;
    const exchanges = steps.map(({ idle, length }, index) => {
      const start = index === 0 ? now : now + idle;
      now = start + length;
      return [ms(start), ms(now)] as const;
    });
    return { at: ms(at), handshake: 0, exchanges };
  });
const connections = fc.array(connection, { minLength: 1, maxLength: 7 });

interface Held {
  /** Its last request ends. */
  end: Time;
  served: number;
  gone: boolean;
}

/** Takes the connection that was used last; closes one after `maxRequests`, and the one idle longest when there are more than `poolSize`. */
function plainReplay(list: readonly Plain[], { idleTimeout, maxRequests, poolSize }: SimulationSettings) {
  const wanted = list
    .flatMap(({ exchanges }) => exchanges.map(([start, end], place) => ({ start, end, first: place === 0 })))
    .toSorted((a, b) => a.start - b.start || Number(a.first) - Number(b.first));
  const held: Held[] = [];
  const idleTimes: { from: Time; to: Time }[] = [];
  let opens = 0;
  let avoided = 0;
  const dropped = (each: Held, to: Time): void => {
    each.gone = true;
    if (to > each.end) idleTimes.push({ from: each.end, to });
  };
  /** What became idle since, in order: each may drive another one out. */
  const settle = (time: Time): void => {
    for (const each of held.filter(({ end, gone }) => !gone && end <= time).toSorted((a, b) => a.end - b.end)) {
      if (each.served >= maxRequests) each.gone = true;
      const idle = held.filter((other) => !other.gone && other.end <= each.end).toSorted((a, b) => a.end - b.end);
      for (const other of idle) if (each.end - other.end > idleTimeout) dropped(other, other.end + idleTimeout);
      const left = idle.filter(({ gone }) => !gone);
      if (left.length > poolSize) dropped(left[0]!, each.end);
    }
    for (const each of held) if (!each.gone && each.end <= time && time - each.end > idleTimeout) dropped(each, each.end + idleTimeout);
  };
  for (const { start, end, first } of wanted) {
    settle(start);
    const idle = held.filter((each) => !each.gone && each.end <= start).toSorted((a, b) => a.end - b.end);
    const taken = idle.at(-1);
    if (taken === undefined) {
      opens += 1;
      held.push({ end, served: 1, gone: false });
      continue;
    }
    if (first) avoided += 1;
    if (start > taken.end) idleTimes.push({ from: taken.end, to: start });
    taken.end = end;
    taken.served += 1;
  }
  settle(none);
  for (const each of held) if (!each.gone) dropped(each, each.end + idleTimeout);
  return { opens, avoided, idleTimes };
}

const simulated = (list: readonly Plain[], settings: SimulationSettings): Simulation => analyse(madeUpTrace(list)).simulate(settings);

describe('a what-if replay', () => {
  it('opens and spares as a plain one does, without a limit of idle connections', () => {
    fc.assert(
      fc.property(
        connections,
        fc.constantFrom(0, ms(300), seconds(1), none),
        fc.constantFrom(1, 2, 3, none),
        (list, idleTimeout, maxRequests) => {
          const settings = { idleTimeout, maxRequests, poolSize: none, http2: false };
          const starts = list.flatMap(({ exchanges }) => exchanges.flat());
          fc.pre(new Set(starts).size === starts.length);
          const { opens, avoided, opensActual } = simulated(list, settings);
          const plain = plainReplay(list, settings);
          expect({ opens, avoided, opensActual }).toEqual({ opens: plain.opens, avoided: plain.avoided, opensActual: list.length });
        },
      ),
      { numRuns: isMutated ? 60 : 2000 },
    );
  });

  it('holds idle connections as a plain one does, with any limit of them', () => {
    fc.assert(
      fc.property(
        connections,
        fc.constantFrom(ms(300), seconds(1), none),
        fc.constantFrom(0, 1, 2, none),
        (list, idleTimeout, poolSize) => {
          const settings = { idleTimeout, maxRequests: none, poolSize, http2: false };
          const starts = list.flatMap(({ exchanges }) => exchanges.flat());
          fc.pre(new Set(starts).size === starts.length);
          const { opens, avoided, idleConnectionSeconds, idleConnectionsPeak } = simulated(list, settings);
          const plain = plainReplay(list, settings);
          expect({ opens, avoided }).toEqual({ opens: plain.opens, avoided: plain.avoided });
          const now = Math.max(...starts);
          const times = plain.idleTimes.map(({ from, to }) => ({ from, to: Math.min(to, now) })).filter(({ from, to }) => to > from);
          expect(idleConnectionSeconds).toBeCloseTo(times.reduce((sum, { from, to }) => sum + to - from, 0) / seconds(1), 6);
          expect(idleConnectionsPeak).toBe(
            Math.max(0, ...times.map(({ from }) => times.filter((each) => each.from <= from && from < each.to).length)),
          );
        },
      ),
      { numRuns: isMutated ? 60 : 2000 },
    );
  });

  const at = (start: number, end: number): Plain => ({
    at: seconds(start),
    handshake: ms(40),
    exchanges: [[seconds(start) + ms(40), seconds(end)]],
  });
  const free = { idleTimeout: none, maxRequests: none, poolSize: none, http2: false };

  it('tells what is spared and what is held', () => {
    // Opened at 0 and 10, idle from 1 to 10 and from 11 to the end at 21.
    const list = [at(0, 1), at(10, 11), { ...at(20, 21), exchanges: [[seconds(20.04), seconds(21)]] as const }];
    const { settings, ...told } = simulated(list, free);
    expect(settings).toEqual(free);
    expect(told).toEqual({ opensActual: 3, opens: 1, avoided: 2, saved: ms(80), idleConnectionSeconds: 18, idleConnectionsPeak: 1 });
    const short = simulated(list, { ...free, idleTimeout: seconds(5) });
    expect(short).toMatchObject({ opens: 3, avoided: 0, saved: 0, idleConnectionSeconds: 10 });
    expect(simulated(list, { ...free, idleTimeout: seconds(9) })).toMatchObject({ opens: 1, idleConnectionSeconds: 18 });
    expect(simulated(list, { ...free, idleTimeout: seconds(9) - 1 })).toMatchObject({ opens: 3 });
    expect(simulated(list, { ...free, maxRequests: 2 })).toMatchObject({ opens: 2, avoided: 1, idleConnectionSeconds: 9 });
    expect(simulated(list, { ...free, poolSize: 0 })).toMatchObject({ opens: 3, idleConnectionSeconds: 0, idleConnectionsPeak: 0 });
  });

  it('keeps as many idle ones as it may, those used last', () => {
    const burst = [at(0, 1), at(0.1, 2), at(0.2, 3), at(10, 11), at(10.1, 12), at(10.2, 13)];
    const kept = (poolSize: number): Simulation => simulated(burst, { ...free, poolSize });
    expect([0, 1, 2, 3].map((size) => kept(size).opens)).toEqual([6, 5, 4, 3]);
    expect([1, 2, 3].map((size) => kept(size).idleConnectionsPeak)).toEqual([1, 2, 3]);
    // One idle: 1 to 2, then 2 to 3, then 3 to 10, 11 to 12, and 12 to 13.
    expect(kept(1).idleConnectionSeconds).toBeCloseTo(1 + 1 + 7 + 1 + 1, 9);
  });

  it('shares connections over HTTP/2 once they are set up', () => {
    const together = [at(0, 9), at(1, 5), at(2, 4)];
    expect(simulated(together, { ...free, http2: true })).toMatchObject({ opens: 1, avoided: 2, saved: ms(80), idleConnectionsPeak: 0 });
    expect(simulated(together, free)).toMatchObject({ opens: 3 });
    const atOnce = [at(0, 9), { ...at(0, 5), at: ms(39) }, { ...at(0, 5), at: ms(40) }];
    expect(simulated(atOnce, { ...free, http2: true })).toMatchObject({ opens: 2 });
    expect(simulated(together, { ...free, http2: true, maxRequests: 2 })).toMatchObject({ opens: 2 });
    const later = [at(0, 1), at(5, 6)];
    expect(simulated(later, { ...free, http2: true })).toMatchObject({ opens: 1, idleConnectionSeconds: 4 });
    expect(simulated(later, { ...free, http2: true, idleTimeout: seconds(4) - 1 })).toMatchObject({ opens: 2 });
  });

  it('puts a hundred requests at once on one HTTP/2 connection', () => {
    const many = (count: number): Plain[] => [at(0, 99), ...Array.from({ length: count - 1 }, (_, place) => at(1 + place / 1000, 50))];
    expect([100, 101].map((count) => simulated(many(count), { ...free, http2: true }).opens)).toEqual([1, 2]);
    // When one of the hundred has ended there is room again.
    expect(simulated([...many(100), at(60, 70)], { ...free, http2: true }).opens).toBe(1);
    const full = [at(0, 99), at(1, 3), ...Array.from({ length: 98 }, (_, place) => at(2 + place / 1000, 50))];
    expect([at(2.5, 4), at(3, 4), at(3.5, 4)].map((last) => simulated([...full, last], { ...free, http2: true }).opens)).toEqual([2, 1, 1]);
  });

  it('of a selection looks at its origins', () => {
    const trace = madeUpTrace([
      { ...at(0, 1), authority: 'a' },
      { ...at(5, 6), authority: 'a' },
      { ...at(0, 1), authority: 'b', server: '10.0.0.9:80' },
    ]);
    expect(analyse(trace).select(Uint32Array.of(2)).simulate(free)).toMatchObject({ opensActual: 1, opens: 1 });
    expect(analyse(trace).simulate(free)).toMatchObject({ opensActual: 3, opens: 2, avoided: 1 });
  });
});

describe('a timeout that was announced', () => {
  const outcome = (rest: Partial<Connection>): string | undefined =>
    announcedOutcome(
      madeUpTrace([
        {
          at: 0,
          exchanges: [[ms(40), ms(60)]],
          closed: seconds(9),
          closedBy: 'server',
          rest: { keepAliveTimeoutSeconds: 5, persistent: true, idleMax: undefined, ...rest },
        },
      ]).connection(0),
    );
  const closed = (idleBeforeClose: Duration, rest: Partial<Connection> = {}): string | undefined => outcome({ idleBeforeClose, ...rest });

  it('is kept to within 100 ms before and 500 ms after', () => {
    const times = [seconds(4.9) - 1, seconds(4.9), seconds(5), seconds(5.5), seconds(5.5) + 1];
    expect(times.map((idle) => closed(idle))).toEqual(['earlier', 'as_announced', 'as_announced', 'as_announced', 'later']);
  });

  it('is longer where the connection served after more than that', () => {
    expect([seconds(5.5), seconds(5.5) + 1].map((idleMax) => closed(seconds(1), { idleMax }))).toEqual(['earlier', 'later']);
    expect(outcome({ idleMax: seconds(9), closedBy: undefined })).toBe('later');
  });

  it('says nothing where the server did not close an idle connection that persisted, or announced nothing', () => {
    expect(closed(seconds(5), { keepAliveTimeoutSeconds: undefined })).toBeUndefined();
    expect(closed(seconds(5), { closedBy: 'client' })).toBeUndefined();
    expect(closed(seconds(5), { persistent: false })).toBeUndefined();
    expect(outcome({ idleBeforeClose: undefined })).toBeUndefined();
  });
});
