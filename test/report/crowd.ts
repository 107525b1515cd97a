/** A trace of many connections that come and go, six requests each at most. */

import { analyse } from '../../src/analysis/index.ts';
import { madeUpTrace, milliseconds, seconds } from '../support/made-up-trace.ts';
import type { Stage } from './stage.ts';

export function crowd(size: number): Stage {
  const trace = madeUpTrace(
    Array.from({ length: size }, (_, i) => {
      const at = milliseconds(37 * i);
      return {
        at,
        client: `10.0.${i % 7}.${i % 50}`,
        authority: `${'long-name.'.repeat(1 + (i % 9))}example`,
        exchanges: Array.from({ length: 1 + (i % 6) }, (_, n) => [at + seconds(0.05 + n), at + seconds(0.09 + n), 'GET'] as const),
        closed: at + seconds(1.59 + (i % 6)),
        closedBy: 'server' as const,
      };
    }),
  );
  return { trace, analysis: analyse(trace) };
}
