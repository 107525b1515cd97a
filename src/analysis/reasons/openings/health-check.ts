/** Opened and left again and again, at regular intervals, without a request. */

import type { Opening, OpenRule } from '../opening.ts';

const fewest = 4;
const lookedAt = 16;
/** Intervals that differ by no more than this share of the middle one are regular. */
const regular = 0.2;

export const healthCheck: OpenRule<'health_check'> = {
  code: 'health_check',
  holds: (opening) => opening.class === 'unused' && isRegular(opening),
  confidence: () => 'inferred',
  words: () => 'one of a row of connections without a request, at regular intervals: a health check',
  frames: (opening) => [opening.syn],
};

/** Of the connections of its key around it, the unused ones came one after the other like a clock. */
function isRegular({ columns, connection, known }: Opening): boolean {
  const { keys, openings } = known;
  const key = keys.of[connection]!;
  const all = keys.members.subarray(keys.offsets[key]!, keys.offsets[key + 1]!);
  const place = all.indexOf(connection);
  const unused = openings.opening[connection]!;
  const times = Array.from(all.subarray(Math.max(0, place - lookedAt), place + lookedAt))
    .filter((each) => openings.opening[each] === unused)
    .map((each) => columns.opened(each));
  if (times.length < fewest) return false;
  const gaps = times
    .slice(1)
    .map((time, at) => time - times[at]!)
    .sort((a, b) => a - b);
  return gaps.at(-1)! - gaps[0]! <= regular * gaps[gaps.length >> 1]!;
}
