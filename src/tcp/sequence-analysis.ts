/** Judges every segment as Wireshark 4.0 does (`tcp.analysis.*`) (packet-tcp.c, tcp_analyze_sequence_number), its weaknesses included. */

import { ACK, FIN, RST, type Segment, SYN } from '../packet/index.ts';
import { CLIENT, SERVER, type Side } from '../stream.ts';
import { type Duration, millisecond } from '../time.ts';
import * as A from './analysis-layout.ts';
import type { AnalysisRecords } from './analysis-records.ts';
import { windowScale } from './options.ts';
import * as R from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';
import { distance } from './sequence.ts';
import { type SegmentVerdicts, VerdictCounts } from './verdict-counts.ts';
import * as V from './verdicts.ts';

/** A fast retransmission follows the last duplicate ACK within this time. */
const FAST: Duration = 20 * millisecond;
/** Without an initial round trip, a segment this late is no longer out of order. */
const OUT_OF_ORDER: Duration = 3 * millisecond;

export class SequenceAnalysis {
  readonly #counts = new VerdictCounts();
  readonly #records: ConnectionRecords;
  readonly #state: AnalysisRecords;
  readonly #epoch: () => bigint | undefined;
  /** Number of the first SYN-ACK that agreed with what was known, by connection * 2 + side, where a later one did not. */
  readonly #firstSynAcks = new Map<number, number | undefined>();

  /** How many segments of a connection have their options cut: Wireshark judges them and, its reading of them broken off, does not show it. */
  readonly #headersCut = new Map<number, number>();

  constructor(records: ConnectionRecords, state: AnalysisRecords, epoch: () => bigint | undefined) {
    this.#records = records;
    this.#state = state;
    this.#epoch = epoch;
  }

  /** Before the segment is noted in the connection's record. `known`: what was found out about it already; returns all flags. */
  judge(c: number, side: Side, s: Segment, known: number): number {
    const state = this.#state.i32;
    const words = this.#records.i32;
    const own = c * A.WORDS + side * A.HALF;
    const peer = own ^ A.HALF;
    const half = c * R.WORDS + R.CLIENT_HALF + side * R.HALF;
    const { sequence, acknowledgment, flags, window, payloadLength } = s;
    const control = flags & (SYN | FIN | RST);
    const next = state[own + A.NEXT]!;
    const marks = state[own + A.MARKS]!;
    const lastAck = state[own + A.LAST_ACK]!;
    const peerHalf = half + (side === 0 ? R.HALF : -R.HALF);

    let verdict = known;
    if (payloadLength === 1 && sequence === next && words[peerHalf + R.WINDOW] === 0 && words[peerHalf + R.FRAMES]! > 0)
      verdict |= V.ZERO_WINDOW_PROBE;
    else {
      if (next !== 0 && distance(sequence, next) < 0 && (flags & RST) === 0) verdict |= V.LOST_SEGMENT;
      if (control === 0) {
        if (window === 0) verdict |= V.ZERO_WINDOW;
        if (payloadLength <= 1 && ((sequence + 1) | 0) === next) verdict |= V.KEEP_ALIVE;
        if (payloadLength > 0) {
          if (isWindowFull(sequence + payloadLength, state, words, peer, peerHalf)) verdict |= V.WINDOW_FULL;
        } else if (sequence === next && acknowledgment === lastAck) {
          const before = words[half + R.FRAMES]! > 0 ? words[half + R.WINDOW]! : -1;
          verdict |= judgeRepeatedAck(window, before, state[peer + A.MARKS]!);
        }
      }
    }

    let duplicates = acknowledgment === lastAck ? marks & A.DUPLICATES : 0;
    if (verdict & V.DUPLICATE_ACK) duplicates = duplicates === 0 || duplicates === A.FORGIVEN ? A.ONE_DUPLICATE : A.TWO_DUPLICATES;
    const confirmed = state[peer + A.CONTIGUOUS]!;
    if (confirmed !== 0 && flags & ACK && distance(acknowledgment, confirmed) < 0) verdict |= this.#acksUnseen(peer);
    if ((payloadLength > 0 || control & (SYN | FIN)) && (verdict & V.KEEP_ALIVE) === 0) verdict |= this.#judgeOld(c, side, own, peer, s);

    this.#remember(c, side, own, s, verdict);
    let after = (marks & (A.SCALE | A.FIRST_ACK)) | duplicates;
    if (verdict & V.KEEP_ALIVE) after |= A.LAST_WAS_KEEP_ALIVE;
    if (verdict & V.ZERO_WINDOW_PROBE) after |= A.LAST_WAS_WINDOW_PROBE;
    if (flags & SYN) after |= A.FIRST_ACK;
    else if (flags & ACK) after &= ~A.FIRST_ACK;
    if (after !== marks) state[own + A.MARKS] = after;
    if (flags & SYN) this.#agreeOnScale(own, peer, s);
    if (s.headerCut) this.#headersCut.set(c, (this.#headersCut.get(c) ?? 0) + 1);
    else if (verdict !== 0) this.#count(c, verdict);
    return verdict;
  }

  /** What is known of a side's window scale. */
  marks(c: number, side: Side): number {
    return this.#state.i32[c * A.WORDS + side * A.HALF + A.MARKS]!;
  }

  /** Whether there is a segment that carries data, confirms something or has a flag, and whose header is whole: on others it shows nothing. */
  isShown(c: number): boolean {
    const words = this.#records.i32;
    const half = c * R.WORDS + R.CLIENT_HALF + R.FRAMES;
    const [sent, received] = [words[half]!, words[half + R.HALF]!];
    const isOneSided = sent === 0 || received === 0;
    if (isOneSided && this.#bytes(c) === 0 && this.#state.countsRow(c) < 0) return false;
    return (this.#headersCut.get(c) ?? 0) < sent + received;
  }

  #bytes(c: number): number {
    return this.#records.bytes(c, CLIENT) + this.#records.bytes(c, SERVER);
  }

  counts(c: number): SegmentVerdicts {
    const seen = this.#counts.read(this.#state.countsRow(c));
    if (seen.reusedPorts === 0) return seen;
    // Wireshark goes over a capture twice, and the second time it holds the first SYN-ACK against the last one's number.
    const isAnother = (side: Side): boolean => {
      const first = this.#firstSynAcks.get(c * 2 + side);
      return first !== undefined && first !== this.#records.i32[c * R.WORDS + R.CLIENT_HALF + side * R.HALF + R.BASE];
    };
    return { ...seen, reusedPorts: seen.reusedPorts + (isAnother(CLIENT) ? 1 : 0) + (isAnother(SERVER) ? 1 : 0) };
  }

  /** A SYN-ACK of another number than the one before, if there was one. */
  renumbered(c: number, side: Side, before: number | undefined): void {
    const key = c * 2 + side;
    if (!this.#firstSynAcks.has(key)) this.#firstSynAcks.set(key, before);
  }

  /** A SYN that comes again with its first number: what was sent beyond a hole is forgotten. */
  sameSyn(c: number, side: Side): void {
    const own = c * A.WORDS + side * A.HALF;
    this.#state.i32[own + A.NEXT] = this.#state.i32[own + A.CONTIGUOUS]!;
  }

  #acksUnseen(peer: number): number {
    const state = this.#state.i32;
    if (distance(state[peer + A.NEXT]!, state[peer + A.CONTIGUOUS]!) < 0) {
      state[peer + A.CONTIGUOUS] = state[peer + A.NEXT]!;
      return V.ACK_LOST_SEGMENT;
    }
    // The same loss is told once: the other side's count of duplicates remembers it.
    const verdict = (state[peer + A.MARKS]! & A.DUPLICATES) === 0 ? V.ACK_LOST_SEGMENT : 0;
    state[peer + A.MARKS] = state[peer + A.MARKS]! | A.FORGIVEN;
    return verdict;
  }

  /** A segment that takes up numbers: is it an old one? */
  #judgeOld(c: number, side: Side, own: number, peer: number, s: Segment): number {
    const state = this.#state.i32;
    const { sequence, payloadLength } = s;
    const confirmed = state[peer + A.LAST_ACK]!;
    if (payloadLength > 0 && confirmed !== 0 && distance(sequence + payloadLength, confirmed) >= 0) return V.SPURIOUS_RETRANSMISSION;
    const next = state[own + A.NEXT]!;
    if (next === 0 || distance(next, sequence) >= 0) return 0;
    // New bytes after a probe of one byte.
    if (payloadLength > 1 && ((sequence + 1) | 0) === next) return 0;
    const times = this.#records.f64;
    const d = c * R.SLOTS;
    const sinceAck = s.time - times[d + R.CLIENT_LAST + 1 - side]!;
    // A count that was forgiven is a very large one to Wireshark.
    const isAskedFor = (state[peer + A.MARKS]! & A.DUPLICATES) >= A.TWO_DUPLICATES;
    if (isAskedFor && confirmed === sequence && sinceAck >= 0 && sinceAck < FAST) return V.FAST_RETRANSMISSION;
    const end = (sequence + payloadLength + (s.flags & (SYN | FIN) ? 1 : 0)) | 0;
    const late = s.time - this.#state.f64[c * A.SLOTS + A.NEXT_TIME + side]!;
    return end !== next && isBefore(late, this.#roundTrip(c)) ? V.OUT_OF_ORDER : V.RETRANSMISSION;
  }

  /** NaN or 0: unknown. Wireshark takes a SYN at exactly 1970-01-01 00:00 for no SYN. */
  #roundTrip(c: number): Duration {
    const epoch = this.#epoch();
    if (epoch !== undefined && Number(epoch) + this.#records.lastSynTime(c) === 0) return 0;
    return this.#records.initialRtt(c);
  }

  #remember(c: number, side: Side, own: number, s: Segment, verdict: number): void {
    const state = this.#state.i32;
    const { sequence } = s;
    const next = state[own + A.NEXT]!;
    if ((verdict & V.ZERO_WINDOW_PROBE) === 0) {
      const end = (sequence + s.payloadLength + (s.flags & (SYN | FIN) ? 1 : 0)) | 0;
      if (next === 0 || distance(end, next) < 0) {
        state[own + A.NEXT] = end;
        this.#state.f64[c * A.SLOTS + A.NEXT_TIME + side] = s.time;
      }
      const contiguous = state[own + A.CONTIGUOUS]!;
      if (contiguous === 0 || contiguous === sequence) state[own + A.CONTIGUOUS] = state[own + A.NEXT]!;
    }
    state[own + A.LAST_ACK] = s.acknowledgment;
  }

  /** Both must offer it; the answer decides. */
  #agreeOnScale(own: number, peer: number, s: Segment): void {
    const state = this.#state.i32;
    const offered = windowScale(s);
    if (s.headerCut) {
      if (offered >= 0) state[own + A.MARKS] = (state[own + A.MARKS]! & ~A.SCALE) | (offered + A.SCALE_ZERO);
      return;
    }
    let mine = offered < 0 ? state[own + A.MARKS]! & A.SCALE : offered + A.SCALE_ZERO;
    if (mine === A.SCALE_UNKNOWN) state[peer + A.MARKS] = (state[peer + A.MARKS]! & ~A.SCALE) | A.SCALE_OFF;
    if (mine === A.SCALE_UNKNOWN || (s.flags & ACK && (state[peer + A.MARKS]! & A.SCALE) === A.SCALE_OFF)) mine = A.SCALE_OFF;
    state[own + A.MARKS] = (state[own + A.MARKS]! & ~A.SCALE) | mine;
  }

  #count(c: number, verdict: number): void {
    const state = this.#state.i32;
    const w = c * A.WORDS + A.COUNTS;
    if (state[w] === 0) state[w] = this.#counts.open() + 1;
    this.#counts.add(state[w]! - 1, verdict);
  }
}

/** No payload, the number that is next, the acknowledgment of the segment before: what does it say? */
function judgeRepeatedAck(window: number, before: number, peerMarks: number): number {
  if (window === 0) return before === 0 && peerMarks & A.LAST_WAS_WINDOW_PROBE ? V.ZERO_WINDOW_PROBE_ACK : 0;
  if (window !== before) return V.WINDOW_UPDATE;
  return peerMarks & A.LAST_WAS_KEEP_ALIVE ? V.KEEP_ALIVE_ACK : V.DUPLICATE_ACK;
}

/** Whether a segment that ends at `end` fills the window that the peer last gave. */
export function isWindowFull(end: number, state: Int32Array, words: Int32Array, peer: number, peerHalf: number): boolean {
  const marks = state[peer + A.MARKS]!;
  const scale = marks & A.SCALE;
  if (scale === A.SCALE_UNKNOWN) return false;
  const shift = marks & A.FIRST_ACK || scale === A.SCALE_OFF ? 0 : scale - A.SCALE_ZERO;
  return ((end - state[peer + A.LAST_ACK]!) | 0) === words[peerHalf + R.WINDOW]! << shift && words[peerHalf + R.FRAMES]! > 0;
}

/** Wireshark compares without signs: a time before the other segment is a very long one. */
function isBefore(late: Duration, roundTrip: Duration): boolean {
  const limit = roundTrip || OUT_OF_ORDER;
  return late >= 0 === limit >= 0 ? late < limit : limit < 0;
}
