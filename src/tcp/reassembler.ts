/** Puts each direction's bytes into order and hands them on: retransmissions dropped, first copy wins, holes waited for, lost bytes named. */

import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import { Segment, SYN } from '../packet/index.ts';
import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import type { Time } from '../time.ts';
import { PayloadFacts } from './payload-facts.ts';
import {
  ACKNOWLEDGED_SET,
  CLIENT_HALF,
  CLIENT_LAST,
  type ConnectionRecords,
  DELIVERED,
  ENDED,
  FIN_SENT,
  FIN_SEQUENCE,
  FLAGS,
  GUESSED,
  HALF_FLAGS,
  NEXT,
  NEXT_SET,
  READER,
  SERVER_HALF,
  SERVER_LAST,
  SLOTS,
  SYN_SENT,
  UNREAD,
  WAITING,
  WORDS,
} from './records.ts';
import { distance } from './sequence.ts';
import { type LossKind, StreamLosses } from './stream-losses.ts';
import { type Piece, Waiting } from './waiting.ts';

/** Whoever reads a connection's bytes; asked for when the first byte comes. */
export type ReaderOf = (connection: number) => StreamSink;
/** Open connections among which the idlest is looked for. */
const lookedAt = 16;
/** Told of bytes that `side` sent and that are not in the capture. */
export type GapObserver = (connection: number, side: Side) => void;

export class Reassembler {
  readonly facts: PayloadFacts = new PayloadFacts();
  readonly losses: StreamLosses = new StreamLosses();
  readonly #records: ConnectionRecords;
  readonly #readerOf: ReaderOf;
  readonly #notes: Notes;
  readonly #onGap: GapObserver;
  /** Readers of open connections, and the places that closed ones left. */
  readonly #readers: (StreamSink | undefined)[] = [];
  readonly #freePlaces: number[] = [];
  /** By place: whose reader it is. Where the last idle one was looked for. */
  readonly #owners: number[] = [];
  #looked = 0;
  readonly #most = limits.readers;
  /** What waits behind holes, by connection * 2 + side. */
  readonly #waiting = new Map<number, Waiting>();
  #waitingBytes = 0;
  /** Frame and time of what waited. A segment, as it is everywhere else: V8 compiles readers once more for each other kind of object that they are given. */
  readonly #late = new Segment();
  #lingering: number[] = [];
  #lingered = 0;

  constructor(records: ConnectionRecords, readerOf: ReaderOf, notes: Notes, onGap: GapObserver) {
    this.#records = records;
    this.#readerOf = readerOf;
    this.#notes = notes;
    this.#onGap = onGap;
  }

  /** Any segment, for where the stream begins; its payload, if it has one. */
  accept(c: number, side: Side, s: Segment): void {
    const words = this.#records.i32;
    const h = c * WORDS + (side === CLIENT ? CLIENT_HALF : SERVER_HALF);
    let flags = words[h + HALF_FLAGS]!;
    const sequence = s.flags & SYN ? (s.sequence + 1) | 0 : s.sequence;
    if ((flags & NEXT_SET) === 0 || ((flags & DELIVERED) === 0 && this.#beginsEarlier(c, h, flags, sequence, s))) {
      words[h + NEXT] = sequence;
      flags = (flags | NEXT_SET) & ~ENDED;
      words[h + HALF_FLAGS] = flags;
    }
    const length = s.payloadLength;
    if (length === 0) return;
    this.facts.seen += length;
    if (flags & ENDED) return this.#afterEnd(c, h, sequence, length, s);
    const ahead = distance(words[h + NEXT]!, sequence);
    if (ahead > 0 || flags & WAITING) return this.#wait(c, side, h, sequence, s);
    if (ahead + length <= 0) return this.#old(flags, length);
    // Not `-ahead`: that is -0 for most segments, a double, and every offset that is reckoned from it would be one.
    this.#deliver(c, side, h, s.buffer, s.payloadStart, s.payloadEnd, length, 0 - ahead, s);
  }

  /** A capture that began in the middle, its first frames out of order: as long as no byte of either side was given out, a side may begin with one before those expected. */
  #beginsEarlier(c: number, h: number, flags: number, sequence: number, s: Segment): boolean {
    const words = this.#records.i32;
    const w = c * WORDS;
    const both = words[w + CLIENT_HALF + HALF_FLAGS]! | words[w + SERVER_HALF + HALF_FLAGS]!;
    if (both & DELIVERED || flags & WAITING) return false;
    if (s.flags & SYN) return (words[w + FLAGS]! & GUESSED) !== 0;
    // A single byte from before is a probe's.
    return (flags & SYN_SENT) === 0 && s.payloadLength > 1 && distance(words[h + NEXT]!, sequence) < 0;
  }

  /** As `accept`, of a segment that is known to hold the very next bytes of an open side; `h` is its half. */
  next(c: number, side: Side, h: number, s: Segment): void {
    this.facts.seen += s.payloadLength;
    this.#deliver(c, side, h, s.buffer, s.payloadStart, s.payloadEnd, s.payloadLength, 0, s);
  }

  /** The peer has confirmed everything below `acknowledged`: what is still missing of it was lost by the capture. */
  acknowledged(c: number, side: Side, acknowledged: number): void {
    const words = this.#records.i32;
    const h = c * WORDS + (side === CLIENT ? CLIENT_HALF : SERVER_HALF);
    const flags = words[h + HALF_FLAGS]!;
    if (flags & WAITING) {
      for (;;) {
        const first = this.#waiting.get(c * 2 + side)?.first;
        if (!first || distance(first.sequence, acknowledged) < 0) return;
        this.#giveUp(c, side, h, first, 'capture');
      }
    }
    // A capture that began in the middle: what was confirmed before any byte was seen belongs to the time before it.
    if ((flags & (DELIVERED | SYN_SENT | NEXT_SET)) === NEXT_SET && distance(words[h + NEXT]!, acknowledged) > 0)
      words[h + NEXT] = acknowledged;
  }

  /** A FIN was seen: the stream ends where its bytes end. */
  finished(c: number, side: Side, at: At): void {
    const words = this.#records.i32;
    const h = c * WORDS + (side === CLIENT ? CLIENT_HALF : SERVER_HALF);
    if ((words[h + HALF_FLAGS]! & (FIN_SENT | ENDED)) !== FIN_SENT) return;
    if (distance(words[h + FIN_SEQUENCE]!, words[h + NEXT]!) >= 0) this.end(c, side, 'fin', at);
  }

  /** Ends a side: what still waits behind holes is delivered with gaps first. */
  end(c: number, side: Side, how: EndKind, at: At): void {
    const about = this.#notes.about;
    this.#notes.about = c;
    this.#end(c, side, how, at);
    this.#notes.about = about;
  }

  #end(c: number, side: Side, how: EndKind, at: At): void {
    // `at` may be the one object that is made to speak of what waited.
    const { frame, time } = at;
    const words = this.#records.i32;
    const h = c * WORDS + (side === CLIENT ? CLIENT_HALF : SERVER_HALF);
    while (words[h + HALF_FLAGS]! & WAITING) {
      const first = this.#waiting.get(c * 2 + side)?.first;
      if (!first) break;
      // What the peer has confirmed was given up when it did; where its segments are missing, too, nobody knows.
      this.#giveUp(c, side, h, first, words[h + HALF_FLAGS]! & ACKNOWLEDGED_SET ? 'network' : 'capture');
    }
    if (words[h + HALF_FLAGS]! & ENDED) return;
    words[h + HALF_FLAGS] = words[h + HALF_FLAGS]! | ENDED;
    const place = words[c * WORDS + READER]! - 1;
    if (place < 0) return;
    this.#readers[place]!.end(side, how, this.#at(frame, time));
    const both = words[c * WORDS + CLIENT_HALF + HALF_FLAGS]! & words[c * WORDS + SERVER_HALF + HALF_FLAGS]! & ENDED;
    if (both) this.#close(c, place);
    else if (how === 'rst') this.#linger(c, at);
  }

  /** After a reset the other side may still have sent something; its reader is kept until many others wait likewise. */
  #linger(c: number, at: At): void {
    this.#lingering.push(c);
    if (this.#lingering.length - this.#lingered <= limits.lingering) return;
    const oldest = this.#lingering[this.#lingered]!;
    this.#lingered += 1;
    if (this.#lingered === limits.lingering) {
      this.#lingering = this.#lingering.slice(this.#lingered);
      this.#lingered = 0;
    }
    this.end(oldest, CLIENT, 'rst', at);
    this.end(oldest, SERVER, 'rst', at);
  }

  /** The capture is over. */
  endAll(at: At): void {
    const kept = { frame: at.frame, time: at.time };
    for (const key of [...this.#waiting.keys()]) this.end(key >> 1, (key & 1) as Side, 'capture', kept);
    for (let c = 0; c < this.#records.size; c += 1) {
      if (this.#records.i32[c * WORDS + READER] === 0) continue;
      this.end(c, CLIENT, 'capture', kept);
      this.end(c, SERVER, 'capture', kept);
    }
  }

  #reader(c: number, at: At): StreamSink {
    const words = this.#records.i32;
    const place = words[c * WORDS + READER]!;
    if (place > 0) return this.#readers[place - 1]!;
    const opened = this.#readerOf(c);
    const free = this.#freePlaces.pop() ?? this.#readers.length;
    this.#readers[free] = opened;
    this.#owners[free] = c;
    this.#records.i32[c * WORDS + READER] = free + 1;
    if (this.#readers.length - this.#freePlaces.length > this.#most) this.#passBy(c, at);
    return opened;
  }

  /** One of the other open connections is read no further: of a few, the one that was idle for longest. */
  #passBy(c: number, at: At): void {
    const { frame, time } = at;
    const { f64, i32 } = this.#records;
    let idlest = c;
    let since = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < lookedAt; looked += 1) {
      this.#looked = (this.#looked + 1) % this.#readers.length;
      const each = this.#owners[this.#looked]!;
      if (each === c || this.#readers[this.#looked] === undefined) continue;
      const slot = each * SLOTS;
      const last = Math.max(f64[slot + CLIENT_LAST]! || 0, f64[slot + SERVER_LAST]! || 0);
      if (last >= since) continue;
      since = last;
      idlest = each;
    }
    if (idlest === c) return;
    i32[idlest * WORDS + FLAGS] = i32[idlest * WORDS + FLAGS]! | UNREAD;
    this.end(idlest, CLIENT, 'capture', this.#at(frame, time));
    this.end(idlest, SERVER, 'capture', this.#at(frame, time));
    const about = this.#notes.about;
    this.#notes.about = idlest;
    this.#notes.add('reader-limit', frame);
    this.#notes.about = about;
    // It may have been this one that spoke of what waited.
    if (at === this.#late) this.#at(frame, time);
  }

  #close(c: number, place: number): void {
    this.#readers[place] = undefined;
    this.#freePlaces.push(place);
    this.#records.i32[c * WORDS + READER] = 0;
  }

  /** Bytes [skip, length) of a payload are next; the last of them may not have been captured. */
  #deliver(c: number, side: Side, h: number, buffer: Uint8Array, start: number, end: number, length: number, skip: number, at: At): void {
    const words = this.#records.i32;
    words[h + NEXT] = (words[h + NEXT]! + length - skip) | 0;
    words[h + HALF_FLAGS] = words[h + HALF_FLAGS]! | DELIVERED;
    this.facts.duplicate += skip;
    const reader = this.#reader(c, at);
    const from = start + skip;
    const captured = end > from ? end - from : 0;
    if (captured > 0) {
      this.facts.delivered += captured;
      reader.data(side, buffer, from, end, at);
    }
    const cut = length - skip - captured;
    if (cut > 0) {
      this.facts.giveUp('not-captured', cut);
      this.losses.lost(c, side, 'snap-length', cut);
      reader.gap(side, cut, at);
    }
    if (words[h + HALF_FLAGS]! & FIN_SENT) this.finished(c, side, at);
  }

  /** Behind a hole, or filling one before bytes that already wait: those came first. */
  #wait(c: number, side: Side, h: number, sequence: number, s: Segment): void {
    const words = this.#records.i32;
    const key = c * 2 + side;
    let waiting = this.#waiting.get(key);
    if (!waiting) {
      waiting = new Waiting();
      this.#waiting.set(key, waiting);
      words[h + HALF_FLAGS] = words[h + HALF_FLAGS]! | WAITING;
    }
    // What was delivered is not kept again.
    const old = Math.min(s.payloadLength, Math.max(0, distance(sequence, words[h + NEXT]!)));
    const bytes = s.buffer.slice(Math.min(s.payloadStart + old, s.payloadEnd), s.payloadEnd);
    const piece = { sequence: (sequence + old) | 0, length: s.payloadLength - old, bytes, frame: s.frame, time: s.time };
    const { kept, bytes: keptBytes, duplicate, conflicting, conflict } = waiting.insert(piece);
    this.facts.duplicate += old + duplicate;
    if (conflict) {
      this.facts.conflicting += conflicting;
      const first = conflict.piece;
      const other = bytes.subarray(conflict.from);
      const { kept: was, other: is } = this.losses.conflict(
        c,
        side,
        conflicting,
        first.bytes.subarray(conflict.inside),
        first.frame,
        other,
        s,
      );
      this.#notes.add('overlap-conflict', s.frame, `${conflicting} bytes, first ${hex(was)} (frame ${first.frame}), then ${hex(is)}`);
    }
    if (kept === 0) return;
    this.#waitingBytes += keptBytes;
    this.#drain(c, side, h, s.frame, s.time);
    while (
      waiting.first &&
      (waiting.count > limits.holes || waiting.span > limits.outOfOrder || this.#waitingBytes > limits.outOfOrderTotal)
    ) {
      this.#notes.add('out-of-order-limit', s.frame, `${waiting.count} pieces over ${waiting.span} bytes`);
      this.#giveUp(c, side, h, waiting.first, 'capture');
    }
  }

  /** Everything that now follows without a hole. */
  #drain(c: number, side: Side, h: number, frame: number, time: Time): void {
    const words = this.#records.i32;
    const key = c * 2 + side;
    const waiting = this.#waiting.get(key);
    if (!waiting) return;
    // A piece leaves before it is delivered: its delivery may end the stream, and that gives out all that wait.
    // Half of the number space away, each is before the other: then the piece lies ahead.
    for (let piece = waiting.first; piece && distance(piece.sequence, words[h + NEXT]!) >= 0; piece = waiting.first) {
      waiting.shift();
      this.#waitingBytes -= piece.bytes.length;
      const behind = distance(piece.sequence, words[h + NEXT]!);
      if (words[h + HALF_FLAGS]! & ENDED) this.facts.giveUp('after-end', piece.length);
      else if (behind >= piece.length) this.facts.duplicate += piece.length;
      else
        this.#deliver(
          c,
          side,
          h,
          piece.bytes,
          0,
          piece.bytes.length,
          piece.length,
          behind,
          time > piece.time ? this.#at(frame, time) : this.#at(piece.frame, piece.time),
        );
    }
    if (waiting.first) return;
    this.#waiting.delete(key);
    words[h + HALF_FLAGS] = words[h + HALF_FLAGS]! & ~WAITING;
  }

  /** The hole before `piece` will not be filled. */
  #giveUp(c: number, side: Side, h: number, piece: Piece, lostBy: LossKind): void {
    const words = this.#records.i32;
    const missing = 0 - distance(piece.sequence, words[h + NEXT]!);
    if (missing > 0) {
      this.#notes.add(lostBy === 'network' ? 'lost-on-network' : 'gap', piece.frame, `${missing} bytes`);
      this.losses.lost(c, side, lostBy, missing);
      words[h + NEXT] = piece.sequence;
      words[h + HALF_FLAGS] = words[h + HALF_FLAGS]! | DELIVERED;
      this.#onGap(c, side);
      const at = this.#at(piece.frame, piece.time);
      this.#reader(c, at).gap(side, missing, at);
    }
    this.#drain(c, side, h, piece.frame, piece.time);
  }

  #at(frame: number, time: Time): At {
    this.#late.frame = frame;
    this.#late.time = time;
    return this.#late;
  }

  /** Bytes from before the next ones: they were there before, unless none were. */
  #old(flags: number, length: number): void {
    if (flags & DELIVERED) this.facts.duplicate += length;
    else this.facts.giveUp('before-begin', length);
  }

  #afterEnd(c: number, h: number, sequence: number, length: number, s: Segment): void {
    const fresh = Math.min(length, distance(this.#records.i32[h + NEXT]!, (sequence + length) | 0));
    if (fresh <= 0) return this.#old(this.#records.i32[h + HALF_FLAGS]!, length);
    this.facts.duplicate += length - fresh;
    if (this.#records.i32[c * WORDS + FLAGS]! & UNREAD) return this.facts.giveUp('unread', fresh);
    this.facts.giveUp('after-end', fresh);
    this.#notes.add('bytes-after-close', s.frame, `${fresh} bytes`);
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
