/** Turns the bytes of a capture, pushed in pieces of any size, into frames. */

import { grown } from '../bytes.ts';
import { Notes } from '../note.ts';
import type { Time } from '../time.ts';
import { type CaptureContext, CaptureFault, type CaptureSink, emptyFrame, ReaderFacts } from './frame.ts';
import { beginsPcapng, isSectionHeader, pcapVariant } from './magic.ts';
import { PcapFramer } from './pcap.ts';
import { PcapngFramer } from './pcapng.ts';
import { looksLike } from './signature.ts';

const NOTHING = new Uint8Array(0);

export interface CaptureReaderOptions {
  readonly notes?: Notes;
  /** For messages only. */
  readonly name?: string;
  /** Of a capture that is read beside others: nanoseconds since 1970 of the trace's time 0, and its own first frame's time. */
  readonly epoch?: bigint | undefined;
  readonly begins?: Time | undefined;
  /** Only so many frames are read. */
  readonly frameLimit?: number | undefined;
}

/** What the own reader and pcap-parser's have in common. */
export interface Reader {
  readonly facts: ReaderFacts;
  readonly notes: Notes;
  /** @throws CaptureFault where the bytes are no capture at all */
  push(chunk: Uint8Array): void;
  /** As many frames as were wanted have been read; what is pushed after that is left alone. */
  readonly hasEnough: boolean;
  end(): void;
}

/** Whether these four bytes begin a pcap or pcapng file. */
export const looksLikeCapture = ([b0 = 0, b1 = 0, b2 = 0, b3 = 0]: Uint8Array): boolean =>
  pcapVariant(b0, b1, b2, b3) !== undefined || isSectionHeader(b0, b1, b2, b3);

type ContainerFramer = PcapFramer | PcapngFramer;

export class CaptureReader implements Reader {
  readonly facts: ReaderFacts = new ReaderFacts();
  readonly notes: Notes;
  readonly #context: CaptureContext;
  readonly #name: string;
  #framer: ContainerFramer | undefined;
  /** What a chunk's end cut of a record (while the next one is searched for: of what may be one) is `carry[from, to)`. */
  #carry: Uint8Array = NOTHING;
  #carryView: DataView = new DataView(NOTHING.buffer);
  #from = 0;
  #to = 0;
  /** Offset in the file of the first byte that is not used up. */
  #position = 0;

  constructor(sink: CaptureSink, options: CaptureReaderOptions = {}) {
    this.notes = options.notes ?? new Notes();
    this.#name = options.name ?? 'the input';
    this.facts.startAt(options);
    this.#context = { sink, notes: this.notes, facts: this.facts, enough: options.frameLimit ?? Number.POSITIVE_INFINITY };
  }

  get hasEnough(): boolean {
    return this.facts.frames >= this.#context.enough;
  }

  push(given: Uint8Array): void {
    if (this.hasEnough) return;
    // A Buffer's `slice` shares its bytes, and whoever keeps some of them copies them by `slice`.
    const chunk = Buffer.isBuffer(given) ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength) : given;
    this.facts.bytesRead += chunk.length;
    let p = 0;
    while (this.#from < this.#to && p < chunk.length && !this.hasEnough) p = this.#topUp(chunk, p);
    if (this.hasEnough) return this.#leave();
    if (p === chunk.length) return;
    const framer = this.#framer ?? this.#recognise(chunk, p);
    if (framer) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const stopped = this.#consume(framer, chunk, view, p, chunk.length, this.#position - p, false);
      this.#position += stopped - p;
      p = stopped;
      if (this.hasEnough) return this.#leave();
    }
    this.#keep(chunk, p);
  }

  /** What was pushed beyond the last frame that is wanted counts as not read, so that the size of the pieces makes no difference. */
  #leave(): void {
    this.facts.bytesRead = this.#position;
    this.#from = 0;
    this.#to = 0;
  }

  end(): void {
    const { facts, notes } = this;
    if (facts.bytesRead === 0) throw new CaptureFault('empty', `${this.#name} is empty: 0 bytes, where a pcap or pcapng file was expected`);
    const framer = this.#framer ?? this.#recognise(this.#carry, this.#from, true);
    if (!framer) return;
    const offset = this.#position - this.#from;
    const stopped = this.#consume(framer, this.#carry, this.#carryView, this.#from, this.#to, offset, true);
    const end = offset + this.#to;
    const unused = (this.#framer ?? framer).unusedFrom(offset + stopped);
    if (unused < end) {
      notes.add('cut-short', facts.frames + 1, `${end - unused} bytes at offset ${unused}, behind frame ${facts.frames}`);
      facts.skip('cut-short', end - unused, unused);
    }
    this.#position = end;
    this.#carry = NOTHING;
    this.#from = 0;
    this.#to = 0;
  }

  /** Fills the carry just as far as the framer needs; returns how much of the chunk is used up. */
  #topUp(chunk: Uint8Array, p: number): number {
    const carried = this.#to - this.#from;
    const wanted = Math.max(this.#framer?.need ?? 24, carried + 1);
    const take = Math.min(wanted - carried, chunk.length - p);
    this.#append(chunk, p, p + take);
    if (carried + take < wanted) return p + take;
    const framer = this.#framer ?? this.#recognise(this.#carry, this.#from);
    if (!framer) return p + take;
    const stopped = this.#consume(framer, this.#carry, this.#carryView, this.#from, this.#to, this.#position - this.#from, false);
    this.#position += stopped - this.#from;
    this.#from = stopped;
    const left = this.#to - stopped;
    if (left > p + take) return p + take;
    // What is left came with this chunk and is read where it lies; a search would else go on byte by byte.
    this.#from = 0;
    this.#to = 0;
    return p + take - left;
  }

  /** Behind the end of one container another may follow (`cat a.pcap b.pcapng`). */
  #consume(first: ContainerFramer, bytes: Uint8Array, view: DataView, start: number, end: number, offset: number, final: boolean): number {
    let framer = first;
    let p = framer.consume(bytes, view, start, end, offset, final);
    while (framer.isOver) {
      framer = framer instanceof PcapFramer ? new PcapngFramer(this.#context, emptyFrame()) : new PcapFramer(this.#context, emptyFrame());
      this.#framer = framer;
      p = framer.consume(bytes, view, p, end, offset, final);
    }
    return p;
  }

  #keep(chunk: Uint8Array, p: number): void {
    this.#from = 0;
    this.#to = 0;
    this.#append(chunk, p, chunk.length);
  }

  /** Used bytes in front are moved over only when they are half of the carry: a search that gets on by a few bytes at a time stays linear. */
  #append(chunk: Uint8Array, start: number, end: number): void {
    const size = this.#to - this.#from + end - start;
    if (this.#from > 0 && (this.#from * 2 >= this.#carry.length || this.#from === this.#to)) {
      this.#carry.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    if (this.#from + size > this.#carry.length) {
      this.#carry = grown(this.#carry, Math.max(this.#from + size, 4096));
      this.#carryView = new DataView(this.#carry.buffer);
    }
    this.#carry.set(chunk.subarray(start, end), this.#to);
    this.#to += end - start;
  }

  #recognise(bytes: Uint8Array, p: number, final = false): ContainerFramer | undefined {
    const available = (bytes === this.#carry ? this.#to : bytes.length) - p;
    if (available < 24 && !final) return undefined;
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes.subarray(p, p + 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (available >= 4 && pcapVariant(b0, b1, b2, b3)) {
      this.facts.container = 'pcap';
      this.#framer = new PcapFramer(this.#context, emptyFrame());
    } else if (available >= 4 && isSectionHeader(b0, b1, b2, b3) && (available < 12 || beginsPcapng(view, p))) {
      this.facts.container = 'pcapng';
      this.#framer = new PcapngFramer(this.#context, emptyFrame());
    } else {
      const found = looksLike(bytes.subarray(p, p + available));
      throw new CaptureFault('not-a-capture', `${this.#name} is no capture: a pcap or pcapng file was expected, ${found}`);
    }
    return this.#framer;
  }
}
