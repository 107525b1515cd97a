/** Joins the contents of handshake records into messages (RFC 8446 §4): a message may span records, a record may hold several. */

import { grown } from '../bytes.ts';
import type { At, Side } from '../stream.ts';

export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const END_OF_EARLY_DATA = 5;
export const ENCRYPTED_EXTENSIONS = 8;
export const CERTIFICATE = 11;
export const SERVER_HELLO_DONE = 14;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;
export const KEY_UPDATE = 24;

/** Messages whose text is read, up to this size; of others only the type. */
const LIMIT = 64 << 10;
const readTypes: ReadonlySet<number> = new Set([CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE, KEY_UPDATE]);
const HEADER_LENGTH = 4;

/** Whoever understands messages. */
export interface MessageSink {
  /** A message is complete; body[start, end) is borrowed, and empty where it is not read. */
  message(side: Side, type: number, body: Uint8Array, start: number, end: number, at: At): void;
}

// Made per connection: plain fields set by the constructor.
export class HandshakeReader {
  private readonly side: Side;
  private readonly sink: MessageSink;
  /** Type and length as far as they were read, as one number; bytes of them. */
  private header: number;
  private had: number;
  private left: number;
  private body: Uint8Array;
  private kept: number;

  constructor(side: Side, sink: MessageSink) {
    this.side = side;
    this.sink = sink;
    this.header = 0;
    this.had = 0;
    this.left = 0;
    this.body = none;
    this.kept = 0;
  }

  // 01  00 01 fc  03 03 …                       type, length of the body, body
  data(buffer: Uint8Array, start: number, end: number, at: At): void {
    let p = start;
    while (p < end || (this.had === HEADER_LENGTH && this.left === 0)) {
      if (this.had < HEADER_LENGTH) {
        this.header = ((this.header << 8) | buffer[p]!) >>> 0;
        this.had += 1;
        p += 1;
        if (this.had < HEADER_LENGTH) continue;
        this.left = this.header & 0xffffff;
      }
      const take = Math.min(this.left, end - p);
      this.left -= take;
      this.take(buffer, p, p + take, at);
      p += take;
    }
  }

  private take(buffer: Uint8Array, start: number, end: number, at: At): void {
    const type = this.header >>> 24;
    const length = this.header & 0xffffff;
    const isRead = readTypes.has(type) && length <= LIMIT;
    const isWhole = end - start === length;
    if (isRead && !isWhole) {
      this.body = grown(this.body, this.kept + end - start);
      this.body.set(buffer.subarray(start, end), this.kept);
      this.kept += end - start;
    }
    if (this.left > 0) return;
    const { body } = this;
    this.had = 0;
    this.body = none;
    this.kept = 0;
    if (!isRead) this.sink.message(this.side, type, none, 0, 0, at);
    else if (isWhole) this.sink.message(this.side, type, buffer, start, end, at);
    else this.sink.message(this.side, type, body, 0, length, at);
  }
}

const none: Uint8Array = new Uint8Array(0);
