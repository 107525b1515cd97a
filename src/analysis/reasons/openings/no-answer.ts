/** The attempt led to no connection. */

import type { OpenRule } from '../opening.ts';

export const noAnswer: OpenRule<'no_answer'> = {
  code: 'no_answer',
  holds: (opening) => opening.class === 'failed',
  confidence: () => 'observed',
  words: () => 'the handshake was never completed',
  frames: (opening) => [opening.syn],
};
