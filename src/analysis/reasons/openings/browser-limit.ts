/** The sixth connection of a browser to one host: it opens no more. */

import type { OpenRule } from '../opening.ts';

const most = 6;

export const browserLimit: OpenRule<'browser_limit'> = {
  code: 'browser_limit',
  holds: (opening) => opening.class === 'parallel' && opening.isBrowser && opening.openAtOnce(most) === most,
  confidence: () => 'inferred',
  words: () => `every open connection was busy; with ${most} at once the browser has reached its limit for one host`,
  frames: (opening) => [opening.syn],
};
