/** Reads TCP options (RFC 9293 §3.2): the few that are looked at, when they are looked at. */

import type { Segment } from '../packet/index.ts';

const END = 0;
const NO_OPERATION = 1;
const SEGMENT_SIZE = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const TIMESTAMPS = 8;
const FAST_OPEN = 34;
const EXPERIMENT = 254;
/** RFC 7323 §2.3: a larger shift means this one. */
const LARGEST_SHIFT = 14;

/** Shift count that a SYN offers; -1 without the option. */
export function windowScale(s: Segment): number {
  const { buffer, optionsEnd } = s;
  for (let at = s.optionsStart; at < optionsEnd; ) {
    const size = sizeAt(buffer, at, optionsEnd);
    if (size === 0 || at + size > optionsEnd) return -1;
    if (buffer[at] === WINDOW_SCALE && size === 3) return Math.min(buffer[at + 2]!, LARGEST_SHIFT);
    at += size;
  }
  return -1;
}

/** Length of the TCP Fast Open cookie of a SYN, 0 for a wish to get one; -1 without the option (RFC 7413; before it, 254 with 0xf989). */
export function fastOpenCookie(s: Segment): number {
  const { buffer, optionsEnd } = s;
  let tried = -1;
  for (let at = s.optionsStart; at < optionsEnd; ) {
    const size = sizeAt(buffer, at, optionsEnd);
    if (size === 0) break;
    if (at + size <= optionsEnd) {
      if (buffer[at] === FAST_OPEN) return size - 2;
      if (buffer[at] === EXPERIMENT && tried < 0) tried = at;
    }
    at += size;
  }
  return tried >= 0 && buffer[tried + 1]! >= 4 && buffer[tried + 2] === 0xf9 && buffer[tried + 3] === 0x89 ? buffer[tried + 1]! - 4 : -1;
}

/** What a SYN offers, found in one pass: of each kind the first one that is well formed. One object, used again. */
export class Offer {
  /** 0 without it. */
  segmentSize = 0;
  /** -1 without it. */
  windowScale = -1;
  selectiveAcks = false;
  timestamps = false;

  read(s: Segment): void {
    const { buffer, optionsEnd } = s;
    let sizes = 0;
    this.segmentSize = 0;
    this.windowScale = -1;
    this.selectiveAcks = false;
    this.timestamps = false;
    for (let at = s.optionsStart; at < optionsEnd; ) {
      const size = sizeAt(buffer, at, optionsEnd);
      if (size === 0 || at + size > optionsEnd) return;
      const kind = buffer[at]!;
      if (kind === SEGMENT_SIZE && size === 4 && sizes++ === 0) this.segmentSize = (buffer[at + 2]! << 8) | buffer[at + 3]!;
      else if (kind === WINDOW_SCALE && size === 3 && this.windowScale < 0) this.windowScale = Math.min(buffer[at + 2]!, LARGEST_SHIFT);
      else if (kind === SACK_PERMITTED && size === 2) this.selectiveAcks = true;
      else if (kind === TIMESTAMPS && size === 10) this.timestamps = true;
      at += size;
    }
  }
}

/** How far it is to the next option; 0 where no more come, or nothing well formed. */
function sizeAt(buffer: Uint8Array, at: number, end: number): number {
  const kind = buffer[at]!;
  if (kind === NO_OPERATION) return 1;
  if (kind === END || at + 1 >= end) return 0;
  const size = buffer[at + 1]!;
  return size < 2 ? 0 : size;
}
