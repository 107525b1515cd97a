/** Sorts segments into connections and keeps, per connection, what the segments themselves tell. */

import type { Notes } from '../note.ts';
import { ACK, FIN, type Hosts, RST, type Segment, SYN, URG } from '../packet/index.ts';
import { CLIENT, SERVER, type Side } from '../stream.ts';
import { noTime } from '../time.ts';
import { Admission, type FlowLimits } from './admission.ts';
import { AnalysisRecords } from './analysis-records.ts';
import { FlowTable } from './flow-table.ts';
import { noteHandshake } from './handshake.ts';
import { History } from './history.ts';
import type { ProbeLog } from './probe-log.ts';
import { ProbeWatch } from './probe-watch.ts';
import { type ReaderOf, Reassembler } from './reassembler.ts';
import * as R from './record-layout.ts';
import { ConnectionRecords } from './records.ts';
import { resetFits, sameWay, timeToLive } from './reset.ts';
import { distance } from './sequence.ts';
import { SequenceAnalysis } from './sequence-analysis.ts';
import { BOTH_ESTABLISHED, completenessBits, nextStates } from './state.ts';
import { SteadySegments } from './steady-segment.ts';
import { StreamNumbers } from './stream-numbers.ts';
import { SynOptionSets } from './syn-options.ts';
import { SynPrints } from './syn-prints.ts';
import { Transfers } from './transfers.ts';
import type { SegmentVerdicts } from './verdict-counts.ts';
import { DUPLICATE_FRAME, REUSED_PORTS, SENT_AGAIN } from './verdicts.ts';

export interface TrackerOptions {
  readonly limits?: Partial<FlowLimits> | undefined;
  /** Of the flow table's hash; results do not depend on it. */
  readonly seed: number;
  /** Nanoseconds since 1970 of time 0, as soon as it is known. */
  readonly epoch?: () => bigint | undefined;
  /** TCP headers quoted in ICMP errors so far: Wireshark numbers those as streams, too. */
  readonly quoted?: () => number;
}

export class TcpTracker {
  readonly records: ConnectionRecords = new ConnectionRecords();
  readonly reassembler: Reassembler;
  readonly #probes = new ProbeWatch(this.records, (c, side) => this.history.probe(c, side));
  readonly probes: ProbeLog = this.#probes.log;
  readonly history: History;
  readonly synPrints: SynPrints = new SynPrints();
  readonly transfers: Transfers;
  readonly synOptions: SynOptionSets = new SynOptionSets();
  readonly #analysis: SequenceAnalysis;
  readonly #steady: SteadySegments;
  readonly #analysisRecords = new AnalysisRecords();
  readonly #streams: StreamNumbers;
  readonly #quoted: () => number;
  /** Those of them that belong to streams which have their numbers. */
  #quotedAgain = 0;
  readonly #flows: FlowTable;
  readonly #hosts: Hosts;
  readonly #notes: Notes;
  readonly admission: Admission;
  #last = { frame: 0, time: noTime };

  constructor(readerOf: ReaderOf, hosts: Hosts, notes: Notes, options: TrackerOptions) {
    this.#hosts = hosts;
    this.#notes = notes;
    this.#flows = new FlowTable(this.records, hosts, options.seed);
    this.#analysis = new SequenceAnalysis(this.records, this.#analysisRecords, options.epoch ?? (() => undefined));
    this.#streams = new StreamNumbers(this.records);
    this.#quoted = options.quoted ?? (() => 0);
    this.transfers = new Transfers(this.records, notes);
    this.history = new History(this.records, this.#analysisRecords);
    this.reassembler = new Reassembler(this.records, readerOf, notes, (c, side) => this.history.gap(c, side));
    this.#steady = new SteadySegments(this.records, this.#analysisRecords, this.transfers, this.reassembler, this.history);
    this.admission = new Admission(this.records, this.reassembler.facts, this.#streams, notes, {
      limits: options.limits,
      seed: options.seed,
      unknowable: () => this.#isUnknowable,
      replay: (s) => this.segment(s),
    });
  }

  segment(s: Segment): void {
    let c = this.#flows.find(s);
    const fromA = this.#flows.fromA;
    const opens = (s.flags & (SYN | ACK)) === SYN;
    let first = false;
    let verdict = s.duplicate ? DUPLICATE_FRAME : 0;
    if (c < 0 || (opens && this.#isNewNumber(c, fromA, s.sequence))) {
      if (!this.admission.admits(s, c < 0, opens)) return;
      if (c >= 0) verdict |= REUSED_PORTS;
      c = this.#open(s, c, fromA);
      first = true;
    }
    this.#notes.about = c;
    const words = this.records.i32;
    const w = c * R.WORDS;
    const side: Side = ((words[w + R.FLAGS]! & R.CLIENT_IS_B) === 0) === fromA ? CLIENT : SERVER;
    if (this.#steady.take(c, side, s)) return this.#noted(s);
    if (!opens && words[w + R.FLAGS]! & R.HALF_OPEN) this.#answered(w);
    if (s.flags & SYN && !first) verdict |= this.#renumber(c, w, side, s, opens);
    verdict = this.#analysis.judge(c, side, s, verdict);
    if (verdict & SENT_AGAIN && s.payloadLength > 0 && !s.duplicate) this.transfers.again(c, side, s.payloadLength);
    if (s.flags & URG && s.payloadLength > 0 && !s.duplicate) this.#notes.add('urgent-data', s.frame);
    this.#note(c, w, side, s, first, opens && (s.flags & RST) === 0);
    this.#noted(s);
  }

  #noted(s: Segment): void {
    this.#last.frame = s.frame;
    this.#last.time = s.time;
    this.#notes.about = -1;
  }

  #answered(w: number): void {
    this.records.i32[w + R.FLAGS] = this.records.i32[w + R.FLAGS]! & ~R.HALF_OPEN;
    this.admission.halfOpen -= 1;
  }

  /** The network says that a segment did not arrive; of the quoted header, addresses, ports and number are set. */
  unreachable(quoted: Segment): void {
    const c = this.#flows.find(quoted);
    if (c < 0) return;
    this.#quotedAgain += 1;
    const isClient = ((this.records.i32[c * R.WORDS + R.FLAGS]! & R.CLIENT_IS_B) === 0) === this.#flows.fromA;
    this.#probes.unreachable(c, isClient ? CLIENT : SERVER, quoted);
  }

  /** How many frames of a connection Wireshark flags, and why. */
  verdicts(c: number): SegmentVerdicts {
    return this.#analysis.counts(c);
  }

  /** Whether Wireshark has something to show of its analysis on any segment. */
  isAnalysisShown(c: number): boolean {
    return this.#analysis.isShown(c);
  }

  end(): void {
    this.reassembler.endAll(this.#last);
    this.#flows.clear();
    this.#analysisRecords.settle();
    if (this.history.full) this.#notes.add('history-limit', 0);
  }

  /** Requests came from the side that was taken for the server: whoever reads the record takes client for server from now on. */
  swapSides(c: number): void {
    this.records.i32[c * R.WORDS + R.FLAGS] = this.records.i32[c * R.WORDS + R.FLAGS]! ^ R.SWAPPED;
  }

  /** Wireshark's rule: a SYN whose number differs from the one known for its direction begins a connection. */
  #isNewNumber(c: number, fromA: boolean, sequence: number): boolean {
    const words = this.records.i32;
    const w = c * R.WORDS;
    const isClient = ((words[w + R.FLAGS]! & R.CLIENT_IS_B) === 0) === fromA;
    const h = w + (isClient ? R.CLIENT_HALF : R.SERVER_HALF);
    return (words[h + R.HALF_FLAGS]! & R.BASE_SET) !== 0 && words[h + R.BASE] !== sequence;
  }

  /** A SYN on a known connection, by Wireshark's rule: a bare one comes again, a SYN-ACK of another number takes the place of what was known. */
  #renumber(c: number, w: number, side: Side, s: Segment, bare: boolean): number {
    const words = this.records.i32;
    const own = w + (side === CLIENT ? R.CLIENT_HALF : R.SERVER_HALF);
    if ((words[own + R.HALF_FLAGS]! & R.BASE_SET) === 0) return 0;
    if (bare) this.#analysis.sameSyn(c, side);
    if (bare || words[own + R.BASE] === s.sequence) return 0;
    this.#analysis.renumbered(c, side, words[own + R.HALF_FLAGS]! & R.SYN_ACK_SENT ? words[own + R.BASE]! : undefined);
    // Then this one may belong to the handshake that succeeds.
    words[w + R.FLAGS] = words[w + R.FLAGS]! & ~R.SYN_ACK_SEEN;
    return REUSED_PORTS;
  }

  #open(s: Segment, previous: number, fromA: boolean): number {
    const { records } = this;
    const c = records.add();
    this.#analysisRecords.add();
    const words = records.i32;
    const w = c * R.WORDS;
    const { buffer, view } = s;
    const source = s.v6 ? this.#hosts.v6(buffer, s.source) : this.#hosts.v4(view.getInt32(s.source));
    const destination = s.v6 ? this.#hosts.v6(buffer, s.destination) : this.#hosts.v4(view.getInt32(s.destination));
    const keyOf = (host: number, at: number): number => (s.v6 ? host : view.getInt32(at));
    words[w + R.HOST_A] = fromA ? keyOf(source, s.source) : keyOf(destination, s.destination);
    words[w + R.HOST_B] = fromA ? keyOf(destination, s.destination) : keyOf(source, s.source);
    words[w + R.PORTS] = fromA ? (s.sourcePort << 16) | s.destinationPort : (s.destinationPort << 16) | s.sourcePort;
    words[w + R.LINK_TAG] = s.v6 ? ~s.linkTag : s.linkTag;
    const senderIsClient = s.flags & SYN ? (s.flags & ACK) === 0 : looksLikeClient(s.sourcePort, s.destinationPort);
    let flags = s.v6 ? R.IS_V6 : 0;
    if (senderIsClient !== fromA) flags |= R.CLIENT_IS_B;
    if ((s.flags & SYN) === 0) flags |= R.GUESSED;
    else if ((s.flags & ACK) === 0) {
      flags |= R.STARTED_WITH_SYN | R.HALF_OPEN;
      this.admission.halfOpen += 1;
    }
    words[w + R.FLAGS] = flags;
    words[w + R.CLIENT_HOST] = senderIsClient ? source : destination;
    words[w + R.SERVER_HOST] = senderIsClient ? destination : source;
    words[w + R.PREVIOUS] = previous;
    const bareSyn = (s.flags & (SYN | ACK)) === SYN;
    if (bareSyn) this.synPrints.set(c, s);
    words[w + R.STREAM] =
      this.admission.recalled ?? this.#streams.open(c, s.linkTag !== 0, { fromA, bareSyn, sequence: s.sequence }, this.#isUnknowable);
    words[w + R.FIRST_FRAME] = s.frame;
    words[w + R.SYN_COUNT] = s.interface << 16;
    records.f64[c * R.SLOTS + R.START] = s.time;
    if (previous >= 0 && !this.#isOver(previous)) this.#notes.add('old-connection-half-open', s.frame);
    this.#flows.put(c);
    return c;
  }

  /** Wireshark has given a number to a quoted header, and nobody knows which. */
  get #isUnknowable(): boolean {
    return this.#quoted() > this.#quotedAgain;
  }

  #isOver(c: number): boolean {
    return (this.records.i32[c * R.WORDS + R.FLAGS]! & (R.CLOSED_BY_CLIENT | R.CLOSED_BY_SERVER)) !== 0;
  }

  #note(c: number, w: number, side: Side, s: Segment, first: boolean, bareSyn: boolean): void {
    const words = this.records.i32;
    const times = this.records.f64;
    const d = c * R.SLOTS;
    const own = w + (side === CLIENT ? R.CLIENT_HALF : R.SERVER_HALF);
    const peer = w + (side === CLIENT ? R.SERVER_HALF : R.CLIENT_HALF);
    const { flags, time, sequence, payloadLength } = s;
    if (!s.duplicate) this.#tell(c, side, own, s);
    words[w + R.LAST_FRAME] = s.frame;
    if (words[own + R.FRAMES] === 0 && (flags & RST) === 0)
      words[own + R.HALF_FLAGS] = words[own + R.HALF_FLAGS]! | (timeToLive(s) << R.TTL);
    words[own + R.FRAMES] = words[own + R.FRAMES]! + 1;
    if (payloadLength > 0) this.records.addBytes(c, side, payloadLength);
    if (s.duplicate) return this.#twice(c, d, own, side, s, bareSyn);
    const believed = (flags & RST) === 0 || resetFits(words, own, peer, this.#analysis.marks(c, side === CLIENT ? SERVER : CLIENT), s);
    this.#states(w, side, flags, payloadLength, first, believed);

    if ((words[own + R.HALF_FLAGS]! & R.BASE_SET) === 0 || (flags & (SYN | ACK)) === (SYN | ACK)) {
      words[own + R.BASE] = flags & SYN ? sequence : (sequence - 1) | 0;
      words[own + R.HALF_FLAGS] = words[own + R.HALF_FLAGS]! | R.BASE_SET;
    }
    if (flags & ACK && (words[peer + R.HALF_FLAGS]! & R.BASE_SET) === 0) {
      words[peer + R.BASE] = (s.acknowledgment - 1) | 0;
      words[peer + R.HALF_FLAGS] = words[peer + R.HALF_FLAGS]! | R.BASE_SET;
    }
    if ((flags & (SYN | ACK)) === SYN) {
      if (!first) this.records.addSyn(c, time);
    } else if (flags & ACK && !(flags & SYN) && words[w + R.INITIAL_RTT]! >>> 1 === 0) {
      // Not known yet; Wireshark takes one of exactly 0 for that, too.
      this.records.setInitialRtt(c, time - this.records.lastSynTime(c));
    }

    if ((words[w + R.FLAGS]! & R.HANDSHAKE) === 0) noteHandshake(this.records, c, side, s, bareSyn);
    if (flags & RST) this.#reset(c, w, d, side, own, s, believed);
    else if (payloadLength <= 1 && (flags & (SYN | FIN)) === 0) this.#probes.segment(c, side, own, peer, s);
    else if (payloadLength > 1) words[own + R.HALF_FLAGS] = words[own + R.HALF_FLAGS]! & ~R.PREVIOUS_WAS_PROBE;
    times[d + R.CLIENT_LAST + side] = time;
    if (words[own + R.WINDOW] === 0 && s.window > 0 && words[own + R.HALF_FLAGS]! & R.MEASURED) this.transfers.windowOpened(c, side, s);
    words[own + R.WINDOW] = s.window;

    if (flags & RST) return;

    const endSequence = (sequence + payloadLength + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)) | 0;
    if ((words[own + R.HALF_FLAGS]! & R.HIGHEST_SET) === 0 || distance(words[own + R.HIGHEST]!, endSequence) > 0) {
      words[own + R.HIGHEST] = endSequence;
      words[own + R.HALF_FLAGS] = words[own + R.HALF_FLAGS]! | R.HIGHEST_SET;
      if (payloadLength > 0) this.transfers.fresh(c, side, own, endSequence, s);
    } else if (payloadLength > 0) this.history.again(c, side);
    if (flags & SYN) this.#noteSyn(own, s);
    if (flags & FIN) this.#finish(w, d, side, own, s);
    // Its sender had the bytes that it acknowledges before it sent these: what they answer is read first.
    if (flags & ACK) this.#acknowledge(c, side === CLIENT ? SERVER : CLIENT, peer, s);
    this.reassembler.accept(c, side, s);
    if (flags & FIN) this.reassembler.finished(c, side, s);
  }

  #tell(c: number, side: Side, own: number, s: Segment): void {
    const told = this.records.i32[own + R.HALF_FLAGS]! & (s.payloadLength > 0 ? R.DATA_TOLD : R.ACK_TOLD);
    if (told === 0 || s.flags & (SYN | FIN | RST)) this.history.segment(c, side, s);
    if (s.window > 0) return;
    this.history.zeroWindow(c, side, s.flags);
    if ((s.flags & (SYN | FIN | RST)) === 0) this.transfers.windowClosed(c, side, s);
  }

  /** The second copy of a frame is counted, and tells nothing new. */
  #twice(c: number, d: number, own: number, side: Side, s: Segment, bareSyn: boolean): void {
    const { facts } = this.reassembler;
    facts.seen += s.payloadLength;
    facts.duplicate += s.payloadLength;
    this.records.f64[d + R.CLIENT_LAST + side] = s.time;
    this.records.i32[own + R.WINDOW] = s.window;
    if (bareSyn) this.records.addSyn(c, s.time);
  }

  #noteSyn(own: number, s: Segment): void {
    const words = this.records.i32;
    const sent = s.flags & ACK ? R.SYN_SENT | R.SYN_ACK_SENT : R.SYN_SENT;
    words[own + R.HALF_FLAGS] = (words[own + R.HALF_FLAGS]! & ~(255 << R.SYN_OPTIONS)) | sent | (this.synOptions.add(s) << R.SYN_OPTIONS);
  }

  #acknowledge(c: number, side: Side, half: number, s: Segment): void {
    const words = this.records.i32;
    const { acknowledgment } = s;
    const flags = words[half + R.HALF_FLAGS]!;
    if (flags & R.ACKNOWLEDGED_SET && distance(words[half + R.ACKNOWLEDGED]!, acknowledgment) <= 0) return;
    words[half + R.ACKNOWLEDGED] = acknowledgment;
    words[half + R.HALF_FLAGS] = flags | R.ACKNOWLEDGED_SET;
    if (flags & R.MEASURED) this.transfers.confirmed(c, side, acknowledgment, s);
    this.reassembler.acknowledged(c, side, acknowledgment);
  }

  #states(w: number, side: Side, flags: number, payloadLength: number, first: boolean, believed: boolean): void {
    const words = this.records.i32;
    const states = words[w + R.STATES]! | (completenessBits(flags, payloadLength, first, first && words[w + R.PREVIOUS]! >= 0) << 8);
    // Most segments are plain ones of an established connection and move nothing; nor does a reset that is not believed.
    if (((states & 63) === BOTH_ESTABLISHED && (flags & (SYN | FIN | RST)) === 0) || !believed) {
      words[w + R.STATES] = states;
      return;
    }
    const shift = side === CLIENT ? 0 : 3;
    const after = nextStates((states >> shift) & 7, (states >> (3 - shift)) & 7, flags, side === CLIENT);
    words[w + R.STATES] = (side === CLIENT ? after : ((after & 7) << 3) | (after >> 3)) | (states & ~63);
  }

  #finish(w: number, d: number, side: Side, own: number, s: Segment): void {
    const words = this.records.i32;
    if (words[own + R.HALF_FLAGS]! & R.FIN_SENT) return;
    words[own + R.HALF_FLAGS] = words[own + R.HALF_FLAGS]! | R.FIN_SENT;
    words[own + R.FIN_SEQUENCE] = (s.sequence + s.payloadLength + (s.flags & SYN ? 1 : 0)) | 0;
    this.#close(w, d, side, 0, s);
  }

  /** Before the time of its side's last segment moves on. */
  #reset(c: number, w: number, d: number, side: Side, own: number, s: Segment, believed: boolean): void {
    const words = this.records.i32;
    const flags = words[own + R.HALF_FLAGS]!;
    if (s.payloadLength > 0) {
      // RFC 1122 §4.2.2.12 allows text in a reset; it is never part of the stream.
      this.reassembler.facts.seen += s.payloadLength;
      this.reassembler.facts.giveUp('in-reset', s.payloadLength);
    }
    if (!believed) return this.#notes.add('reset-out-of-window', s.frame);
    const ttl = (flags >>> R.TTL) & 255;
    if (ttl > 0 && !sameWay(ttl, timeToLive(s)))
      this.#notes.add('reset-another-way', s.frame, `time to live ${timeToLive(s)} after ${ttl}`);
    words[own + R.HALF_FLAGS] = flags | R.RST_SENT;
    this.#probes.reset(c, side, s);
    this.#close(w, d, side, R.CLOSED_BY_RST, s);
    this.reassembler.end(c, side, 'rst', s);
  }

  #close(w: number, d: number, side: Side, how: number, s: Segment): void {
    const words = this.records.i32;
    const flags = words[w + R.FLAGS]!;
    if (flags & (R.CLOSED_BY_CLIENT | R.CLOSED_BY_SERVER)) return;
    const peer = w + (side === CLIENT ? R.SERVER_HALF : R.CLIENT_HALF);
    const highest = (words[peer + R.HALF_FLAGS]! & R.HIGHEST_SET) !== 0;
    let end = side === CLIENT ? R.CLOSED_BY_CLIENT : R.CLOSED_BY_SERVER;
    if (highest && s.flags & ACK && distance(s.acknowledgment, words[peer + R.HIGHEST]!) > 0) end |= R.CLOSED_UNREAD;
    if ((s.flags & (RST | ACK)) === RST) end |= R.CLOSED_UNAWARE;
    words[w + R.FLAGS] = flags | how | end;
    words[w + R.CLOSE_FRAME] = s.frame;
    this.records.f64[d + R.CLOSE_TIME] = s.time;
  }
}

/** Without a SYN: the lower port, below 1024 or well under the other, is the server's; else the first sender is the client. */
function looksLikeClient(source: number, destination: number): boolean {
  if (destination < 1024 || source < 1024) return destination <= source;
  const registered = (port: number): boolean => port < 32_768;
  if (registered(source) !== registered(destination)) return registered(destination);
  return true;
}
