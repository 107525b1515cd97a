/** Whether a reset can come from where it says: its number within the window, its way as long as that of its sender's other segments. */

import { ACK, type Segment } from '../packet/index.ts';
import * as A from './analysis-layout.ts';
import * as R from './record-layout.ts';
import { distance } from './sequence.ts';

/** Where the window is not known. */
const ANY_WINDOW = 1 << 20;
const SMALLEST_WINDOW = 65_535;

/** Time to live: what senders begin with. */
const FIRST_TTLS = [32, 64, 128, 255];
/** Routes change a little. */
const SAME_WAY = 2;

/**
 * Receivers take a reset only with a number inside their window (RFC 9293 §3.10.7.4); one that answers a SYN confirms it. `own` and `peer` are
 * the halves in `words`, `marks` the scale of the receiver's window.
 */
export function resetFits(words: Int32Array, own: number, peer: number, marks: number, s: Segment): boolean {
  const flags = words[own + R.HALF_FLAGS]!;
  if ((flags & R.ACKNOWLEDGED_SET) === 0 && s.flags & ACK && words[peer + R.HALF_FLAGS]! & R.SYN_SENT) {
    const confirms = distance(words[peer + R.BASE]!, s.acknowledgment);
    if (confirms > 0 && distance(s.acknowledgment, words[peer + R.HIGHEST]!) >= 0) return true;
    if ((flags & R.HIGHEST_SET) === 0) return false;
  }
  if ((flags & (R.HIGHEST_SET | R.ACKNOWLEDGED_SET)) === 0) return true;
  const expected = words[own + (flags & R.HIGHEST_SET ? R.HIGHEST : R.ACKNOWLEDGED)]!;
  return Math.abs(distance(expected, s.sequence)) <= windowOf(words[peer + R.WINDOW]!, marks);
}

/** Time to live (hop limit of IPv6) with which a segment came to the capture point. */
export function timeToLive(s: Segment): number {
  return s.buffer[s.source - (s.v6 ? 1 : 4)]!;
}

export function sameWay(ttl: number, other: number): boolean {
  return Math.abs(hops(ttl) - hops(other)) <= SAME_WAY;
}

/** With which the segment set out, by the usual values. */
export const firstTimeToLive = (s: Segment): number => FIRST_TTLS.find((first) => timeToLive(s) <= first)!;

const hops = (ttl: number): number => FIRST_TTLS.find((first) => ttl <= first)! - ttl;

function windowOf(window: number, marks: number): number {
  const scale = marks & A.SCALE;
  if (scale === A.SCALE_UNKNOWN) return ANY_WINDOW;
  return Math.max(SMALLEST_WINDOW, scale === A.SCALE_OFF ? window : window * 2 ** (scale - A.SCALE_ZERO));
}
