/** The one before had been idle for longer than connections are assumed to be kept. */

import type { OpenRule } from '../opening.ts';
import { inWords } from '../words.ts';

export const idleTooLong: OpenRule<'idle_too_long'> = {
  code: 'idle_too_long',
  holds: (opening) => opening.class === 'late',
  confidence: () => 'observed',
  words: (opening) => {
    const limit = inWords(opening.known.idleTimeout);
    // One that left HTTP was in use until just now, and yet of no use to anybody else.
    if (opening.gap <= opening.known.idleTimeout)
      return `no connection that could serve again had been used within the idle limit of ${limit}`;
    return `connection ${opening.previous} was last used ${inWords(opening.gap)} before, longer than the idle limit of ${limit}`;
  },
  frames: (opening) => [opening.syn],
};
