/** Turns the bytes of a capture, pushed in pieces of any size, into frames. */

import { grown } from '../bytes.ts';
import { Notes } from '../note.ts';
import { type CaptureContext, CaptureFault, type CaptureSink, type Frame, type Framer, ReaderFacts } from './frame.ts';
import { PcapFramer, pcapVariant } from './pcap.ts';
import { isSectionHeader, PcapngFramer } from './pcapng.ts';
import { looksLike } from './signature.ts';

const NOTHING = new Uint8Array(0);

export interface CaptureReaderOptions {
  readonly notes?: Notes;
  /** For messages only. */
  readonly name?: string;
}

/** What the own reader and pcap-parser's have in common. */
export interface Reader {
  readonly facts: ReaderFacts;
  readonly notes: Notes;
  /** @throws CaptureFault where the bytes are no capture at all */
  push(chunk: Uint8Array): void;
  end(): void;
}

export function emptyFrame(): Frame {
  const view = new DataView(NOTHING.buffer);
  return { number: 0, time: 0, offset: 0, linkType: 0, interface: 0, buffer: NOTHING, view, start: 0, end: 0, originalLength: 0 };
}

export class CaptureReader implements Reader {
  readonly facts: ReaderFacts = new ReaderFacts();
  readonly notes: Notes;
  readonly #context: CaptureContext;
  readonly #name: string;
  #framer: (Framer & { unusedFrom(position: number): number }) | undefined;
  /** The record that a chunk's end cut, and nothing else. */
  #carry: Uint8Array = NOTHING;
  #carryView: DataView = new DataView(NOTHING.buffer);
  #carried = 0;
  #position = 0;

  constructor(sink: CaptureSink, options: CaptureReaderOptions = {}) {
    this.notes = options.notes ?? new Notes();
    this.#name = options.name ?? 'the input';
    this.#context = { sink, notes: this.notes, facts: this.facts };
  }

  push(chunk: Uint8Array): void {
    this.facts.bytesRead += chunk.length;
    let p = 0;
    while (this.#carried > 0 && p < chunk.length) p = this.#topUp(chunk, p);
    if (p === chunk.length) return;
    const framer = this.#framer ?? this.#recognise(chunk, p);
    if (framer) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const stopped = framer.consume(chunk, view, p, chunk.length, this.#position - p, false);
      this.#position += stopped - p;
      p = stopped;
    }
    this.#keep(chunk, p);
  }

  end(): void {
    const { facts, notes } = this;
    if (facts.bytesRead === 0) throw new CaptureFault('empty', `${this.#name} is empty: 0 bytes, where a pcap or pcapng file was expected`);
    const framer = this.#framer ?? this.#recognise(this.#carry, 0, true);
    if (!framer) return;
    const stopped = framer.consume(this.#carry, this.#carryView, 0, this.#carried, this.#position, true);
    const end = this.#position + this.#carried;
    const unused = framer.unusedFrom(this.#position + stopped);
    if (unused < end) {
      notes.add('cut-short', facts.frames + 1, `${end - unused} bytes at offset ${unused}, behind frame ${facts.frames}`);
      facts.skip('cut-short', end - unused, unused);
    }
    this.#carried = 0;
    this.#position = end;
  }

  /** Fills the carry just as far as the framer needs; returns how much of the chunk is used up. */
  #topUp(chunk: Uint8Array, p: number): number {
    const wanted = Math.max(this.#framer?.need ?? 24, this.#carried + 1);
    const take = Math.min(wanted - this.#carried, chunk.length - p);
    this.#room(this.#carried + take);
    this.#carry.set(take === chunk.length ? chunk : chunk.subarray(p, p + take), this.#carried);
    this.#carried += take;
    if (this.#carried < wanted) return p + take;
    const framer = this.#framer ?? this.#recognise(this.#carry, 0);
    if (!framer) return p + take;
    const stopped = framer.consume(this.#carry, this.#carryView, 0, this.#carried, this.#position, false);
    this.#carry.copyWithin(0, stopped, this.#carried);
    this.#carried -= stopped;
    this.#position += stopped;
    return p + take;
  }

  #keep(chunk: Uint8Array, p: number): void {
    const left = chunk.length - p;
    if (left === 0) return;
    this.#room(left);
    this.#carry.set(chunk.subarray(p), 0);
    this.#carried = left;
  }

  #room(size: number): void {
    if (this.#carry.length >= size) return;
    this.#carry = grown(this.#carry, Math.max(size, 4096));
    this.#carryView = new DataView(this.#carry.buffer);
  }

  #recognise(bytes: Uint8Array, p: number, final = false): (Framer & { unusedFrom(position: number): number }) | undefined {
    const available = bytes === this.#carry ? this.#carried : bytes.length - p;
    if (available < 24 && !final) return undefined;
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes.subarray(p, p + 4);
    if (available >= 4 && pcapVariant(b0, b1, b2, b3)) {
      this.facts.container = 'pcap';
      this.#framer = new PcapFramer(this.#context, emptyFrame());
    } else if (available >= 4 && isSectionHeader(b0, b1, b2, b3)) {
      this.facts.container = 'pcapng';
      this.#framer = new PcapngFramer(this.#context, emptyFrame());
    } else {
      const found = looksLike(bytes.subarray(p, p + available));
      throw new CaptureFault('not-a-capture', `${this.#name} is no capture: a pcap or pcapng file was expected, ${found}`);
    }
    return this.#framer;
  }
}
