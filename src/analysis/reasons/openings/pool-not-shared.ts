/** A connection was open and idle, and the client opened another one: a pool of its own, an agent for every request, or a limit of idle connections. */

import type { OpenRule } from '../opening.ts';
import { inWords } from '../words.ts';

export const poolNotShared: OpenRule<'pool_not_shared'> = {
  code: 'pool_not_shared',
  holds: (opening) => opening.class === 'missed_reuse' && opening.previous >= 0,
  confidence: (opening) => (opening.isBrowser ? 'inferred' : 'observed'),
  words: (opening) => {
    if (opening.columns.multiplexes(opening.previous))
      return `connection ${opening.previous} to the same origin was open and could have carried it`;
    const partition = opening.isBrowser ? ' (a browser keeps connections with and without credentials apart)' : '';
    return `connection ${opening.previous} to the same origin was open and had been idle for ${inWords(opening.gap)}${partition}`;
  },
  frames: (opening) => [opening.lastBefore < 0 ? 0 : opening.columns.responseFrame(opening.lastBefore), opening.syn],
};
