/** Reads TCP options (RFC 9293 §3.2): the few that are looked at, when they are looked at. */

import type { Segment } from '../packet/index.ts';

const END = 0;
const NO_OPERATION = 1;
const WINDOW_SCALE = 3;
const FAST_OPEN = 34;
const EXPERIMENT = 254;
/** RFC 7323 §2.3: a larger shift means this one. */
const LARGEST_SHIFT = 14;

/** Shift count that a SYN offers; -1 without the option. */
export function windowScale(s: Segment): number {
  const at = findOption(s, WINDOW_SCALE, 3);
  return at < 0 ? -1 : Math.min(s.buffer[at + 2]!, LARGEST_SHIFT);
}

/** Length of the TCP Fast Open cookie of a SYN, 0 for a wish to get one; -1 without the option (RFC 7413; before it, 254 with 0xf989). */
export function fastOpenCookie(s: Segment): number {
  const { buffer } = s;
  const at = findOption(s, FAST_OPEN);
  if (at >= 0) return buffer[at + 1]! - 2;
  const tried = findOption(s, EXPERIMENT);
  return tried >= 0 && buffer[tried + 1]! >= 4 && buffer[tried + 2] === 0xf9 && buffer[tried + 3] === 0x89 ? buffer[tried + 1]! - 4 : -1;
}

/** Offset of the first option of this kind and, where it is given, length; -1. */
export function findOption(s: Segment, kind: number, length = 0): number {
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
    if (found === kind && (size === length || length === 0) && at + size <= optionsEnd) return at;
    at += size;
  }
  return -1;
}
