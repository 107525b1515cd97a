/** Cuts one direction of an HTTP/2 connection into frames (RFC 9113 §4.1); resumable at every byte. */

import { grown } from '../bytes.ts';
import type { At, Side } from '../stream.ts';
import { noTime } from '../time.ts';
import { HEADER_LENGTH, isFrame } from './frame-types.ts';

/** Whoever understands frames. */
export interface FrameSink {
  /** A frame's header is complete: shall its payload be given, whole? False where it is only to be counted. */
  wants(reader: FrameReader, at: At): boolean;
  /** The frame is complete; its payload, if it was wanted, is buffer[start, end), borrowed. */
  frame(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void;
  /** A part of a payload that nobody wanted went by; `first` is its first byte where it is the first part, else -1. */
  passed(reader: FrameReader, first: number, at: At): void;
  /** Nobody knows where the next frame begins. */
  lost(reader: FrameReader, at: At, why: string): void;
  /** What follows the lost bytes looks like a frame: reading goes on. */
  resumed(reader: FrameReader, at: At): void;
}

// States: what the next byte belongs to.
const PREFACE = 0;
const HEADER = 1;
const PAYLOAD = 2;
const SKIPPED = 3;
/** After lost bytes: is this the header of a frame? It was not: until the next gap nothing is read. */
const DOUBT = 4;
const LOST = 5;
/** Not HTTP/2. */
const OVER = 6;

export const preface: Uint8Array = Uint8Array.from([...'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], (character) => character.charCodeAt(0));
/** A carry larger than this is not kept for the next frame. */
const CARRY = 16 << 10;

export class FrameReader {
  /** Set again where the sides turn out to be the other way round. */
  side: Side;
  /** Of the frame being read. */
  type = 0;
  flags = 0;
  stream = 0;
  length = 0;
  /** Bytes of its payload are missing: it is not given. */
  isDamaged = false;
  /** Where it begins. */
  firstFrame = 0;
  firstTime: number = noTime;
  /** Frames so far, this one included. */
  count = 0;
  readonly #sink: FrameSink;
  #state: number;
  readonly #header = new Uint8Array(HEADER_LENGTH);
  /** Bytes of the preface or of the header that were read; bytes of the payload that were not. */
  #had = 0;
  #left = 0;
  #carry: Uint8Array = new Uint8Array(0);
  #carried = 0;

  /** `withPreface`: the client's connection preface comes first (RFC 9113 §3.4). */
  constructor(side: Side, sink: FrameSink, withPreface: boolean) {
    this.side = side;
    this.#sink = sink;
    this.#state = withPreface ? PREFACE : HEADER;
  }

  /** Bytes of the frame so far, its header included. */
  get passed(): number {
    return HEADER_LENGTH + this.length - this.#left;
  }

  data(buffer: Uint8Array, start: number, end: number, at: At): void {
    let p = start;
    while (p < end) {
      switch (this.#state) {
        case HEADER:
        case DOUBT:
          p = this.#readHeader(buffer, p, end, at);
          break;
        case PAYLOAD:
          p = this.#readPayload(buffer, p, end, at);
          break;
        case SKIPPED:
          p = this.#skip(buffer, p, end, at);
          break;
        case PREFACE:
          if (buffer[p] !== preface[this.#had]) return this.lose(at, 'no connection preface');
          p += 1;
          this.#had += 1;
          if (this.#had === preface.length) {
            this.#had = 0;
            this.#state = HEADER;
          }
          break;
        default:
          return;
      }
    }
  }

  /** Lost bytes inside a payload spoil that frame at most; after any others a frame may begin where the bytes go on, as packets often begin with one. */
  gap(length: number, at: At): void {
    if (this.#state === OVER) return;
    if ((this.#state === SKIPPED || this.#state === PAYLOAD) && length <= this.#left) {
      this.isDamaged ||= this.#state === PAYLOAD;
      this.#state = SKIPPED;
      this.#carried = 0;
      this.#left -= length;
      if (this.#left === 0) this.#complete(this.#carry, 0, 0, at);
      return;
    }
    if (this.#state < DOUBT) this.#sink.lost(this, at, `${length} bytes are missing`);
    this.#state = DOUBT;
    this.#had = 0;
    this.#carried = 0;
  }

  /** What comes is not HTTP/2. */
  lose(at: At, why: string): void {
    this.#state = OVER;
    this.#carry = new Uint8Array(0);
    this.#sink.lost(this, at, why);
  }

  // 00 00 0c  01  05  00 00 00 07               length, type, flags, a reserved bit and the stream's number
  #readHeader(buffer: Uint8Array, start: number, end: number, at: At): number {
    if (this.#had === 0) {
      this.firstFrame = at.frame;
      this.firstTime = at.time;
      if (this.#state === HEADER && start + HEADER_LENGTH <= end) {
        this.#begin(buffer, start, at);
        return start + HEADER_LENGTH;
      }
    }
    let p = start;
    while (p < end && this.#had < HEADER_LENGTH) {
      this.#header[this.#had] = buffer[p]!;
      this.#had += 1;
      p += 1;
    }
    if (this.#had === HEADER_LENGTH) {
      this.#had = 0;
      if (this.#state === DOUBT) {
        this.#state = isFrame(this.#header, 0) ? HEADER : LOST;
        if (this.#state === LOST) return p;
        this.#sink.resumed(this, at);
      }
      this.#begin(this.#header, 0, at);
    }
    return p;
  }

  #begin(bytes: Uint8Array, at: number, moment: At): void {
    this.length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.type = bytes[at + 3]!;
    this.flags = bytes[at + 4]!;
    this.stream = ((bytes[at + 5]! & 127) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!;
    this.isDamaged = false;
    this.count += 1;
    this.#left = this.length;
    this.#state = this.#sink.wants(this, moment) ? PAYLOAD : this.#state === OVER ? OVER : SKIPPED;
    if (this.length === 0 && this.#state !== OVER) this.#complete(bytes, 0, 0, moment);
  }

  #readPayload(buffer: Uint8Array, start: number, end: number, at: At): number {
    const take = Math.min(this.#left, end - start);
    this.#left -= take;
    if (this.#carried === 0 && this.#left === 0) {
      this.#complete(buffer, start, start + take, at);
      return start + take;
    }
    this.#carry = grown(this.#carry, this.#carried + take);
    this.#carry.set(buffer.subarray(start, start + take), this.#carried);
    this.#carried += take;
    if (this.#left === 0) {
      const whole = this.#carry;
      this.#carried = 0;
      if (whole.length > CARRY) this.#carry = new Uint8Array(0);
      this.#complete(whole, 0, this.length, at);
    }
    return start + take;
  }

  #skip(buffer: Uint8Array, start: number, end: number, at: At): number {
    const take = Math.min(this.#left, end - start);
    const isFirst = this.#left === this.length;
    this.#left -= take;
    this.#sink.passed(this, isFirst ? buffer[start]! : -1, at);
    if (this.#left === 0 && this.#state !== OVER) this.#complete(buffer, start, start, at);
    return start + take;
  }

  #complete(buffer: Uint8Array, start: number, end: number, at: At): void {
    this.#state = HEADER;
    this.#sink.frame(this, buffer, start, end, at);
  }
}
