/** The client closed an idle connection: its timer had run out, or it ended. */

import { soon } from '../../before-close.ts';
import { wheelStep } from '../../timers.ts';
import type { CloseRule } from '../ending.ts';
import { closedWords, idleWords } from '../words.ts';

/** Closes alike that make one certain. */
const several = 3;

export const clientIdleLimit: CloseRule<'client_idle_limit'> = {
  code: 'client_idle_limit',
  holds: (ending) => ending.by === 0 && ending.unusable === undefined && ending.idle >= soon + ending.roundTrip,
  confidence: (ending) => {
    const timer = ending.known.limits.client(ending.connection);
    const isUsual = timer?.high !== undefined && !timer.several && timer.closes >= several;
    return isUsual && ending.idle <= timer.high + wheelStep(timer.high) ? 'observed' : 'inferred';
  },
  words: (measures) => closedWords(measures) + idleWords(measures),
};
