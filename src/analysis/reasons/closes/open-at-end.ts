/** Not closed as far as the capture goes. */

import type { CloseRule } from '../ending.ts';

export const openAtEnd: CloseRule<'open_at_end'> = {
  code: 'open_at_end',
  holds: (ending) => ending.by < 0,
  confidence: () => 'observed',
  words: () => 'still open when the capture ends',
};
