/** Recognises segments that a capture holds twice: both directions of a mirror port, the `any` device, two taps. */

import { type Duration, microsecond, millisecond } from '../time.ts';
import { FIN, type Segment, SYN } from './segment.ts';

// What two copies of one packet have in common: addresses, ports, both numbers, length, flags, the IP id and TCP's checksum. Addresses of the link, the time
// to live and IP's own checksum change on the way. A retransmission has the same numbers, but another id, and it comes later: at least a round trip, as a
// rule 200 ms. Where a sender gives no ids (IPv6, and IPv4 that may not be fragmented, RFC 6864; made-up packets all have 1), only copies next to one another
// in time are believed, and of segments that take up sequence numbers: two pure ACKs or resets may be equal and both mean something.
const WINDOW: Duration = 20 * millisecond;
const WINDOW_WITHOUT_ID: Duration = 500 * microsecond;

/** A power of two; as many segments are remembered at most, the newest of each place. 36 bytes each: it stays in the second-level cache. */
const PLACES = 2048;
const WORDS = 8;

export class Duplicates {
  readonly #words = new Int32Array(PLACES * WORDS);
  readonly #times = new Float64Array(PLACES).fill(Number.NEGATIVE_INFINITY);

  /** Whether the same packet was seen shortly before; if not, it is remembered. */
  seen(s: Segment): boolean {
    const { view, buffer, source, sequence, acknowledgment, time } = s;
    const tcp = s.optionsStart - 20;
    const id = s.v6 ? 0 : (buffer[source - 8]! << 8) | buffer[source - 7]!;
    const checksum = (buffer[tcp + 16]! << 8) | buffer[tcp + 17]!;
    const ports = (s.sourcePort << 16) | s.destinationPort;
    const length = (s.payloadLength << 8) | s.flags;
    const from = s.v6 ? view.getInt32(source + 12) ^ Math.imul(view.getInt32(source + 8), 0x85ebca6b) : view.getInt32(source);
    const to = s.v6
      ? view.getInt32(s.destination + 12) ^ Math.imul(view.getInt32(s.destination + 8), 0x85ebca6b)
      : view.getInt32(s.destination);
    const mark = (id << 16) | checksum;
    let hash = Math.imul(sequence ^ mark, 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + acknowledgment + ports, 0x85ebca6b);
    hash ^= hash >>> 13;
    const place = (hash ^ from) & (PLACES - 1);
    const words = this.#words;
    const w = place * WORDS;
    if (
      words[w] === sequence &&
      words[w + 1] === acknowledgment &&
      words[w + 2] === mark &&
      words[w + 3] === ports &&
      words[w + 4] === length &&
      words[w + 5] === from &&
      words[w + 6] === to &&
      words[w + 7] === s.linkTag &&
      this.#isSoon(place, id, s)
    )
      return true;
    words[w] = sequence;
    words[w + 1] = acknowledgment;
    words[w + 2] = mark;
    words[w + 3] = ports;
    words[w + 4] = length;
    words[w + 5] = from;
    words[w + 6] = to;
    words[w + 7] = s.linkTag;
    this.#times[place] = time;
    return false;
  }

  /** Of a segment with everything in common that is looked at. */
  #isSoon(place: number, id: number, { flags, payloadLength, time }: Segment): boolean {
    const age: Duration = Math.abs(time - this.#times[place]!);
    return id > 1 ? age <= WINDOW : age <= WINDOW_WITHOUT_ID && (payloadLength > 0 || (flags & (SYN | FIN)) !== 0);
  }
}
