/** How many requests were open at once on a connection, over the time in which there were any. */

import type { Duration } from '../time.ts';
import type { Exchange } from '../trace/index.ts';

const slices = 10;

export interface Concurrency {
  /** From the first request to the last byte of any answer. */
  readonly lasted: Duration;
  /** Most that were open at once, in each tenth of that. */
  readonly most: readonly number[];
}

/** undefined where the times of no two requests are known. What was never answered was open to the end. */
export function concurrencyOf(exchanges: readonly Exchange[]): Concurrency | undefined {
  const opened = exchanges.flatMap(({ requestStart }) => requestStart ?? []);
  if (opened.length < 2) return undefined;
  const from = opened.reduce((least, time) => Math.min(least, time));
  const to = exchanges.reduce((last, { requestStart = from, responseEnd = from }) => Math.max(last, requestStart, responseEnd), from);
  if (to === from) return undefined;
  // An end frees its place before another request of the same moment takes it.
  const changes = exchanges
    .filter(({ requestStart }) => requestStart !== undefined)
    .flatMap(({ requestStart = from, responseEnd = Number.POSITIVE_INFINITY }) => [
      { at: requestStart, by: 1 },
      { at: Math.max(responseEnd, requestStart + 1), by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const most = new Array<number>(slices).fill(0);
  let open = 0;
  let slice = 0;
  for (const { at, by } of changes) {
    if (at > to) break;
    // What is open goes on through the tenths that pass.
    for (const next = Math.min(slices - 1, Math.floor(((at - from) / (to - from)) * slices)); slice < next; ) {
      slice += 1;
      most[slice] = open;
    }
    open += by;
    most[slice] = Math.max(most[slice]!, open);
  }
  for (slice += 1; slice < slices; slice += 1) most[slice] = open;
  return { lasted: to - from, most };
}
