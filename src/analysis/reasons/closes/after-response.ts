/** Closed as soon as the last response was there, though it could have been kept. */

import type { CloseRule } from '../ending.ts';
import { closedWords, idleWords } from '../words.ts';

export const afterResponse: CloseRule<'after_response'> = {
  code: 'after_response',
  holds: (ending) => ending.by >= 0 && ending.last >= 0 && ending.unusable === undefined && !Number.isNaN(ending.idle),
  confidence: () => 'observed',
  words: (measures) => {
    if (measures.by !== 'client') return closedWords(measures) + idleWords(measures);
    return measures.served === 1
      ? 'one request per connection; client closes at once'
      : `client closes at once after ${measures.served} requests`;
  },
};
