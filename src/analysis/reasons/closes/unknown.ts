/** Nothing in the capture says why. */

import type { CloseRule } from '../ending.ts';

export const unknown: CloseRule<'unknown'> = {
  code: 'unknown',
  holds: () => true,
  confidence: () => 'inferred',
  words: ({ by }) => `${by ?? 'somebody'} closed; why is not in the capture`,
};
