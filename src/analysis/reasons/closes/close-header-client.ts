/** The client asked for the close. */

import type { CloseRule } from '../ending.ts';

export const closeHeaderClient: CloseRule<'close_header_client'> = {
  code: 'close_header_client',
  holds: (ending) => ending.unusable === 'close_header' && (ending.closeHeader & 1) !== 0,
  confidence: () => 'observed',
  words: () => 'client sends Connection: close',
  frames: (ending) => [ending.columns.requestFrame(ending.last)],
};
