/** Watches small segments for keep-alive probes and their answers. */

import { ACK, type Segment } from '../packet/index.ts';
import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import { judgeOldSequence } from './keep-alive.ts';
import { ProbeLog } from './probe-log.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { distance } from './sequence.ts';

export class ProbeWatch {
  readonly log: ProbeLog = new ProbeLog();
  readonly #records: ConnectionRecords;

  readonly #onProbe: (connection: number, side: Side) => void;

  constructor(records: ConnectionRecords, onProbe: (connection: number, side: Side) => void) {
    this.#records = records;
    this.#onProbe = onProbe;
  }

  /** A segment of at most one byte without SYN, FIN or RST, before it is noted in its half; `own` and `peer` are the halves. */
  segment(c: number, side: Side, own: number, peer: number, s: Segment): void {
    const words = this.#records.i32;
    const times = this.#records.f64;
    const d = c * R.SLOTS;
    const halfFlags = words[own + R.HALF_FLAGS]!;
    const known = R.ACKNOWLEDGED_SET | R.HIGHEST_SET;
    if ((halfFlags & known) === known && ((s.sequence + 1) | 0) === words[own + R.ACKNOWLEDGED]!) {
      const roundTrip = this.#records.initialRtt(c);
      const verdict = judgeOldSequence({
        sequence: s.sequence,
        length: s.payloadLength,
        highest: words[own + R.HIGHEST]!,
        acknowledged: words[own + R.ACKNOWLEDGED]!,
        peerWindow: words[peer + R.FRAMES]! > 0 ? words[peer + R.WINDOW]! : 1,
        finSent: (halfFlags & R.FIN_SENT) !== 0,
        quiet: s.time - times[d + R.CLIENT_LAST + side]!,
        previousWasProbe: (halfFlags & R.PREVIOUS_WAS_PROBE) !== 0,
        roundTrip: Number.isNaN(roundTrip) ? undefined : roundTrip,
      });
      if (verdict === 'keep-alive') {
        const peerProbed = (words[peer + R.HALF_FLAGS]! & R.PREVIOUS_WAS_PROBE) !== 0;
        const quiet = peerProbed ? Number.NaN : s.time - times[d + R.CLIENT_LAST + 1 - side]!;
        return this.#add(c, side, own, quiet, s);
      }
    }
    words[own + R.HALF_FLAGS] = halfFlags & ~R.PREVIOUS_WAS_PROBE;
    if (s.payloadLength > 0 || !(s.flags & ACK)) return;
    if (this.#answersUnseen(c, side, own, peer, s)) {
      words[peer + R.HIGHEST] = s.acknowledgment;
      const first = { frame: words[c * R.WORDS + R.FIRST_FRAME]!, time: times[d + R.CLIENT_LAST + 1 - side]! };
      const numbers = {
        sequence: (s.acknowledgment - 1) | 0,
        acknowledgment: s.sequence,
        payloadLength: this.#records.bytes(c, side === CLIENT ? SERVER : CLIENT),
      };
      this.#add(c, side === CLIENT ? SERVER : CLIENT, peer, Number.NaN, { ...first, ...numbers });
    }
    if ((words[peer + R.HALF_FLAGS]! & R.HAS_PROBES) === 0 || s.acknowledgment !== words[peer + R.HIGHEST]!) return;
    if (halfFlags & R.HIGHEST_SET && s.sequence !== words[own + R.HIGHEST]!) return;
    this.log.answer(c, side === CLIENT ? SERVER : CLIENT, s);
  }

  /** A reset: after probes of its own, the sender gives up; after probes of the peer, it knows nothing of the connection. */
  reset(c: number, side: Side, at: At): void {
    const peer = side === CLIENT ? SERVER : CLIENT;
    if (this.#hasProbes(c, side)) this.log.end(c, side, 'gave_up', this.#lastOf(c, peer), at);
    if (this.#hasProbes(c, peer)) this.log.end(c, peer, 'forgotten', this.#lastOf(c, side), at);
  }

  /** An ICMP error that quotes a segment of `side`. */
  unreachable(c: number, side: Side, quoted: Segment): void {
    const half = c * R.WORDS + (side === CLIENT ? R.CLIENT_HALF : R.SERVER_HALF);
    if (!this.#hasProbes(c, side) || ((quoted.sequence + 1) | 0) !== this.#records.i32[half + R.HIGHEST]!) return;
    this.log.end(c, side, 'unreachable', this.#lastOf(c, side === CLIENT ? SERVER : CLIENT), quoted);
  }

  /** A capture that begins in the middle of idleness: the other side's only segment so far was a probe, for this one confirms one byte more. */
  #answersUnseen(c: number, side: Side, own: number, peer: number, s: Segment): boolean {
    const words = this.#records.i32;
    return (
      words[own + R.FRAMES] === 1 &&
      words[peer + R.FRAMES] === 1 &&
      (words[peer + R.HALF_FLAGS]! & (R.SYN_SENT | R.FIN_SENT | R.RST_SENT)) === 0 &&
      this.#records.bytes(c, side === CLIENT ? SERVER : CLIENT) <= 1 &&
      distance((words[peer + R.BASE]! + 2) | 0, s.acknowledgment) === 0
    );
  }

  #hasProbes(c: number, side: Side): boolean {
    return (this.#records.i32[c * R.WORDS + R.CLIENT_HALF + side * R.HALF + R.HALF_FLAGS]! & R.HAS_PROBES) !== 0;
  }

  #lastOf(c: number, side: Side): number {
    return this.#records.f64[c * R.SLOTS + R.CLIENT_LAST + side]!;
  }

  #add(c: number, side: Side, half: number, quiet: number, s: At & Pick<Segment, 'sequence' | 'acknowledgment' | 'payloadLength'>): void {
    const words = this.#records.i32;
    words[half + R.HALF_FLAGS] = words[half + R.HALF_FLAGS]! | R.PREVIOUS_WAS_PROBE | R.HAS_PROBES;
    const { frame, time, sequence, acknowledgment, payloadLength } = s;
    this.#onProbe(c, side);
    this.log.add(c, side, { frame, time, quiet, octet: payloadLength > 0, sequence, acknowledgment });
  }
}
