/** Cuts one direction of an HTTP/1 connection into messages (RFC 9112 §6); resumable at every byte, heads in place. */

import { limits } from '../limits.ts';
import type { At } from '../stream.ts';
import { CarriedLine } from './carried-line.ts';
import { colonOf, isBlank } from './field-name.ts';
import { HEAD_BEGINS } from './line-memory.ts';
import {
  BODY,
  CHUNK_DATA,
  CHUNK_END,
  CHUNK_LINE,
  FIELD_LINE,
  FIRST_LINE,
  HELD,
  LOST,
  MessageState,
  OVER,
  START,
  TRAILER_LINE,
  UNTIL_CLOSE,
} from './message-state.ts';
import { isRequestStart, RTSP } from './start-line.ts';
import { StartSearch } from './start-search.ts';

const LF = 10;
const CR = 13;
const H = 72;
const SPACE = 32;

export class MessageReader extends MessageState {
  /** Reads as far as this side speaks HTTP/1; returns where it stopped doing so, or `end`. */
  data(buffer: Uint8Array, start: number, end: number, at: At): number {
    let p = start;
    while (p < end) {
      switch (this.state) {
        case START:
          if (buffer[p] === CR || buffer[p] === LF) p += 1;
          else if (buffer[p] === H || this.isRequest || !this.sink.isSimple()) this.begin(at);
          else this.simpleResponse(at);
          break;
        case BODY:
        case CHUNK_DATA: {
          // `left` is a double; offsets stay integers.
          const take = this.left < end - p ? this.left | 0 : end - p;
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
        case HELD:
        case OVER:
          return p;
        case FIELD_LINE:
          p = this.isCarrying ? this.readLine(buffer, p, end, at) : this.readFields(buffer, p, end, at);
          break;
        case LOST:
          p = this.readLost(buffer, p, end, at);
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
    if (this.state === BODY) {
      this.bytes += this.left;
      this.complete(at);
    }
    // A head of which only the beginning was captured (snap length): the message is counted, its length is unknown.
    if (this.state === FIELD_LINE || this.isStartLineCut(at)) {
      this.note('cut-head', at);
      // The last of HTTP: whoever reads on takes what comes behind the gap.
      if (this.sink.head(this, at) === 'left-http' || this.isOver) return this.stop();
    }
    this.lose(at);
  }

  /** The stream ended in order: a body that only the close ends is complete. */
  finish(at: At): void {
    if (this.mayBeSimple) this.simpleResponse(at);
    if (this.state === UNTIL_CLOSE) this.complete(at);
  }

  private begin(at: At): void {
    this.state = FIRST_LINE;
    this.firstFrame = at.frame;
    this.firstTime = at.time;
    this.bytes = 0;
    this.oddities = 0;
    if (this.isLast) this.note('http-after-close', at);
    this.isLast = false;
  }

  private complete(at: At): void {
    this.state = START;
    this.sink.complete(this, at);
  }

  private lose(at: At): void {
    this.note('framing-lost', at);
    this.giveBack();
    this.state = LOST;
    this.carry?.clear();
    this.search = undefined;
  }

  private readLost(buffer: Uint8Array, from: number, end: number, at: At): number {
    this.search ??= new StartSearch(this.isRequest, this.heads, this.status > 0 || this.method > 0);
    const { search } = this;
    const p = search.read(buffer, from, end);
    if (search.start >= 0) {
      this.search = undefined;
      this.begin(at);
      this.note('resynchronised', at);
      this.resynchronised = true;
      this.bytes = search.length;
      this.firstLine(search.buffer, search.start, search.end, at);
    } else if (search.isHopeless) this.stop();
    return p;
  }

  /** Up to the next line end; a line that the buffer cuts is carried over, never scanned twice. */
  private readLine(buffer: Uint8Array, from: number, end: number, at: At): number {
    const { lineFeeds } = this.heads;
    if (this.isCarrying) {
      if (this.carry!.endsWithReturn && buffer[from] !== LF) this.bareReturn(at);
    } else if (this.state === FIELD_LINE && isBlank(buffer[from]!)) this.folds(at);
    let p = from;
    for (;;) {
      p = lineFeeds.control(buffer, p, end);
      if (p === end || buffer[p] === LF) break;
      // A CR that is not the line's last byte, or what no line may hold.
      if (buffer[p] !== CR || (p + 1 < end && buffer[p + 1] !== LF)) this.bareReturn(at);
      p += 1;
    }
    this.bytes += p - from;
    if (p === end) {
      this.keep(buffer, from, end, at);
      return end;
    }
    this.bytes += 1;
    if (this.isCarrying) {
      this.keep(buffer, from, p, at);
      // `keep` may have given up on the stream.
      if (!this.carry) return end;
      const { kept } = this.carry;
      this.carry.clear();
      this.takeLine(this.carry.buffer, 0, kept, at);
    } else this.takeLine(buffer, from, p, at);
    return p + 1;
  }

  /** The field lines of a head that lie whole in the buffer: `readLine` in one loop, for this is where the time goes. */
  private readFields(buffer: Uint8Array, from: number, end: number, at: At): number {
    const { head } = this;
    const { lineFeeds } = this.heads;
    const lines = this.isRequest ? this.heads.requestLines : this.heads.responseLines;
    const maximum = limits.headerFields;
    let before = HEAD_BEGINS;
    for (let p = from; ; ) {
      const known = head.fields < maximum ? lines.follows(buffer, p, end, before) : 0;
      if (known !== 0) {
        const to = head.repeats(buffer, p, end, lines, known);
        if (to > p) {
          p = to;
          before = known;
          continue;
        }
      }
      const colon = colonOf(buffer, p);
      const q = lineFeeds.control(buffer, colon < 0 || colon >= end ? p : colon, end);
      // Cut, or not as it should be: the other way knows what to do, one line at a time.
      if (q + 1 >= end || buffer[q] !== CR || buffer[q + 1] !== LF || (colon < 0 && q > p)) {
        this.bytes += p - from;
        this.noteAmbiguity(at);
        return p < end ? this.readLine(buffer, p, end, at) : end;
      }
      if (q === p) {
        this.bytes += q + 2 - from;
        this.headComplete(at);
        return q + 2;
      }
      if (head.fields < maximum) {
        const expected = lines.next[before]!;
        const place = head.learns(buffer, p, colon, q, lines, expected);
        if (place !== expected) lines.setNext(before, place);
        before = place;
      } else this.takeField(buffer, p, q, at);
      p = q + 2;
    }
  }

  private get isCarrying(): boolean {
    return this.carry !== undefined && this.carry.length > 0;
  }

  private keep(buffer: Uint8Array, from: number, end: number, at: At): void {
    this.carry ??= new CarriedLine();
    const whole = this.carry.keep(buffer, from, end);
    if (this.carry.length > limits.line) {
      this.note('not-http', at, 'no line end within 1 MiB');
      this.stop();
    } else if (!whole) this.noteOnce('header-limit', at, 'a line longer than 64 KiB');
  }

  private takeLine(buffer: Uint8Array, start: number, lineEnd: number, at: At): void {
    const hasReturn = lineEnd > start && buffer[lineEnd - 1] === CR;
    const end = hasReturn ? lineEnd - 1 : lineEnd;
    if (!hasReturn && !this.mayBeSimple) this.noteOnce('bare-line-feed', at);
    switch (this.state) {
      case FIRST_LINE:
        return this.firstLine(buffer, start, end, at);
      case FIELD_LINE:
        if (end === start) return this.headComplete(at);
        this.takeField(buffer, start, end, at);
        return this.noteAmbiguity(at);
      case CHUNK_LINE:
        return this.chunkLine(buffer, start, end, at);
      case CHUNK_END:
        if (end !== start) return this.lose(at);
        this.state = CHUNK_LINE;
        return;
      default:
        if (end === start) return this.complete(at);
        if (colonOf(buffer, start) < 0) this.noteOnce('malformed-http', at, 'a trailer without a proper name');
    }
  }

  /** A CR without its LF, a NUL or the like inside a line: some receivers take it for a line end (RFC 9112 §2.2, RFC 9110 §5.5). */
  private bareReturn(at: At): void {
    if (!this.mayBeSimple) this.noteOnce('malformed-http', at, 'a control character inside a line');
  }

  /** A field line that begins with a blank; the first one can continue nothing (RFC 9112 §2.2). */
  private folds(at: At): void {
    if (this.head.fields === 0) this.noteOnce('malformed-http', at, 'blank before the first field');
    else this.noteOnce('obsolete-line-folding', at);
  }

  /** As soon as the bytes at hand show it, for the head may never be complete. */
  private noteAmbiguity(at: At): void {
    const { head } = this;
    if (head.ambiguous !== undefined) this.noteOnce('smuggling-risk', at, head.ambiguous);
    else if (this.isRequest && head.isChunkedInside) this.noteOnce('smuggling-risk', at, 'chunked is not the last transfer coding');
  }

  private takeField(buffer: Uint8Array, start: number, end: number, at: At): void {
    const { head } = this;
    if (head.fields >= limits.headerFields) this.noteOnce('header-limit', at, 'more than 256 fields');
    if (!head.line(buffer, start, end)) this.noteOnce('malformed-http', at, 'a field line without a proper name');
  }

  private firstLine(buffer: Uint8Array, start: number, end: number, at: At): void {
    const { requestLine, statusLine, lineFeeds } = this.heads;
    if (this.isRequest) {
      if (!requestLine.read(buffer, start, end, lineFeeds)) return this.lose(at);
      // The end of a body that is not in the capture, and a request behind it: not a word of it may be trusted.
      if (requestLine.malformed && isRequestStart(buffer, start, end) !== 'yes' && requestLine.version !== RTSP) return this.lose(at);
      if (requestLine.preface) return this.stop();
      if (requestLine.malformed || requestLine.isOdd(buffer, start))
        this.noteOnce('malformed-http', at, 'a request line that most receivers refuse');
      this.requestLine(buffer, start, at);
      this.version = requestLine.version;
      this.isSimple = requestLine.simple;
      this.isAbsolute = requestLine.isAbsolute(buffer);
      if (this.isSimple) return this.headComplete(at);
    } else {
      if (!statusLine.read(buffer, start, end)) return this.sink.isSimple() ? this.simpleResponse(at) : this.lose(at);
      if (statusLine.malformed) this.noteOnce('malformed-http', at, 'a status line that most receivers refuse');
      this.status = statusLine.status;
      this.version = statusLine.version;
    }
    this.state = FIELD_LINE;
  }

  /** Of the first line, enough was captured to count the message: a request's method, a response's status. */
  private isStartLineCut(at: At): boolean {
    const isSought = this.state === LOST && (this.method > 0 || this.status > 0);
    const line = isSought ? this.search?.unfinished : this.state === FIRST_LINE ? this.carry?.bytes : undefined;
    if (line === undefined || !(this.isRequest ? this.isMethod(line) : this.isStatus(line))) return false;
    if (isSought) {
      this.begin(at);
      this.note('resynchronised', at);
      this.resynchronised = true;
      this.bytes = line.length;
    }
    return true;
  }

  private isMethod(line: Uint8Array): boolean {
    const end = isRequestStart(line, 0, line.length) === 'yes' ? line.indexOf(SPACE) : -1;
    if (end < 0 || end + 1 === line.length) return false;
    this.method = this.heads.texts.intern(line, 0, end);
    this.target = -1;
    this.version = 0;
    this.isSimple = false;
    this.isAbsolute = false;
    return true;
  }

  private isStatus(line: Uint8Array): boolean {
    const { statusLine } = this.heads;
    if (!statusLine.read(line, 0, line.length)) return false;
    this.status = statusLine.status;
    this.version = statusLine.version;
    return true;
  }

  /** The line at hand may be the beginning of such a body. */
  private get mayBeSimple(): boolean {
    return this.state === FIRST_LINE && !this.isRequest && this.sink.isSimple();
  }

  /** HTTP/0.9: a body and nothing else, until the close. */
  private simpleResponse(at: At): void {
    if (this.state === START) this.begin(at);
    else if (this.carry) this.carry.clear();
    this.status = 0;
    this.version = 9;
    this.headComplete(at);
  }

  /** Method and target are kept at once: the line's bytes are borrowed. */
  private requestLine(buffer: Uint8Array, start: number, at: At): void {
    const { requestLine, texts } = this.heads;
    this.method = texts.intern(buffer, start, requestLine.methodEnd);
    this.targetLength = Math.min(requestLine.targetEnd - requestLine.targetStart, limits.headerValue);
    this.target = this.keepTarget ? texts.keep(buffer, requestLine.targetStart, requestLine.targetStart + this.targetLength) : -1;
    if (requestLine.version !== RTSP && !this.heads.isKnownMethod(this.method))
      this.noteOnce('unknown-method', at, texts.text(this.method));
  }

  private headComplete(at: At): void {
    this.noteAmbiguity(at);
    const framing = this.sink.head(this, at);
    this.left = this.head.length.value;
    this.giveBack();
    if (this.state === OVER) return;
    if (framing === 'none' || (framing === 'length' && this.left === 0)) return this.complete(at);
    switch (framing) {
      case 'held':
        this.complete(at);
        this.state = HELD;
        return;
      case 'length':
        this.state = BODY;
        return;
      case 'chunked':
        this.state = CHUNK_LINE;
        return;
      case 'until-close':
        this.state = UNTIL_CLOSE;
        return;
      case 'error':
        this.state = LOST;
        this.search = undefined;
        return;
      default:
        return this.stop();
    }
  }

  private chunkLine(buffer: Uint8Array, start: number, end: number, at: At): void {
    const { chunk } = this.heads;
    if (!chunk.read(buffer, start, end)) return this.lose(at);
    if (chunk.malformed) this.noteOnce('malformed-http', at, 'a chunk size with blanks or bad extensions');
    this.left = chunk.size;
    this.state = chunk.size === 0 ? TRAILER_LINE : CHUNK_DATA;
  }
}
