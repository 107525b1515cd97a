/** Every connection that could have served was busy. */

import type { OpenRule } from '../opening.ts';

export const allBusy: OpenRule<'all_busy'> = {
  code: 'all_busy',
  holds: (opening) => opening.class === 'parallel',
  confidence: () => 'observed',
  words: ({ previous }) =>
    previous < 0
      ? 'every open connection to the origin was busy'
      : `every open connection to the origin was busy, connection ${previous} among them`,
  frames: (opening) => [opening.syn],
};
