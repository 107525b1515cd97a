/** In a few words, why a connection was opened when it was. */

import type { OpeningClass, Verdict } from '../analysis/index.ts';
import type { Connection } from '../trace/index.ts';

const words: Record<OpeningClass, (previous: string) => string> = {
  failed: () => 'failed to open',
  unused: () => 'never used',
  first: () => 'first to its origin',
  missed_reuse: (previous) => `${previous} was idle`,
  churn: (previous) => `${previous} closed`,
  parallel: (previous) => `${previous} busy`,
  late: (previous) => `${previous} idle too long`,
};

const busy: ReadonlySet<string> = new Set(['all_busy', 'browser_limit', 'stream_limit']);

/** `AVOIDABLE, #3 closed` */
export function openedBecause(verdict: Verdict, connection: Connection): string {
  if (verdict.opening === undefined) return connection.clientGuessed ? 'before the capture' : '-';
  if (verdict.opening === 'failed' && verdict.reason?.confidence === 'inferred') return 'the capture ends';
  // What waited for its answer until it was closed could serve nobody afterwards either; the reason tells how it ended.
  const isOver = verdict.opening === 'parallel' && verdict.reason !== undefined && !busy.has(verdict.reason.code);
  if (verdict.opening === 'parallel' && verdict.avoidable && !isOver)
    return verdict.previous === undefined ? 'AVOIDABLE' : `AVOIDABLE, beside #${verdict.previous}`;
  const reason = words[isOver ? 'churn' : verdict.opening](verdict.previous === undefined ? 'another' : `#${verdict.previous}`);
  return verdict.avoidable ? `AVOIDABLE, ${reason}` : reason;
}
