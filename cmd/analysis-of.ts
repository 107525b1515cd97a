/** The analysis with what was set on the command line, and the defaults for the rest. */

import type { Filter } from '../src/analysis/filter/index.ts';
import { type Analysis, analyse } from '../src/analysis/index.ts';
import type { Trace } from '../src/trace/index.ts';
import type { Settings } from './options.ts';

export const analysisOf = (trace: Trace, { idleTimeout, poolKey, splitClients, adviseFor, timers, filter }: Settings): Analysis => {
  const analysis = analyse(trace, {
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(poolKey === undefined ? {} : { poolKey }),
    ...(splitClients === undefined ? {} : { splitClients }),
    ...(adviseFor === undefined ? {} : { adviseFor }),
    ...(timers === undefined ? {} : { timers }),
  });
  return filter === undefined ? analysis : analysis.select(satisfying(filter, trace, analysis));
};

/** The connections that satisfy a filter, all where there is none; verdicts are those of the whole trace. */
export function satisfying(filter: Filter | undefined, trace: Trace, analysis: Analysis): Uint32Array {
  // A filter sees what is there; only which connections satisfy it is shown.
  const { original = trace } = trace;
  const rows = new Uint32Array(trace.size);
  let size = 0;
  for (let row = 0; row < trace.size; row += 1) if (filter?.test(original, analysis, row) !== false) rows[size++] = row;
  return rows.slice(0, size);
}
