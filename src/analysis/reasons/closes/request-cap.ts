/** The server closes after so many requests: as it announced (`max`), as it does on every connection, or as it is known to do. */

import { counted } from '../../../counted.ts';
import type { CloseRule, Ending } from '../ending.ts';

export const requestCap: CloseRule<'request_cap'> = {
  code: 'request_cap',
  holds: (ending) => {
    const { patterns } = ending.known;
    if (ending.served < 2 || !patterns.isRetired(ending.connection)) return false;
    if (isAnnounced(ending) || patterns.cap(ending.connection) === ending.served) return true;
    return patterns.isUsualCap(ending.connection, ending.served);
  },
  confidence: (ending) => (isAnnounced(ending) ? 'observed' : 'inferred'),
  words: ({ served }) => `server closed after ${counted(served, 'request')}, its limit`,
};

/** Counted down (Apache: the response before the last says max=1) or constant (Node.js). */
function isAnnounced(ending: Ending): boolean {
  const { columns } = ending;
  let max = -1;
  for (let exchange = columns.firstExchange(ending.connection); exchange >= 0; exchange = columns.nextExchange(exchange))
    if (columns.keepAliveMax(exchange) >= 0) max = columns.keepAliveMax(exchange);
  return max >= 0 && (max <= 1 || max === ending.served);
}
