/** HTTP/1.0 closes unless both sides ask to keep the connection. */

import type { CloseRule } from '../ending.ts';

export const http10: CloseRule<'http_1_0'> = {
  code: 'http_1_0',
  holds: (ending) => ending.unusable === 'http_1_0_default',
  confidence: () => 'observed',
  words: () => 'HTTP/1.0 without keep-alive',
};
