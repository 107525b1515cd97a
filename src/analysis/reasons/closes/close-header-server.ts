/** The server announced the close, and the client had not asked for it. */

import { counted } from '../../../counted.ts';
import type { CloseRule } from '../ending.ts';

export const closeHeaderServer: CloseRule<'close_header_server'> = {
  code: 'close_header_server',
  holds: (ending) => ending.unusable === 'close_header' && ending.closeHeader === 2,
  confidence: () => 'observed',
  words: ({ served }) => `server sends Connection: close${served > 1 ? ` after ${counted(served, 'request')}` : ''}`,
};
