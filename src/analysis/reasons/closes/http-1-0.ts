/** HTTP/1.0 closes unless both sides ask to keep the connection. */

import type { CloseRule } from '../ending.ts';

export const http10: CloseRule<'http_1_0'> = {
  code: 'http_1_0',
  // A server that says close to such a request says only what it must do.
  holds: (ending) =>
    ending.unusable === 'http_1_0_default' ||
    (ending.unusable === 'close_header' && ending.closeHeader === 2 && ending.columns.oneShot(ending.last)),
  confidence: () => 'observed',
  words: () => 'HTTP/1.0 without keep-alive',
};
