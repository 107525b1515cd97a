/** The attempt led to no connection, or the capture ends before it could. */

import { second } from '../../../time.ts';
import type { Opening, OpenRule } from '../opening.ts';

/** An unanswered SYN is sent again after this time (RFC 6298 §2): what is younger was not given up. */
const patience = second;

export const noAnswer: OpenRule<'no_answer'> = {
  code: 'no_answer',
  holds: (opening) => opening.class === 'failed',
  confidence: (opening) => (isUnderWay(opening) ? 'inferred' : 'observed'),
  words: (opening) =>
    isUnderWay(opening) ? 'the capture ends before its handshake could be completed' : 'the handshake was never completed',
  frames: (opening) => [opening.syn],
};

const isUnderWay = ({ columns, connection, known, opened }: Opening): boolean =>
  columns.closedBy(connection) < 0 && known.now - opened < patience;
