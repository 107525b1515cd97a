/** Nothing before it could have served. */

import type { Opening, OpenRule } from '../opening.ts';

export const firstToOrigin: OpenRule<'first_to_origin'> = {
  code: 'first_to_origin',
  holds: (opening) => opening.class === 'first',
  confidence: (opening) => (opening.known.openings.censored(opening.connection) ? 'inferred' : 'observed'),
  words: (opening) => {
    const kind = isFirstOfKind(opening) ? '' : opening.columns.multiplexes(opening.connection) ? ' by HTTP/2' : ' by HTTP/1';
    const shown = opening.known.openings.censored(opening.connection) ? ' that the capture shows' : '';
    return `first connection to its origin${kind}${shown}`;
  },
  frames: (opening) => [opening.syn],
};

/** No connection before it to the same origin spoke the other version of HTTP. */
function isFirstOfKind({ columns, connection, known }: Opening): boolean {
  const { members, of, offsets } = known.keys;
  const key = of[connection]!;
  for (let at = offsets[key]!; at < offsets[key + 1]! && members[at]! < connection; at += 1)
    if (columns.requests(members[at]!) > 0) return columns.multiplexes(members[at]!) === columns.multiplexes(connection);
  return true;
}
