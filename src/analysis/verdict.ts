/** The verdict on one connection, made when it is asked for. */

import { openingClasses, type Verdict } from './analysis.ts';
import type { Coalescable } from './coalescing.ts';
import type { Judgement } from './judgement.ts';
import { probeTimers } from './probe-timer.ts';
import { setupClassOf } from './setup-class.ts';

export function verdictOf(judgement: Judgement, connection: number, coalescable: Coalescable | undefined): Verdict {
  const { costs, keys, openings, placeOf, trace } = judgement;
  const opening = openingClasses[openings.opening[connection]!];
  const avoidable = costs.avoidable[connection] === 1;
  const place = placeOf[keys.of[connection]!]!;
  const previous = openings.previous[connection]!;
  /** Nothing is called wasted, not even 0, where nothing can be said. */
  const cost = (value: number): number | undefined => (opening === undefined || Number.isNaN(value) ? undefined : value);
  return {
    opening,
    openingCensored: openings.censored(connection),
    avoidable,
    wasted: cost(costs.wasted(connection)),
    wastedBlocking: cost(avoidable && Number.isNaN(costs.wasted(connection)) ? Number.NaN : costs.wastedBlocking[connection]!),
    wastedBytes: cost(avoidable ? trace.columns.setupBytes(connection) : 0),
    wastedRoundTrips: cost(avoidable ? trace.columns.setupRoundTrips(connection) : 0),
    setupClass: setupClassOf(trace.columns.setup(connection)),
    keepAliveTimers: probeTimers(trace, judgement.options.timers, connection),
    previous: previous < 0 ? undefined : previous,
    origin: place < 0 ? undefined : place,
    coalescable,
  };
}
