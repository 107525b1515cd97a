/** A side announced by GOAWAY that it would take no more requests (RFC 9113 §6.8), and no rule before says why. */

import { counted } from '../../../counted.ts';
import type { CloseRule } from '../ending.ts';

export const goAway: CloseRule<'goaway'> = {
  code: 'goaway',
  holds: (ending) => ending.columns.goAway(ending.connection) !== undefined,
  confidence: () => 'observed',
  words: ({ by, served }) => `${by ?? 'somebody'} sent GOAWAY after ${counted(served, 'request')}`,
  frames: (ending) => [ending.columns.goAway(ending.connection)!.frame],
};
