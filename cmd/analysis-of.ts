/** The analysis with what was set on the command line, and the defaults for the rest. */

import { type Analysis, analyse } from '../src/analysis/index.ts';
import type { Trace } from '../src/trace/index.ts';
import type { Settings } from './options.ts';

export const analysisOf = (trace: Trace, { idleTimeout, poolKey, timers }: Settings): Analysis =>
  analyse(trace, {
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(poolKey === undefined ? {} : { poolKey }),
    ...(timers === undefined ? {} : { timers }),
  });
