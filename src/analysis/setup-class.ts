/** Latency classes of set-up. */

import type { Duration } from '../time.ts';
import { millisecond } from '../time.ts';
import { type SetupClass, setupClasses } from './analysis.ts';

/** Upper bounds of all classes but the last. */
const bounds: readonly Duration[] = [20, 100, 200, 500].map((bound) => bound * millisecond);

/** undefined for an unknown set-up time. A time on a bound belongs to the slower class. */
export function setupClassOf(setup: Duration | undefined): SetupClass | undefined {
  if (setup === undefined || Number.isNaN(setup)) return undefined;
  const place = bounds.findIndex((bound) => setup < bound);
  return setupClasses[place < 0 ? bounds.length : place];
}
