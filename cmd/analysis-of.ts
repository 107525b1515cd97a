/** The analysis with what was set on the command line, and the defaults for the rest. */

import type { Filter } from '../src/analysis/filter/index.ts';
import { type Analysis, analysing } from '../src/analysis/index.ts';
import { allAtOnce, type Steps } from '../src/steps.ts';
import type { Trace } from '../src/trace/index.ts';
import type { Settings } from './options.ts';

export const analysisOf = (trace: Trace, settings: Settings): Analysis => {
  const analysis = allAtOnce(analysisSteps(trace, settings));
  const { filter } = settings;
  return filter === undefined ? analysis : analysis.select(satisfying(filter, trace, analysis));
};

/** The same in steps, and without the filter; the trace must not grow meanwhile. */
export const analysisSteps = (trace: Trace, { idleTimeout, poolKey, splitClients, adviseFor, timers }: Settings): Steps<Analysis> =>
  analysing(trace, {
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(poolKey === undefined ? {} : { poolKey }),
    ...(splitClients === undefined ? {} : { splitClients }),
    ...(adviseFor === undefined ? {} : { adviseFor }),
    ...(timers === undefined ? {} : { timers }),
  });

/** The connections that satisfy a filter, all where there is none; verdicts are those of the whole trace. */
export function satisfying(filter: Filter | undefined, trace: Trace, analysis: Analysis): Uint32Array {
  // A filter sees what is there; only which connections satisfy it is shown.
  const { original = trace } = trace;
  const rows = new Uint32Array(trace.size);
  let size = 0;
  for (let row = 0; row < trace.size; row += 1) if (filter?.test(original, analysis, row) !== false) rows[size++] = row;
  return rows.slice(0, size);
}
