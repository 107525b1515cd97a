/** Reads TCP options (RFC 9293 §3.2): the few that are looked at, when they are looked at. */

import type { Segment } from '../packet/index.ts';

const END = 0;
const NO_OPERATION = 1;
const WINDOW_SCALE = 3;
/** RFC 7323 §2.3: a larger shift means this one. */
const LARGEST_SHIFT = 14;

/** Shift count that a SYN offers; -1 without the option. */
export function windowScale(s: Segment): number {
  const at = findOption(s, WINDOW_SCALE, 3);
  return at < 0 ? -1 : Math.min(s.buffer[at + 2]!, LARGEST_SHIFT);
}

/** Offset of the first option of this kind and length; -1. */
export function findOption(s: Segment, kind: number, length: number): number {
  const { buffer, optionsEnd } = s;
  for (let at = s.optionsStart; at < optionsEnd; ) {
    const found = buffer[at]!;
    if (found === END) return -1;
    if (found === NO_OPERATION) {
      at += 1;
      continue;
    }
    const size = at + 1 < optionsEnd ? buffer[at + 1]! : 0;
    if (size < 2) return -1;
    if (found === kind && size === length && at + size <= optionsEnd) return at;
    at += size;
  }
  return -1;
}
