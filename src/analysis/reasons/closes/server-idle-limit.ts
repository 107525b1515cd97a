/** The server closed an idle connection: its timer had run out. */

import { second } from '../../../time.ts';
import { soon } from '../../before-close.ts';
import { wheelStep } from '../../timers.ts';
import type { CloseRule, Ending } from '../ending.ts';
import { closedWords, idleWords } from '../words.ts';

/** Closes alike that make one certain. */
const several = 3;
/** Servers wait a little longer than they announce: Node.js one second. */
const courtesy = 1.05 * second;

export const serverIdleLimit: CloseRule<'server_idle_limit'> = {
  code: 'server_idle_limit',
  holds: (ending) => ending.by === 1 && ending.unusable === undefined && ending.idle >= soon,
  confidence: (ending) => (isAnnounced(ending) || isUsual(ending) || isTimedOut(ending) ? 'observed' : 'inferred'),
  words: (measures) => closedWords(measures) + idleWords(measures),
  frames: (ending) => (isTimedOut(ending) ? [ending.columns.responseFrame(ending.known.usage.unasked(ending.connection))] : []),
};

function isAnnounced(ending: Ending): boolean {
  const limit = ending.announced * second;
  return limit > 0 && ending.idle >= limit - ending.roundTrip - second / 50 && ending.idle <= limit + wheelStep(limit) + courtesy;
}

function isUsual(ending: Ending): boolean {
  const timer = ending.known.limits.server(ending.connection);
  return timer?.high !== undefined && !timer.several && timer.closes >= several && ending.idle <= timer.high + wheelStep(timer.high);
}

/** It said 408 before. */
function isTimedOut(ending: Ending): boolean {
  const unasked = ending.known.usage.unasked(ending.connection);
  return unasked >= 0 && ending.columns.status(unasked) === 408;
}
