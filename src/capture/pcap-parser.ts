/** The pcap-parser package behind the reader's face: a second, independent opinion on classic captures. */

import { EventEmitter } from 'node:events';
import { type Packet, parse } from 'pcap-parser';
import { limits } from '../limits.ts';
import { Notes } from '../note.ts';
import { second } from '../time.ts';
import { CaptureFault, type CaptureSink, emptyFrame, ReaderFacts } from './frame.ts';
import { pcapVariant } from './magic.ts';
import { PCAP_HEADER } from './pcap.ts';
import type { CaptureReaderOptions, Reader } from './reader.ts';
import { looksLike } from './signature.ts';

const RECORD_HEADER = 16;

/** The package believes any record length and then copies all it has with every chunk; so record headers are checked in front of it. */
export class PcapParserReader implements Reader {
  readonly facts: ReaderFacts = new ReaderFacts();
  readonly notes: Notes;
  readonly #name: string;
  readonly #sink: CaptureSink;
  readonly #stream = Object.assign(new EventEmitter(), { pause() {}, resume() {} });
  readonly #frame = emptyFrame();
  /** Bytes of the file header or of a record header that a chunk's end cut. */
  readonly #header = new Uint8Array(PCAP_HEADER);
  #headerLength = 0;
  #begun = false;
  #littleEndian = false;
  #bodyLeft = 0;
  #stopped = false;
  #baseSeconds = 0;
  #baseNanoseconds = 0;
  #timed = false;
  readonly #enough: number;

  constructor(sink: CaptureSink, options: CaptureReaderOptions = {}) {
    this.#sink = sink;
    this.#name = options.name ?? 'the input';
    this.notes = options.notes ?? new Notes();
    this.facts.startAt(options);
    this.#enough = options.frameLimit ?? Number.POSITIVE_INFINITY;
    const parser = parse(this.#stream);
    parser.on('globalHeader', (header) => {
      this.#frame.linkType = header.linkLayerType & 0xffff;
      this.facts.link(this.#frame.linkType);
      this.facts.bytesUsed += PCAP_HEADER;
    });
    parser.on('packet', (packet) => this.#packet(packet));
  }

  get hasEnough(): boolean {
    return this.facts.frames >= this.#enough;
  }

  push(chunk: Uint8Array): void {
    if (this.hasEnough) return;
    this.facts.bytesRead += chunk.length;
    if (this.#stopped) return;
    const safe = this.#walk(chunk);
    // The package keeps what it is given; the chunk is only borrowed.
    if (safe > 0) this.#stream.emit('data', Buffer.from(chunk.subarray(0, safe)));
    if (this.hasEnough) this.facts.bytesRead = this.facts.bytesUsed;
  }

  end(): void {
    const { facts, notes } = this;
    if (facts.bytesRead === 0) throw new CaptureFault('empty', `${this.#name} is empty: 0 bytes, where a pcap file was expected`);
    if (!this.#begun) throw this.#refusal(this.#header.subarray(0, this.#headerLength));
    this.#stream.emit('end');
    const unused = facts.bytesRead - facts.bytesUsed;
    if (unused === 0) return;
    if (!this.#stopped)
      notes.add('cut-short', facts.frames + 1, `${unused} bytes at offset ${facts.bytesUsed}, behind frame ${facts.frames}`);
    facts.skip(this.#stopped ? 'damage' : 'cut-short', unused, facts.bytesUsed);
  }

  /** How many bytes of the chunk can be handed on: all, unless a record's length is absurd. */
  #walk(chunk: Uint8Array): number {
    for (let p = 0; p < chunk.length; ) {
      if (this.#bodyLeft > 0) {
        const take = Math.min(this.#bodyLeft, chunk.length - p);
        this.#bodyLeft -= take;
        p += take;
        continue;
      }
      const wanted = this.#begun ? RECORD_HEADER : PCAP_HEADER;
      const take = Math.min(wanted - this.#headerLength, chunk.length - p);
      this.#header.set(chunk.subarray(p, p + take), this.#headerLength);
      this.#headerLength += take;
      p += take;
      if (this.#headerLength < wanted) break;
      this.#headerLength = 0;
      if (!this.#begun) this.#fileHeader();
      else if (!this.#recordHeader()) {
        this.#stopped = true;
        return Math.max(0, p - RECORD_HEADER);
      }
    }
    return chunk.length;
  }

  #fileHeader(): void {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = this.#header;
    const variant = pcapVariant(b0, b1, b2, b3);
    if (!variant || variant.unit === 1 || variant.recordHeader !== RECORD_HEADER) throw this.#refusal(this.#header);
    this.#littleEndian = variant.littleEndian;
    this.#begun = true;
  }

  #recordHeader(): boolean {
    const captured = new DataView(this.#header.buffer).getUint32(8, this.#littleEndian);
    if (captured <= limits.record) {
      this.#bodyLeft = captured;
      return true;
    }
    this.notes.add('bad-record', this.facts.frames + 1, `record length ${captured}; pcap-parser cannot go on behind it`);
    return false;
  }

  #refusal(head: Uint8Array): CaptureFault {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = head;
    const known = pcapVariant(b0, b1, b2, b3) !== undefined || (b0 === 0x0a && b1 === 0x0d && b2 === 0x0d && b3 === 0x0a);
    if (!known) return new CaptureFault('not-a-capture', `${this.#name} is no capture: a pcap file was expected, ${looksLike(head)}`);
    return new CaptureFault(
      'unsupported',
      `${this.#name} cannot be read with --reader pcap-parser: that reads classic pcap with microseconds only; leave the option out`,
    );
  }

  #packet({ header, data }: Packet): void {
    if (this.hasEnough) return;
    const { facts, notes } = this;
    if (!this.#timed) {
      this.#timed = true;
      facts.epoch ??= BigInt(header.timestampSeconds) * 1_000_000_000n + BigInt(header.timestampMicroseconds) * 1000n;
      this.#baseSeconds = Number(facts.epoch / 1_000_000_000n);
      this.#baseNanoseconds = Number(facts.epoch % 1_000_000_000n);
    }
    const frame = this.#frame;
    frame.time = (header.timestampSeconds - this.#baseSeconds) * second + header.timestampMicroseconds * 1000 - this.#baseNanoseconds;
    facts.frames += 1;
    if (frame.time < facts.lastTime) notes.add('time-went-back', facts.frames);
    facts.lastTime = frame.time;
    frame.number = facts.frames;
    frame.offset = facts.bytesUsed;
    frame.buffer = data;
    frame.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    frame.start = 0;
    frame.end = data.length;
    frame.originalLength = header.originalLength;
    if (header.capturedLength > header.originalLength) {
      notes.add('captured-longer-than-original', facts.frames, `${header.capturedLength} of ${header.originalLength} bytes`);
      frame.originalLength = header.capturedLength;
    } else if (header.capturedLength < header.originalLength) facts.framesTruncated += 1;
    facts.bytesUsed += RECORD_HEADER + data.length;
    this.#sink.frame(frame);
  }
}
