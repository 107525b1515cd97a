/** Opened ahead of a need that never came. */

import type { OpenRule } from '../opening.ts';

export const speculative: OpenRule<'speculative'> = {
  code: 'speculative',
  holds: (opening) => opening.class === 'unused',
  confidence: () => 'inferred',
  words: () => 'opened ahead of need and never used',
  frames: (opening) => [opening.syn],
};
