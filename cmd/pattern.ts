/** Names with `*`, `?` and `[a-z]`, as shells have them; in time that grows with the name, whatever the pattern. */

export const isPattern = (name: string): boolean => /[*?[]/.test(name);

/** A name that begins with a dot is matched only by a pattern that does. */
export function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    const length = pattern[p] === '*' ? 0 : one(pattern, p, name[n]!);
    if (length > 0) {
      p += length;
      n += 1;
    } else if (pattern[p] === '*') {
      star = p;
      resume = n;
      p += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      resume += 1;
      p = star + 1;
      n = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** How much of the pattern at p stands for this character; 0 where it does not. */
function one(pattern: string, p: number, character: string): number {
  const first = pattern[p];
  if (first === undefined) return 0;
  if (first === '?') return 1;
  const close = first === '[' ? pattern.indexOf(']', p + 2) : -1;
  if (close < 0) return first === character ? 1 : 0;
  const negated = pattern[p + 1] === '!' || pattern[p + 1] === '^';
  let isIn = false;
  for (let at = p + (negated ? 2 : 1); at < close; at += 1) {
    const low = pattern[at]!;
    const isRange = pattern[at + 1] === '-' && at + 2 < close;
    const high = isRange ? pattern[at + 2]! : low;
    isIn ||= low <= character && character <= high;
    if (isRange) at += 2;
  }
  return isIn === negated ? 0 : close + 1 - p;
}
