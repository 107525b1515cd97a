/** How many requests were open at once on a connection, over the time in which there were any. */

import type { Duration } from '../time.ts';
import type { ExchangeViews } from '../trace/index.ts';

const slices = 10;

export interface Concurrency {
  /** From the first request to the last byte of any answer. */
  readonly lasted: Duration;
  /** Most that were open at once, in each tenth of that. */
  readonly most: readonly number[];
}

/** undefined where the times of no two requests are known. What was never answered was open to the end. */
export function concurrencyOf(exchanges: ExchangeViews): Concurrency | undefined {
  const begins = new Float64Array(exchanges.length);
  const ends = new Float64Array(exchanges.length);
  let known = 0;
  let to = Number.NEGATIVE_INFINITY;
  for (const { requestStart, responseEnd } of exchanges) {
    to = Math.max(to, requestStart ?? to, responseEnd ?? to);
    if (requestStart === undefined) continue;
    begins[known] = requestStart;
    ends[known] = Math.max(responseEnd ?? Number.POSITIVE_INFINITY, requestStart + 1);
    known += 1;
  }
  const opened = begins.subarray(0, known).sort();
  const closed = ends.subarray(0, known).sort();
  const from = opened[0];
  if (from === undefined || known < 2 || to === from) return undefined;
  const most = new Array<number>(slices).fill(0);
  let slice = 0;
  let begun = 0;
  let ended = 0;
  while (begun < known || closed[ended]! <= to) {
    // An end frees its place before another request of the same moment takes it.
    const isEnd = begun === known || closed[ended]! <= opened[begun]!;
    const at = isEnd ? closed[ended]! : opened[begun]!;
    // What is open goes on through the tenths that pass.
    for (const next = Math.min(slices - 1, Math.floor(((at - from) / (to - from)) * slices)); slice < next; ) {
      slice += 1;
      most[slice] = begun - ended;
    }
    if (isEnd) ended += 1;
    else begun += 1;
    most[slice] = Math.max(most[slice]!, begun - ended);
  }
  for (slice += 1; slice < slices; slice += 1) most[slice] = known - ended;
  return { lasted: to - from, most };
}
