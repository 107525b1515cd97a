/** Cuts one direction of an HTTP/1 connection into messages (RFC 9112 §6); resumable at every byte, heads in place. */

import { grown } from '../bytes.ts';
import { limits } from '../limits.ts';
import type { NoteCode } from '../note.ts';
import type { At } from '../stream.ts';
import { fieldsOfInterest, type Head, type HeadPool } from './head.ts';
import { findStartLine, readStatusLine } from './start-line.ts';

/** How a message's body ends. */
export type Framing = 'none' | 'length' | 'chunked' | 'until-close' | 'error' | 'left-http';

/** Whoever makes exchanges of messages. */
export interface MessageSink {
  /** A head is complete; the answer says how the body ends. */
  head(reader: MessageReader, at: At): Framing;
  complete(reader: MessageReader, at: At): void;
  note(code: NoteCode, at: At, detail?: string): void;
}

// States: what the next byte belongs to.
const START = 0;
const FIRST_LINE = 1;
const FIELD_LINE = 2;
const BODY = 3;
const CHUNK_LINE = 4;
const CHUNK_DATA = 5;
const CHUNK_END = 6;
const TRAILER_LINE = 7;
const UNTIL_CLOSE = 8;
/** The next start line is searched for. */
const LOST = 9;
/** Not HTTP any more, or never. */
const OVER = 10;

const LF = 10;
const CR = 13;
/** Kept of a line that is longer than this while a start line is searched for. */
const SEARCH_WINDOW = 16 << 10;

const NOTHING = new Uint8Array(0);

// Two of these are made per connection: plain fields set by the constructor cost a third of private ones with initialisers.
export class MessageReader {
  readonly isRequest: boolean;
  status: number;
  version: number;
  /** Of a request: its method (interned) and where its target was kept; -1 where it was not. */
  method: number;
  target: number;
  targetLength: number;
  /** Whether targets shall be kept. */
  keepTarget: boolean;
  /** Where the message began. */
  firstFrame: number;
  firstTime: number;
  /** Stream bytes of the message so far. */
  bytes: number;
  /** After lost bytes: pairing is a guess. */
  resynchronised: boolean;
  private readonly sink: MessageSink;
  private readonly heads: HeadPool;
  /** Taken from the pool while a head is read. */
  private borrowed: Head | undefined;
  private state: number;
  private left: number;
  private carry: Uint8Array;
  private carried: number;
  private lineLength: number;
  private searched: number;

  constructor(isRequest: boolean, heads: HeadPool, sink: MessageSink, midStream: boolean) {
    this.isRequest = isRequest;
    this.status = 0;
    this.version = 0;
    this.method = 0;
    this.target = -1;
    this.targetLength = 0;
    this.keepTarget = true;
    this.firstFrame = 0;
    this.firstTime = 0;
    this.bytes = 0;
    this.resynchronised = false;
    this.sink = sink;
    this.heads = heads;
    this.borrowed = undefined;
    this.state = midStream ? LOST : START;
    this.left = 0;
    this.carry = NOTHING;
    this.carried = 0;
    this.lineLength = 0;
    this.searched = 0;
  }

  /** Of the message whose head is being read, or has just been. */
  get head(): Head {
    this.borrowed ??= this.heads.take();
    return this.borrowed;
  }

  /** A message has begun and its end was not seen. */
  get inMessage(): boolean {
    return this.state !== START && this.state < LOST;
  }

  /** Its head was read; what follows is body. */
  get inBody(): boolean {
    return this.state >= BODY && this.state < LOST;
  }

  get isOver(): boolean {
    return this.state === OVER;
  }

  stop(): void {
    this.state = OVER;
    this.carry = NOTHING;
    this.carried = 0;
    this.giveBack();
  }

  private giveBack(): void {
    if (this.borrowed) this.heads.give(this.borrowed);
    this.borrowed = undefined;
  }

  /** Reads as far as this side speaks HTTP/1; returns where it stopped doing so, or `end`. */
  data(buffer: Uint8Array, start: number, end: number, at: At): number {
    let p = start;
    while (p < end) {
      switch (this.state) {
        case START:
          if (buffer[p] === CR || buffer[p] === LF) p += 1;
          else this.begin(at);
          break;
        case BODY:
        case CHUNK_DATA: {
          const take = this.left < end - p ? this.left : end - p;
          p += take;
          this.bytes += take;
          this.left -= take;
          if (this.left === 0) {
            if (this.state === BODY) this.complete(at);
            else this.state = CHUNK_END;
          }
          break;
        }
        case UNTIL_CLOSE:
          this.bytes += end - p;
          p = end;
          break;
        case OVER:
          return p;
        case FIELD_LINE:
          p = this.carried > 0 ? this.readLine(buffer, p, end, at) : this.readFields(buffer, p, end, at);
          break;
        default:
          p = this.readLine(buffer, p, end, at);
      }
    }
    return p;
  }

  /** `length` bytes are missing: a counted body is skipped, of anything else the next start line is searched for. */
  gap(length: number, at: At): void {
    if (this.state === OVER) return;
    if (this.state === UNTIL_CLOSE) {
      this.bytes += length;
      return;
    }
    if ((this.state === BODY || this.state === CHUNK_DATA) && this.left >= length) {
      this.left -= length;
      this.bytes += length;
      if (this.left > 0) return;
      if (this.state === BODY) this.complete(at);
      else this.state = CHUNK_END;
      return;
    }
    // The counted body ended somewhere in the gap; what began behind it is unknown.
    if (this.state === BODY) this.complete(at);
    // A head of which only the beginning was captured (snap length): the message is counted, its length is unknown.
    if (this.state === FIELD_LINE) {
      this.sink.note('cut-head', at);
      this.sink.head(this, at);
    }
    this.lose(at);
  }

  /** The stream ended in order: a body that only the close ends is complete. */
  finish(at: At): void {
    if (this.state === UNTIL_CLOSE) this.complete(at);
  }

  private begin(at: At): void {
    this.state = FIRST_LINE;
    this.firstFrame = at.frame;
    this.firstTime = at.time;
    this.bytes = 0;
  }

  private complete(at: At): void {
    this.state = START;
    this.sink.complete(this, at);
  }

  private lose(at: At): void {
    this.sink.note('framing-lost', at);
    this.giveBack();
    this.state = LOST;
    this.carried = 0;
    this.lineLength = 0;
    this.searched = 0;
  }

  /** Up to the next line end; a line that the buffer cuts is carried over, never scanned twice. */
  private readLine(buffer: Uint8Array, from: number, end: number, at: At): number {
    const p = this.heads.lineFeeds.find(buffer, from, end);
    this.bytes += p - from;
    if (p === end) {
      this.keep(buffer, from, end, at);
      return end;
    }
    this.bytes += 1;
    if (this.carried > 0) {
      this.keep(buffer, from, p, at);
      // `keep` may have given up on the stream.
      if (this.state === OVER) return end;
      const carried = this.carried;
      this.carried = 0;
      this.lineLength = 0;
      this.takeLine(this.carry, 0, carried, at);
    } else {
      this.lineLength = 0;
      this.takeLine(buffer, from, p, at);
    }
    return p + 1;
  }

  /** The field lines of a head that lie whole in the buffer: `readLine` in one loop, for this is where the time goes. */
  private readFields(buffer: Uint8Array, from: number, end: number, at: At): number {
    const { head } = this;
    const { lineFeeds } = this.heads;
    const maximum = limits.headerFields;
    for (let p = from; ; ) {
      const q = lineFeeds.find(buffer, p, end);
      if (q === end) {
        this.bytes += end - from;
        this.lineLength = 0;
        if (p < end) this.keep(buffer, p, end, at);
        return end;
      }
      const lineEnd = q > p && buffer[q - 1] === CR ? q - 1 : q;
      if (lineEnd === p) {
        this.bytes += q + 1 - from;
        this.headComplete(at);
        return q + 1;
      }
      if (head.fields >= maximum) this.takeField(buffer, p, lineEnd, at);
      else if (fieldsOfInterest[buffer[p]!] === 0) head.fields += 1;
      else head.field(buffer, p, lineEnd);
      p = q + 1;
    }
  }

  private keep(buffer: Uint8Array, from: number, end: number, at: At): void {
    this.lineLength += end - from;
    if (this.state === LOST) return this.keepWindow(buffer, from, end);
    if (this.lineLength > limits.line) {
      this.sink.note('not-http', at, 'no line end within 1 MiB');
      this.stop();
      return;
    }
    const room = Math.min(end - from, limits.head - this.carried);
    if (room < end - from) this.sink.note('header-limit', at, 'a line longer than 64 KiB');
    if (room <= 0) return;
    this.carry = grown(this.carry, this.carried + room);
    this.carry.set(buffer.subarray(from, from + room), this.carried);
    this.carried += room;
  }

  /** While searching: the last bytes of an endless line are enough. */
  private keepWindow(buffer: Uint8Array, from: number, end: number): void {
    this.searched += end - from;
    if (this.searched > limits.line) return this.stop();
    this.carry = grown(this.carry, SEARCH_WINDOW);
    const take = Math.min(end - from, SEARCH_WINDOW);
    const keep = Math.min(this.carried, SEARCH_WINDOW - take);
    this.carry.copyWithin(0, this.carried - keep, this.carried);
    this.carry.set(buffer.subarray(end - take, end), keep);
    this.carried = keep + take;
  }

  private takeLine(buffer: Uint8Array, start: number, lineEnd: number, at: At): void {
    const hasReturn = lineEnd > start && buffer[lineEnd - 1] === CR;
    const end = hasReturn ? lineEnd - 1 : lineEnd;
    switch (this.state) {
      case FIRST_LINE:
        if (!hasReturn) this.head.bareLineFeed = true;
        return this.firstLine(buffer, start, end, at);
      case FIELD_LINE:
        if (end === start) return this.headComplete(at);
        return this.takeField(buffer, start, end, at);
      case CHUNK_LINE:
        return this.chunkLine(buffer, start, end, at);
      case CHUNK_END:
        if (end !== start) return this.lose(at);
        this.state = CHUNK_LINE;
        return;
      case TRAILER_LINE:
        if (end === start) this.complete(at);
        return;
      default:
        return this.search(buffer, start, end, at);
    }
  }

  private takeField(buffer: Uint8Array, start: number, end: number, at: At): void {
    const { head } = this;
    if (head.fields < limits.headerFields || isFramingField(buffer[start]!)) return head.field(buffer, start, end);
    if (head.fields === limits.headerFields) this.sink.note('header-limit', at, 'more than 256 fields');
    head.fields += 1;
  }

  private firstLine(buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.isRequest) {
      if (!this.heads.line.read(buffer, start, end)) return this.lose(at);
      this.requestLine(buffer, start);
      this.version = this.heads.line.version;
      if (this.version === 9) return this.headComplete(at);
    } else {
      const read = readStatusLine(buffer, start, end);
      if (read < 0) return this.lose(at);
      this.status = Math.floor(read / 100);
      this.version = read % 100;
    }
    this.state = FIELD_LINE;
  }

  /** Method and target are kept at once: the line's bytes are borrowed. */
  private requestLine(buffer: Uint8Array, start: number): void {
    this.method = this.heads.texts.intern(buffer, start, this.heads.line.methodEnd);
    this.targetLength = Math.min(this.heads.line.targetEnd - this.heads.line.targetStart, limits.headerValue);
    this.target = this.keepTarget
      ? this.heads.texts.keep(buffer, this.heads.line.targetStart, this.heads.line.targetStart + this.targetLength)
      : -1;
  }

  private headComplete(at: At): void {
    const framing = this.sink.head(this, at);
    const { contentLength } = this.head;
    this.giveBack();
    if (this.state === OVER) return;
    switch (framing) {
      case 'none':
        return this.complete(at);
      case 'length':
        this.left = contentLength;
        this.state = BODY;
        if (this.left === 0) this.complete(at);
        return;
      case 'chunked':
        this.state = CHUNK_LINE;
        return;
      case 'until-close':
        this.state = UNTIL_CLOSE;
        return;
      case 'error':
        this.state = LOST;
        this.searched = 0;
        return;
      default:
        return this.stop();
    }
  }

  // 1a;name=value CRLF      up to 16 hexadecimal digits, extensions ignored (RFC 9112 §7.1)
  private chunkLine(buffer: Uint8Array, start: number, end: number, at: At): void {
    let size = 0;
    let p = start;
    for (; p < end; p += 1) {
      const digit = hexDigit(buffer[p]!);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    const digits = p - start;
    while (p < end && (buffer[p] === 32 || buffer[p] === 9)) p += 1;
    if (digits === 0 || digits > 16 || size > Number.MAX_SAFE_INTEGER || (p < end && buffer[p] !== 59)) return this.lose(at);
    this.left = size;
    this.state = size === 0 ? TRAILER_LINE : CHUNK_DATA;
  }

  private search(buffer: Uint8Array, start: number, end: number, at: At): void {
    this.searched += end - start + 1;
    const found = findStartLine(buffer, start, end, this.isRequest, this.heads.line);
    if (found < 0) {
      if (this.searched > limits.line) this.stop();
      return;
    }
    this.sink.note('resynchronised', at);
    this.resynchronised = true;
    this.begin(at);
    this.bytes = end - found;
    this.firstLine(buffer, found, end, at);
  }
}

/** Content-Length, Connection, Transfer-Encoding: read however many fields came before. */
const isFramingField = (first: number): boolean => (first | 0x20) === 99 || (first | 0x20) === 116;

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};
