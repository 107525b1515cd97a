/** Cuts one direction of TLS into records (RFC 8446 §5.1); resumable at every byte. */

import { grown } from '../bytes.ts';
import type { At, Side } from '../stream.ts';

export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;
const HEARTBEAT = 24;
/** The hello of SSL 2.0, in which clients once offered TLS to any server (RFC 5246 §E.2); it is no record, and only the first can be one. */
export const SSL2_HELLO = 0;

/** Longest payload: 2^14 bytes and what encryption adds (RFC 5246 §6.2.3). */
const LARGEST = 16_384 + 2048;
export const HEADER_LENGTH = 5;

/** A carry larger than this is not kept for the next record: idle connections are many. */
const KEPT = 64;

/** Whoever understands records. */
export interface RecordSink {
  /** A record's header is complete: shall its payload be given, whole? */
  wants(reader: RecordReader, at: At): boolean;
  /** The record is complete; its payload, if it was wanted, is buffer[start, end), borrowed. */
  record(reader: RecordReader, buffer: Uint8Array, start: number, end: number, at: At): void;
  /** Of the payload that was wanted, some bytes are missing: those before them are buffer[0, end), borrowed. */
  cut(reader: RecordReader, buffer: Uint8Array, end: number): void;
  lost(reader: RecordReader, at: At, why: string): void;
}

/** Where in a record the next byte belongs. */
type Place = 'header' | 'payload' | 'skipped' | 'over';

// Made per connection: plain fields set by the constructor.
export class RecordReader {
  readonly side: Side;
  /** Of the record being read. */
  type: number;
  version: number;
  length: number;
  /** Bytes of its payload are missing: it is not given. */
  isDamaged: boolean;
  /** Where it begins. */
  firstFrame: number;
  firstTime: number;
  /** Records so far, this one included. */
  count: number;
  private readonly sink: RecordSink;
  private place: Place;
  /** Bytes of the header that were read; bytes of the payload that were not. */
  private had: number;
  private left: number;
  /** A header or a payload that the end of a segment cut. */
  private carry: Uint8Array;

  constructor(side: Side, sink: RecordSink) {
    this.side = side;
    this.type = 0;
    this.version = 0;
    this.length = 0;
    this.isDamaged = false;
    this.firstFrame = 0;
    this.firstTime = 0;
    this.count = 0;
    this.sink = sink;
    this.place = 'header';
    this.had = 0;
    this.left = 0;
    this.carry = none;
  }

  get isOver(): boolean {
    return this.place === 'over';
  }

  data(buffer: Uint8Array, start: number, end: number, at: At): void {
    let p = start;
    while (p < end) {
      if (this.place === 'header') p = this.readHeader(buffer, p, end, at);
      else if (this.place === 'payload') p = this.readPayload(buffer, p, end, at);
      else if (this.place === 'skipped') {
        const take = this.left < end - p ? this.left : end - p;
        this.left -= take;
        p += take;
        if (this.left === 0) this.complete(buffer, p, p, at);
      } else return;
    }
  }

  /** Lost bytes inside a payload spoil that record at most; after any others nobody knows where the next one begins. */
  gap(length: number, at: At): void {
    if (this.place === 'over') return;
    if (this.place === 'payload') this.sink.cut(this, this.carry, this.length - this.left);
    if (this.place === 'header' || length > this.left) return this.lose(at, `${length} bytes are missing`);
    this.isDamaged ||= this.place === 'payload';
    this.place = 'skipped';
    this.left -= length;
    if (this.left === 0) this.complete(none, 0, 0, at);
  }

  lose(at: At, why: string): void {
    this.place = 'over';
    this.carry = none;
    this.sink.lost(this, at, why);
  }

  // 16  03 01  02 00  …                         type, version, length of the payload
  private readHeader(buffer: Uint8Array, start: number, end: number, at: At): number {
    if (this.had === 0) {
      this.firstFrame = at.frame;
      this.firstTime = at.time;
      if (start + HEADER_LENGTH <= end) {
        this.begin(buffer, start, at);
        return start + HEADER_LENGTH;
      }
    }
    if (this.carry.length < HEADER_LENGTH) this.carry = new Uint8Array(HEADER_LENGTH);
    let p = start;
    for (; p < end && this.had < HEADER_LENGTH; p += 1, this.had += 1) this.carry[this.had] = buffer[p]!;
    if (this.had === HEADER_LENGTH) {
      this.had = 0;
      this.begin(this.carry, 0, at);
    }
    return p;
  }

  private begin(bytes: Uint8Array, at: number, moment: At): void {
    this.type = bytes[at]!;
    this.version = (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
    if (this.count === 0 && isSsl2Hello(bytes, at)) {
      // 80 2e  01  03 01                         length of what follows, ClientHello, version
      this.type = SSL2_HELLO;
      this.length = (((bytes[at]! & 127) << 8) | bytes[at + 1]!) - 3;
      this.count = 1;
      this.left = this.length;
      this.place = this.sink.wants(this, moment) ? 'payload' : 'skipped';
      return;
    }
    if (!isHeader(bytes, at)) return this.lose(moment, `record type ${this.type}, version ${this.version}, ${this.length} bytes`);
    this.count += 1;
    this.isDamaged = false;
    this.left = this.length;
    this.place = this.sink.wants(this, moment) ? 'payload' : this.isOver ? 'over' : 'skipped';
    if (this.length === 0 && !this.isOver) this.complete(bytes, 0, 0, moment);
  }

  private readPayload(buffer: Uint8Array, start: number, end: number, at: At): number {
    const take = this.left < end - start ? this.left : end - start;
    const had = this.length - this.left;
    this.left -= take;
    if (had === 0 && this.left === 0) this.complete(buffer, start, start + take, at);
    else {
      this.carry = grown(this.carry, had + take);
      this.carry.set(buffer.subarray(start, start + take), had);
      if (this.left === 0) {
        const whole = this.carry;
        if (whole.length > KEPT) this.carry = none;
        this.complete(whole, 0, this.length, at);
      }
    }
    return start + take;
  }

  private complete(buffer: Uint8Array, start: number, end: number, at: At): void {
    this.place = 'header';
    this.sink.record(this, buffer, start, end, at);
  }
}

const none: Uint8Array = new Uint8Array(0);

/** Could the five bytes at `at` be the header of a record? */
export function isHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at]!;
  if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT || bytes[at + 1] !== 3 || bytes[at + 2]! > 4) return false;
  return ((bytes[at + 3]! << 8) | bytes[at + 4]!) <= LARGEST;
}

/** The same for a hello of SSL 2.0: at least a cipher and a challenge follow. */
export function isSsl2Hello(bytes: Uint8Array, at: number): boolean {
  const version = (bytes[at + 3]! << 8) | bytes[at + 4]!;
  return (
    bytes[at]! >= 0x80 &&
    bytes[at]! < 0x82 &&
    bytes[at + 1]! >= 28 &&
    bytes[at + 2] === 1 &&
    (version === 2 || (version >= 0x300 && version <= 0x303))
  );
}
