/** Closed as soon as the last response was there: it could have been kept, or the rest of the request was not worth reading. */

import { counted } from '../../../counted.ts';
import type { CloseRule } from '../ending.ts';
import { closedWords, idleWords } from '../words.ts';

export const afterResponse: CloseRule<'after_response'> = {
  code: 'after_response',
  holds: ({ by, last, unusable, idle }) =>
    by >= 0 && last >= 0 && (unusable === undefined || unusable === 'unread_body') && !Number.isNaN(idle),
  confidence: () => 'observed',
  words: (measures) => {
    if (measures.cutShort) return `${closedWords(measures)} within a response`;
    if (measures.by !== 'client') return closedWords(measures) + idleWords(measures);
    return measures.served === 1
      ? 'one request per connection; client closes at once'
      : `client closes at once after ${counted(measures.served, 'request')}`;
  },
};
