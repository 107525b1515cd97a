/** The totals of a trace. */

import { inBlocks, type Steps } from '../steps.ts';
import type { Columns } from '../trace/index.ts';
import { type CurvePoint, listed, type PoolCounts, type SetupClass, type Totals } from './analysis.ts';
import { curveOf, curving } from './curve.ts';
import { type Judgement, known } from './judgement.ts';
import { countOpenings } from './origins.ts';
import { setupClassOf } from './setup-class.ts';

/** What only some reports say is summed up when it is first asked for; the curve, which is expensive, as well. */
export function* totalsOf(judgement: Judgement): Steps<{ readonly totals: Totals; curving(): Steps<void> }> {
  const { costs, counts, openings, pool, requests, rows, setups, trace, why } = judgement;
  const { columns } = trace;
  const sums = { established: 0, http: 0, tls: 0, requests: 0, reuses: 0, probes: 0, handshakes: 0, setup: 0, blocking: 0 };
  const size = rows?.length ?? columns.connections;
  yield* inBlocks(size, (from, to) => {
    for (let at = from; at < to; at += 1) {
      const each = rows === undefined ? at : rows[at]!;
      if (columns.established(each)) {
        sums.established += 1;
        if (columns.openingSeen(each)) sums.handshakes += 1;
      }
      if (columns.isHttp(each)) sums.http += 1;
      if (columns.encrypted(each)) sums.tls += 1;
      sums.requests += columns.requests(each);
      sums.probes += columns.probes(each);
      sums.reuses += columns.reuses(each);
      sums.setup += known(setups.get(each));
      sums.blocking += costs.wastedBlocking.get(each);
    }
  });
  const poolCounts = sumPool(judgement);
  let curve: readonly CurvePoint[] | undefined;
  let openingCounts: Totals['openings'] | undefined;
  let setupClasses: Totals['setupClasses'] | undefined;
  /** Whoever shows them asks again and again. */
  const low = once(() => among(judgement, (each) => (judgement.bounds().low(each) === true ? 1 : 0)));
  const high = once(() => among(judgement, (each) => (judgement.bounds().high(each) === true ? 1 : 0)));
  const ofKeys = rows === undefined ? undefined : judgement.listed;
  const curveInSteps = function* (): Steps<void> {
    curve ??= yield* curving(requests, pool, ofKeys);
  };
  const totals: Totals = {
    connections: size,
    established: sums.established,
    httpConnections: sums.http,
    tlsConnections: sums.tls,
    requests: sums.requests,
    get responses(): number {
      return rows === undefined ? columns.responses : among(judgement, (each) => responsesOn(columns, each));
    },
    reuses: sums.reuses,
    reuseRatio: sums.requests === 0 ? undefined : sums.reuses / sums.requests,
    probes: sums.probes,
    handshakes: sums.handshakes,
    setupTotal: sums.setup,
    pool: poolCounts,
    wasted: counts.wasted.reduce((sum, wasted) => sum + wasted, 0),
    wastedBlocking: sums.blocking,
    get wastedBytes(): number {
      return among(judgement, (each) => (costs.avoidable[each] === 1 ? columns.setupBytes(each) : 0));
    },
    get wastedRoundTrips(): number {
      return among(judgement, (each) => (costs.avoidable[each] === 1 ? columns.setupRoundTrips(each) : 0));
    },
    get openings(): Totals['openings'] {
      openingCounts ??= countOpenings(openings.opening, rows ?? openings.opening.keys());
      return openingCounts;
    },
    get setupClasses(): Totals['setupClasses'] {
      setupClasses ??= countSetups(judgement);
      return setupClasses;
    },
    get curve(): readonly CurvePoint[] {
      curve ??= curveOf(requests, pool, ofKeys);
      return curve;
    },
    get avoidableLow(): number {
      return low();
    },
    get avoidableHigh(): number {
      return high();
    },
    get wastedHigh(): number {
      return among(judgement, (each) => (judgement.bounds().high(each) === true ? known(setups.get(each)) : 0));
    },
    get races(): number {
      return rows === undefined ? why.races.confirmed.length : among(judgement, (each) => (why.usage.isRaced(each) ? 1 : 0));
    },
  };
  return { totals, curving: curveInSteps };
}

function once(count: () => number): () => number {
  let counted: number | undefined;
  return () => {
    counted ??= count();
    return counted;
  };
}

function countSetups(judgement: Judgement): Totals['setupClasses'] {
  const counts: Record<SetupClass, number> = {
    under_20_ms: 0,
    '20_to_100_ms': 0,
    '100_to_200_ms': 0,
    '200_to_500_ms': 0,
    over_500_ms: 0,
  };
  for (const each of listed(judgement.trace, { selected: judgement.rows })) {
    const setupClass = setupClassOf(judgement.setups.get(each));
    if (setupClass !== undefined) counts[setupClass] += 1;
  }
  return counts;
}

function among({ rows, trace }: Judgement, value: (connection: number) => number): number {
  let sum = 0;
  const size = rows?.length ?? trace.columns.connections;
  for (let at = 0; at < size; at += 1) sum += value(rows === undefined ? at : rows[at]!);
  return sum;
}

function sumPool({ counts }: Judgement): PoolCounts {
  const sum = (column: Int32Array): number => column.reduce((total, count) => total + count, 0);
  const actual = sum(counts.actual);
  const min = sum(counts.min);
  return {
    actual,
    min,
    get lifo(): number {
      return sum(counts.lifo());
    },
    avoidable: sum(counts.avoidable),
    surplus: sum(counts.surplus),
    net: Math.max(0, actual - min),
  };
}

function responsesOn(columns: Columns, connection: number): number {
  let responses = 0;
  for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange))
    responses += columns.responsesTo(exchange);
  return responses;
}
