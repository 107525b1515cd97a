/** Durations as users write them: `60s`, `500ms`, `2min`, `1.5h`, `inf`. */

import { type Duration, millisecond, second } from '../src/time.ts';
import { wrongUsage } from './failure.ts';

const units: Readonly<Record<string, Duration>> = {
  ms: millisecond,
  s: second,
  '': second,
  m: 60 * second,
  min: 60 * second,
  h: 3600 * second,
};

/** A bare number is seconds; `inf` never ends. */
export function parseDuration(text: string, option: string): Duration {
  if (/^(inf|infinity)$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?|\.\d+) ?(ms|s|min|m|h|)$/.exec(text);
  if (match === null) throw wrongUsage(`${option} needs a duration such as 60s, 500ms, 2min or inf, but '${text}' was given`);
  return Number(match[1]) * units[match[2]!]!;
}
