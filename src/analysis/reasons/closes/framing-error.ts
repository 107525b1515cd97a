/** The length of a message could not be known: nothing can follow it. */

import type { CloseRule } from '../ending.ts';

export const framingError: CloseRule<'framing_error'> = {
  code: 'framing_error',
  holds: (ending) => ending.unusable === 'framing_error',
  confidence: () => 'observed',
  words: () => 'the length of a message could not be known',
};
