/** Every connection that could have served was busy. One that had waited for an answer until it was closed is not: its end explains. */

import type { Opening, OpenRule } from '../opening.ts';

export const allBusy: OpenRule<'all_busy'> = {
  code: 'all_busy',
  holds: (opening) => opening.class === 'parallel' && !isOver(opening),
  confidence: () => 'observed',
  words: ({ columns, previous }) => {
    if (previous < 0) return 'every open connection to the origin was busy';
    // One that multiplexes is not busy as long as it may carry more.
    if (columns.multiplexes(previous)) return `connection ${previous} was being opened in the same moment, or had just been`;
    return `every open connection to the origin was busy, connection ${previous} among them`;
  },
  frames: (opening) => [opening.syn],
};

const isOver = ({ columns, opened, previous }: Opening): boolean => previous >= 0 && columns.closed(previous) <= opened;
