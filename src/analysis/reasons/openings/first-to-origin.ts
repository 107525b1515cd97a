/** Nothing before it could have served. */

import type { OpenRule } from '../opening.ts';

export const firstToOrigin: OpenRule<'first_to_origin'> = {
  code: 'first_to_origin',
  holds: (opening) => opening.class === 'first',
  confidence: (opening) => (opening.known.openings.censored(opening.connection) ? 'inferred' : 'observed'),
  words: (opening) =>
    opening.known.openings.censored(opening.connection)
      ? 'first connection to its origin that the capture shows'
      : 'first connection to its origin',
  frames: (opening) => [opening.syn],
};
