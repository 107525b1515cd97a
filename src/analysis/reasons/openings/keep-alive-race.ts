/** A request met the close of its connection and was sent again on this one. */

import type { Opening, OpenRule } from '../opening.ts';

export const keepAliveRace: OpenRule<'keep_alive_race'> = {
  code: 'keep_alive_race',
  holds: (opening) => racedBefore(opening) >= 0,
  confidence: () => 'observed',
  words: (opening) => `its request met the close of connection ${racedBefore(opening)} (keep-alive race) and was sent again`,
  frames: (opening) => {
    const { columns } = opening;
    const raced = racedBefore(opening);
    return [columns.requestFrame(opening.known.usage.pending(raced)), columns.closeFrame(raced), opening.syn];
  },
};

/** The connection whose request was sent again on this one; -1. */
const racedBefore = ({ connection, known }: Opening): number => known.races.retryOf(connection);
