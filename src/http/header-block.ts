/** Joins a header block from HEADERS or PUSH_PROMISE and the CONTINUATIONs behind it (RFC 9113 §4.3). */

import { grown } from '../bytes.ts';
import { limits } from '../limits.ts';
import { noTime } from '../time.ts';
import { HEADER_LENGTH } from './frame-types.ts';
import type { FrameReader } from './frames.ts';

const none: Uint8Array = new Uint8Array(0);

export class HeaderBlock {
  /** Stream that it belongs to; 0 while none is open. */
  stream = 0;
  isPromise = false;
  endsStream = false;
  /** Where its first frame begins. */
  firstFrame = 0;
  firstTime: number = noTime;
  /** Bytes of its frames, headers and padding included. */
  size = 0;
  bytes: Uint8Array = none;
  length = 0;
  /** A part of it was wrong or beyond the limit: it cannot be decoded. */
  isUnreadable = false;
  isOpen = false;
  /** The other side ended the stream with this code while the block was on its way; -1 where it did not. */
  resetCode = -1;

  begin(reader: FrameReader, isPromise: boolean, endsStream: boolean): void {
    this.stream = reader.stream;
    this.isPromise = isPromise;
    this.endsStream = endsStream;
    this.firstFrame = reader.firstFrame;
    this.firstTime = reader.firstTime;
    this.size = HEADER_LENGTH + reader.length;
    this.length = 0;
    this.isUnreadable = false;
    this.isOpen = true;
    this.resetCode = -1;
  }

  /** One more fragment; true where it makes the block exceed the limit. */
  add(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.isUnreadable) return false;
    if (this.length + end - start > limits.headerBlock) {
      this.isUnreadable = true;
      return true;
    }
    this.bytes = grown(this.bytes, this.length + end - start);
    this.bytes.set(buffer.subarray(start, end), this.length);
    this.length += end - start;
    return false;
  }

  close(): void {
    this.isOpen = false;
    this.bytes = none;
  }
}
