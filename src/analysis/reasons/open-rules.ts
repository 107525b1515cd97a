/** Why a connection was opened: the rules in their order; the first that holds explains. What none explains, the end of its predecessor does. */

import type { Reason } from '../analysis.ts';
import type { OpenRule } from './opening.ts';
import { allBusy } from './openings/all-busy.ts';
import { browserLimit } from './openings/browser-limit.ts';
import { firstToOrigin } from './openings/first-to-origin.ts';
import { healthCheck } from './openings/health-check.ts';
import { idleTooLong } from './openings/idle-too-long.ts';
import { keepAliveRace } from './openings/keep-alive-race.ts';
import { misdirected } from './openings/misdirected.ts';
import { noAnswer } from './openings/no-answer.ts';
import { poolNotShared } from './openings/pool-not-shared.ts';
import { racedAddresses } from './openings/raced-addresses.ts';
import { refused } from './openings/refused.ts';
import { speculative } from './openings/speculative.ts';
import { streamLimit } from './openings/stream-limit.ts';

export const openRules: readonly OpenRule<Reason>[] = [
  refused,
  noAnswer,
  racedAddresses,
  healthCheck,
  speculative,
  misdirected,
  firstToOrigin,
  keepAliveRace,
  poolNotShared,
  streamLimit,
  browserLimit,
  allBusy,
  idleTooLong,
];
