/** Whether something is missing that would count, so that every number is only "at least". */

import type { Trace } from '../trace/index.ts';

/** Frames that the capturing system saw and could not keep, in all captures. */
export const droppedFrames = ({ captures }: Trace): number => captures.reduce((sum, { framesDropped = 0 }) => sum + framesDropped, 0);

/** Something was lost before it was captured, could not be read, or was given up. */
export function isLowerBound(trace: Trace): boolean {
  const { payload, connections, bytes } = trace.accounting;
  const lost = [payload.givenUp, connections.evicted, bytes.skipped];
  if (trace.notes.some(({ code }) => code === 'exchange-limit' || code === 'tls-limit')) return true;
  return droppedFrames(trace) > 0 || lost.some((reasons) => Object.values(reasons).some((count) => count > 0));
}
