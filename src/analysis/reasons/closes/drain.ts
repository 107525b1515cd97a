/** One of many idle connections that were closed in the same moment: the server was restarted or emptied, or the client ended. */

import type { CloseRule } from '../ending.ts';

export const drain: CloseRule<'drain'> = {
  code: 'drain',
  holds: (ending) => ending.known.patterns.drained[ending.connection] === 1,
  confidence: () => 'inferred',
  words: ({ by }) => `${by ?? 'somebody'} closed many idle connections at once`,
};
