/** The totals of a trace. */

import { type Steps, stepRows } from '../steps.ts';
import type { Columns } from '../trace/index.ts';
import type { CurvePoint, PoolCounts, SetupClass, Totals } from './analysis.ts';
import { curveOf, curving } from './curve.ts';
import { type Judgement, known } from './judgement.ts';
import { countOpenings } from './origins.ts';
import { confirmedRace } from './race.ts';
import { setupClassOf } from './setup-class.ts';

/** The curve is expensive: it is computed when it is first asked for. */
export function* totalsOf(judgement: Judgement): Steps<{ readonly totals: Totals; curving(): Steps<void> }> {
  const { costs, counts, openings, pool, requests, rows, setups, trace, why } = judgement;
  const { columns } = trace;
  const sums = {
    established: 0,
    http: 0,
    tls: 0,
    requests: 0,
    responses: 0,
    reuses: 0,
    probes: 0,
    handshakes: 0,
    setup: 0,
    blocking: 0,
    bytes: 0,
    roundTrips: 0,
  };
  const setupClasses: Record<SetupClass, number> = {
    under_20_ms: 0,
    '20_to_100_ms': 0,
    '100_to_200_ms': 0,
    '200_to_500_ms': 0,
    over_500_ms: 0,
  };
  const size = rows?.length ?? columns.connections;
  for (let at = 0; at < size; at += 1) {
    if (at % stepRows === 0) yield;
    const each = rows === undefined ? at : rows[at]!;
    if (columns.established(each)) {
      sums.established += 1;
      if (columns.openingSeen(each)) sums.handshakes += 1;
    }
    if (columns.isHttp(each)) sums.http += 1;
    if (columns.encrypted(each)) sums.tls += 1;
    sums.requests += columns.requests(each);
    if (rows !== undefined) sums.responses += responsesOn(columns, each);
    sums.probes += columns.probes(each);
    sums.reuses += columns.reuses(each);
    const setup = setups.get(each);
    sums.setup += known(setup);
    const setupClass = setupClassOf(setup);
    if (setupClass !== undefined) setupClasses[setupClass] += 1;
    sums.blocking += costs.wastedBlocking.get(each);
    if (costs.avoidable[each] === 1) {
      sums.bytes += columns.setupBytes(each);
      sums.roundTrips += columns.setupRoundTrips(each);
    }
  }
  const poolCounts = sumPool(judgement);
  let curve: readonly CurvePoint[] | undefined;
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
    responses: rows === undefined ? columns.responses : sums.responses,
    reuses: sums.reuses,
    reuseRatio: sums.requests === 0 ? undefined : sums.reuses / sums.requests,
    probes: sums.probes,
    handshakes: sums.handshakes,
    setupTotal: sums.setup,
    pool: poolCounts,
    wasted: counts.wasted.reduce((sum, wasted) => sum + wasted, 0),
    wastedBlocking: sums.blocking,
    wastedBytes: sums.bytes,
    wastedRoundTrips: sums.roundTrips,
    openings: countOpenings(openings.opening, rows ?? openings.opening.keys()),
    setupClasses,
    get curve(): readonly CurvePoint[] {
      curve ??= curveOf(requests, pool, ofKeys);
      return curve;
    },
    get avoidableLow(): number {
      return among(judgement, (each) => (judgement.bounds().low(each) === true ? 1 : 0));
    },
    get avoidableHigh(): number {
      return among(judgement, (each) => (judgement.bounds().high(each) === true ? 1 : 0));
    },
    get wastedHigh(): number {
      return among(judgement, (each) => (judgement.bounds().high(each) === true ? known(setups.get(each)) : 0));
    },
    get races(): number {
      const { confirmed, kind } = why.races;
      return rows === undefined ? confirmed.length : rows.reduce((sum, each) => sum + (kind[each] === confirmedRace ? 1 : 0), 0);
    },
  };
  return { totals, curving: curveInSteps };
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
