/** The response said no length: only the close could end it (RFC 9112 §6.3). */

import type { CloseRule } from '../ending.ts';

export const untilCloseBody: CloseRule<'until_close_body'> = {
  code: 'until_close_body',
  holds: (ending) => ending.unusable === 'until_close_body',
  confidence: () => 'observed',
  words: () => 'response of unknown length ends with the connection',
};
