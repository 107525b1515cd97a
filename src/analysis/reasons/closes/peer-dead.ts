/** The peer was gone without a word: probes or retransmissions found no answer, or the answer of an end that knew of no connection. */

import type { CloseRule } from '../ending.ts';
import { isForgotten, isUnheard } from '../silence.ts';

/** One lost probe is only a lost packet. */
const fewest = 2;

export const peerDead: CloseRule<'peer_dead'> = {
  code: 'peer_dead',
  holds: (ending) => {
    const unanswered = ending.columns.unansweredProbes(ending.connection);
    if (unanswered >= fewest && (ending.by < 0 || ending.isReset)) return true;
    return isForgotten(ending) || isUnheard(ending);
  },
  confidence: () => 'observed',
  words: ({ by }) => (by === undefined ? 'peer no longer answered' : 'peer had vanished, or had forgotten the connection'),
};
