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

/** `AVOIDABLE, #3 closed` */
export function openedBecause(verdict: Verdict, connection: Connection): string {
  if (verdict.opening === undefined) return connection.clientGuessed ? 'before the capture' : '-';
  const reason = words[verdict.opening](verdict.previous === undefined ? 'another' : `#${verdict.previous}`);
  return verdict.avoidable ? `AVOIDABLE, ${reason}` : reason;
}
