/** The server closes at a certain age, however busy the connection is. */

import { second } from '../../../time.ts';
import type { CloseRule } from '../ending.ts';

/** Who had been idle for half of its life was rather closed for that. */
const mostIdle = 0.5;

export const ageLimit: CloseRule<'age_limit'> = {
  code: 'age_limit',
  holds: (ending) => {
    const { patterns } = ending.known;
    if (ending.served < 2 || !patterns.isRetired(ending.connection) || ending.idle > mostIdle * ending.age) return false;
    return patterns.age(ending.connection) !== undefined || patterns.isUsualAge(ending.connection, ending.age);
  },
  confidence: () => 'inferred',
  words: ({ age }) => `server closed at an age of ${(age / second).toFixed(0)} s, its limit`,
};
