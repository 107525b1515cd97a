/** How set-up times and idle gaps are spread: counts in classes, taken from the columns of the trace. */

import { type Analysis, listed } from '../analysis/index.ts';
import { type Duration, millisecond, second } from '../time.ts';
import { isCrossed, type Trace } from '../trace/index.ts';

export interface Distribution {
  /** Upper bounds of the classes, the last Infinity. */
  readonly bounds: readonly Duration[];
  readonly counts: readonly number[];
  readonly total: number;
}

const setupBounds: readonly Duration[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, Number.POSITIVE_INFINITY].map(
  (bound) => bound * millisecond,
);
const idleBounds: readonly Duration[] = [0.001, 0.01, 0.1, 1, 2, 5, 10, 15, 30, 60, 120, 300, Number.POSITIVE_INFINITY].map(
  (bound) => bound * second,
);

/** Set-up times of all connections of which they are known. */
export function setupDistribution(trace: Trace, analysis: Analysis): Distribution {
  const { columns } = trace;
  const tally = new Tally(setupBounds);
  for (const connection of listed(trace, analysis)) tally.add(columns.setup(connection));
  return tally;
}

/** Idle times that a request ended and was answered (the connection was used again), and those that the close ended. */
export function idleDistributions(trace: Trace, analysis: Analysis): { readonly reused: Distribution; readonly closed: Distribution } {
  const { columns } = trace;
  const reused = new Tally(idleBounds);
  const closed = new Tally(idleBounds);
  for (const connection of listed(trace, analysis)) {
    let free = Number.NaN;
    let last = -1;
    let unheard = -1;
    for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange)) {
      if (!columns.answered(exchange)) {
        if (unheard < 0) unheard = exchange;
        continue;
      }
      const gap = columns.exchangeStart(exchange) - free;
      if (gap > 0) reused.add(gap);
      const end = columns.exchangeEnd(exchange);
      if (!(free >= end)) free = end;
      last = exchange;
      unheard = -1;
    }
    const end = columns.closed(connection);
    const isMet = unheard >= 0 && (columns.exchangeStart(unheard) >= end || isCrossed(columns, connection, unheard));
    const isIdle = last >= 0 && (unheard < 0 || isMet) && columns.persistenceRule(last) !== 'left_http';
    if (isIdle) closed.add(end - free);
  }
  return { reused, closed };
}

class Tally implements Distribution {
  readonly bounds: readonly Duration[];
  readonly counts: number[];
  total = 0;

  constructor(bounds: readonly Duration[]) {
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
  }

  /** What is unknown (NaN) or less than nothing is not counted. */
  add(value: Duration): void {
    if (!(value >= 0)) return;
    let place = 0;
    while (value >= this.bounds[place]! && place < this.bounds.length - 1) place += 1;
    this.counts[place]! += 1;
    this.total += 1;
  }
}
