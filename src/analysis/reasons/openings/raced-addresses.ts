/** Two addresses of one name were tried at once (Happy Eyeballs, RFC 8305): this is the loser. */

import type { Duration } from '../../../time.ts';
import { millisecond } from '../../../time.ts';
import type { Opening, OpenRule } from '../opening.ts';

/** RFC 8305 §5 has 250 ms between attempts. */
const together: Duration = 300 * millisecond;
/** Neighbours looked at on either side. */
const neighbours = 64;

export const racedAddresses: OpenRule<'raced_addresses'> = {
  code: 'raced_addresses',
  holds: (opening) => opening.class === 'unused' && winnerOf(opening) >= 0,
  confidence: () => 'inferred',
  words: (opening) => `another address of the same name was tried at once; connection ${winnerOf(opening)} was used`,
  frames: (opening) => [opening.columns.firstFrame(winnerOf(opening)), opening.syn],
};

/** To the same port of another address, opened at the same time, and used. */
function winnerOf({ columns, connection, opened }: Opening): number {
  for (const step of [-1, 1]) {
    for (
      let other = connection + step, seen = 0;
      other >= 0 && other < columns.connections && seen < neighbours;
      other += step, seen += 1
    ) {
      if (Math.abs(columns.opened(other) - opened) > together) break;
      const isTwin =
        columns.serverPort(other) === columns.serverPort(connection) && columns.serverHost(other) !== columns.serverHost(connection);
      if (isTwin && (columns.requests(other) > 0 || columns.encrypted(other))) return other;
    }
  }
  return -1;
}
