/** After lost or misframed bytes: the search for the next line that begins a message. */

import { grown } from '../bytes.ts';
import { limits } from '../limits.ts';
import { findStartLine, type StartLines } from './start-line.ts';

const CR = 13;
/** Kept of a line that is longer than this. */
const WINDOW = 16 << 10;
const NOTHING = new Uint8Array(0);

export class StartSearch {
  /** Where the line that was found lies; borrowed like all bytes. */
  buffer: Uint8Array = NOTHING;
  start = -1;
  end = 0;
  /** Stream bytes of the line from there on. */
  length = 0;
  readonly #isRequest: boolean;
  readonly #lines: StartLines;
  #window: Uint8Array = NOTHING;
  #kept = 0;
  #searched = 0;
  readonly #patience: number;

  /** `wasSeen`: messages came before, so that others are worth any search. */
  constructor(isRequest: boolean, lines: StartLines, wasSeen: boolean) {
    this.#isRequest = isRequest;
    this.#lines = lines;
    this.#patience = wasSeen ? Number.POSITIVE_INFINITY : limits.line;
  }

  /** What came before any line end; empty behind one, or where it is too long. */
  get unfinished(): Uint8Array {
    return this.#searched === this.#kept ? this.#window.subarray(0, this.#kept) : NOTHING;
  }

  /** So much was looked through that a stream that was never seen to be HTTP is not. */
  get isHopeless(): boolean {
    return this.#searched > this.#patience;
  }

  /** Offset behind the line that was found (`start` is not -1), or `end`. */
  read(buffer: Uint8Array, from: number, end: number): number {
    this.start = -1;
    for (let p = from; p < end; ) {
      const q = this.#lines.lineFeeds.find(buffer, p, end);
      this.#searched += q - p;
      if (this.isHopeless) return end;
      if (q === end || this.#kept > 0) this.#keep(buffer, p, q);
      if (q === end) return end;
      this.#searched += 1;
      if (this.#kept > 0) this.#look(this.#window, 0, this.#kept);
      else this.#look(buffer, p, q);
      this.#kept = 0;
      p = q + 1;
      if (this.start >= 0) return p;
    }
    return end;
  }

  #look(buffer: Uint8Array, start: number, lineEnd: number): void {
    const end = lineEnd > start && buffer[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    this.start = findStartLine(buffer, start, end, this.#isRequest, this.#lines);
    this.buffer = buffer;
    this.end = end;
    this.length = lineEnd + 1 - this.start;
  }

  /** The last bytes of an endless line are enough. */
  #keep(buffer: Uint8Array, from: number, end: number): void {
    this.#window = grown(this.#window, WINDOW);
    const take = Math.min(end - from, WINDOW);
    const keep = Math.min(this.#kept, WINDOW - take);
    this.#window.copyWithin(0, this.#kept - keep, this.#kept);
    this.#window.set(buffer.subarray(end - take, end), keep);
    this.#kept = keep + take;
  }
}
