/** Every connection that could have served was busy. One that had waited for an answer until it was closed is not: its end explains. */

import type { Opening, OpenRule } from '../opening.ts';

export const allBusy: OpenRule<'all_busy'> = {
  code: 'all_busy',
  holds: (opening) => opening.class === 'parallel' && !isOver(opening),
  confidence: () => 'observed',
  words: ({ previous }) =>
    previous < 0
      ? 'every open connection to the origin was busy'
      : `every open connection to the origin was busy, connection ${previous} among them`,
  frames: (opening) => [opening.syn],
};

const isOver = ({ columns, opened, previous }: Opening): boolean => previous >= 0 && columns.closed(previous) <= opened;
