/** A connection that should have served this name as well refused it: 421 (RFC 9110 §15.5.20). */

import type { Duration } from '../../../time.ts';
import { second } from '../../../time.ts';
import type { Opening, OpenRule } from '../opening.ts';

const atOnce: Duration = second;

export const misdirected: OpenRule<'misdirected'> = {
  code: 'misdirected',
  holds: (opening) => opening.known.usage.misdirected.length > 0 && opening.request >= 0 && refusal(opening) >= 0,
  confidence: () => 'observed',
  words: (opening) =>
    `connection ${opening.columns.exchangeConnection(refusal(opening))} answered 421 (Misdirected Request): it does not serve this name`,
  frames: (opening) => [opening.columns.responseFrame(refusal(opening)), opening.syn],
};

/** The same request, refused just before on another connection of the client; -1. */
function refusal({ columns, connection, known, opened, request }: Opening): number {
  for (const each of known.usage.misdirected) {
    const other = columns.exchangeConnection(each);
    const since = opened - columns.exchangeEnd(each);
    if (other === connection || since < 0 || since > atOnce || columns.clientHost(other) !== columns.clientHost(connection)) continue;
    if (columns.sameRequest(each, request)) return each;
  }
  return -1;
}
