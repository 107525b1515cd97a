/** Takes the usual segment in one pass: the next bytes or a fresh ACK of an established connection, where nothing is to be judged. */

// Most segments: three of four where connections are short, nearly all of a long one. What the tracker, the judgement, the probe watch and the reassembler would each find out and write of such a segment is looked
// at once and written once, in their order; whatever is unusual about a segment leaves it to them. A tenth of the time of reading a capture of long connections.
import { ACK, FIN, RST, type Segment, SYN, URG } from '../packet/index.ts';
import { CLIENT, type Side } from '../stream.ts';
import * as A from './analysis-layout.ts';
import type { AnalysisRecords } from './analysis-records.ts';
import type { History } from './history.ts';
import type { Reassembler } from './reassembler.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { distance } from './sequence.ts';
import { isWindowFull } from './sequence-analysis.ts';
import { BOTH_ESTABLISHED, completenessBits } from './state.ts';
import type { Transfers } from './transfers.ts';

/** What the sender's half must be, and must not be; what the peer's. */
const OWN_IS = R.BASE_SET | R.NEXT_SET | R.HIGHEST_SET | R.SYN_SENT;
const OWN_IS_NOT = R.FIN_SENT | R.RST_SENT | R.ENDED | R.WAITING | R.PREVIOUS_WAS_PROBE;
const PEER_IS = R.BASE_SET | R.SYN_SENT | R.ACKNOWLEDGED_SET;
const PEER_IS_NOT = R.WAITING | R.HAS_PROBES;

export class SteadySegments {
  readonly #records: ConnectionRecords;
  readonly #analysis: AnalysisRecords;
  readonly #transfers: Transfers;
  readonly #reassembler: Reassembler;
  readonly #history: History;

  constructor(records: ConnectionRecords, analysis: AnalysisRecords, transfers: Transfers, reassembler: Reassembler, history: History) {
    this.#records = records;
    this.#analysis = analysis;
    this.#transfers = transfers;
    this.#reassembler = reassembler;
    this.#history = history;
  }

  /** False where the segment is any other: then nothing of it was noted. */
  take(c: number, side: Side, s: Segment): boolean {
    const { flags, sequence, acknowledgment, payloadLength: length } = s;
    if ((flags & (SYN | FIN | RST | URG | ACK)) !== ACK || s.window === 0 || s.headerCut || s.duplicate) return false;
    const words = this.#records.i32;
    const w = c * R.WORDS;
    const own = w + (side === CLIENT ? R.CLIENT_HALF : R.SERVER_HALF);
    const peer = w + (side === CLIENT ? R.SERVER_HALF : R.CLIENT_HALF);
    const ownFlags = words[own + R.HALF_FLAGS]!;
    const peerFlags = words[peer + R.HALF_FLAGS]!;
    if ((ownFlags & (OWN_IS | OWN_IS_NOT)) !== OWN_IS || (peerFlags & (PEER_IS | PEER_IS_NOT)) !== PEER_IS) return false;
    if ((words[w + R.FLAGS]! & R.HANDSHAKE) === 0 || (words[w + R.STATES]! & 63) !== BOTH_ESTABLISHED) return false;
    if (words[own + R.HIGHEST] !== sequence || words[own + R.NEXT] !== sequence || words[own + R.WINDOW] === 0) return false;
    // One number before what was confirmed: a probe.
    if (length <= 1 && (length === 1 || ((sequence + 1) | 0) === words[own + R.ACKNOWLEDGED])) return false;

    // Wireshark's state of both sides: it has its own idea of what is next.
    const state = this.#analysis.i32;
    const from = c * A.WORDS + side * A.HALF;
    const to = from ^ A.HALF;
    const contiguous = state[from + A.CONTIGUOUS]!;
    const lastAck = state[from + A.LAST_ACK]!;
    if (state[from + A.NEXT] !== sequence || sequence === 0 || (state[from + A.MARKS]! & ~A.SCALE) !== 0) return false;
    const seen = state[to + A.CONTIGUOUS]!;
    if (seen !== 0 && distance(acknowledgment, seen) < 0) return false;
    if (length > 0) {
      const confirmed = state[to + A.LAST_ACK]!;
      if (confirmed !== 0 && distance((sequence + length) | 0, confirmed) >= 0) return false;
      if (isWindowFull(sequence + length, state, words, to, peer)) return false;
    } else if (acknowledgment === lastAck) return false;
    // Not known, or of exactly 0.
    if (words[w + R.INITIAL_RTT]! >>> 1 === 0) return false;

    if ((ownFlags & (length > 0 ? R.DATA_TOLD : R.ACK_TOLD)) === 0) this.#history.segment(c, side, s);
    const end = (sequence + length) | 0;
    state[from + A.LAST_ACK] = acknowledgment;
    words[w + R.LAST_FRAME] = s.frame;
    words[w + R.STATES] = words[w + R.STATES]! | (completenessBits(flags, length, false, false) << 8);
    words[own + R.FRAMES] = words[own + R.FRAMES]! + 1;
    words[own + R.WINDOW] = s.window;
    this.#records.f64[c * R.SLOTS + R.CLIENT_LAST + side] = s.time;
    if (length > 0) {
      state[from + A.NEXT] = end;
      if (contiguous === 0 || contiguous === sequence) state[from + A.CONTIGUOUS] = end;
      this.#analysis.f64[c * A.SLOTS + A.NEXT_TIME + side] = s.time;
      this.#records.addBytes(c, side, length);
      words[own + R.HIGHEST] = end;
      this.#transfers.fresh(c, side, own, end, s);
    } else if (contiguous === 0) state[from + A.CONTIGUOUS] = sequence;
    if (distance(words[peer + R.ACKNOWLEDGED]!, acknowledgment) > 0) {
      words[peer + R.ACKNOWLEDGED] = acknowledgment;
      if (peerFlags & R.MEASURED) this.#transfers.confirmed(c, side === CLIENT ? 1 : 0, acknowledgment, s);
    }
    if (length > 0) this.#reassembler.next(c, side, own, s);
    return true;
  }
}
