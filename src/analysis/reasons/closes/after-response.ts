/** Closed as soon as the last response was there: it could have been kept, or the rest of the request was not worth reading. */

import { counted } from '../../../counted.ts';
import { atOnce, type CloseRule } from '../ending.ts';
import { closedWords, idleWords, inWords } from '../words.ts';

export const afterResponse: CloseRule<'after_response'> = {
  code: 'after_response',
  holds: ({ by, last, unusable, idle }) =>
    by >= 0 && last >= 0 && (unusable === undefined || unusable === 'unread_body') && !Number.isNaN(idle),
  confidence: () => 'observed',
  words: (measures) => {
    if (measures.cutShort) return `${closedWords(measures)} within a response`;
    if (measures.by !== 'client') return closedWords(measures) + idleWords(measures);
    if (measures.idle !== undefined && measures.idle >= atOnce)
      return `${closedWords(measures)} ${inWords(measures.idle)} after the response`;
    if (measures.toldTooShort) return `client closes at once, told timeout=${measures.announced}`;
    if (measures.keepsOthers) return 'client closes at once, though it keeps other connections';
    return measures.served === 1
      ? 'one request per connection; client closes at once'
      : `client closes at once after ${counted(measures.served, 'request')}`;
  },
};
