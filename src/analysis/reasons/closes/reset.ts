/** A reset that no rule before explains. */

import type { CloseRule } from '../ending.ts';
import { closedWords, idleWords } from '../words.ts';

export const reset: CloseRule<'reset'> = {
  code: 'reset',
  holds: (ending) => ending.by >= 0 && ending.isReset,
  confidence: () => 'observed',
  words: (measures) => `${closedWords(measures)}${measures.cutShort ? ' within a response' : idleWords(measures)}`,
};
