/** The attempt was answered by a reset. */

import type { OpenRule } from '../opening.ts';

export const refused: OpenRule<'refused'> = {
  code: 'refused',
  holds: (opening) => opening.class === 'failed' && opening.columns.sentReset(opening.connection, 1),
  confidence: () => 'observed',
  words: () => 'the server refused the connection',
  frames: (opening) => [opening.syn, opening.columns.closeFrame(opening.connection)],
};
