/** What a client sent before it knew who reads it: behind CONNECT, or behind a request to upgrade. Bounded. */

import { limits } from '../limits.ts';
import type { At, Side, StreamSink } from '../stream.ts';
import { isRequestStart, type Recognised } from './start-line.ts';

interface Piece {
  readonly bytes: Uint8Array;
  /** Missing bytes instead. */
  readonly gap: number;
  readonly at: At;
}

/** What a piece costs beside its bytes. */
const PIECE = 128;
/** No known method is as long. */
export const LONGEST_METHOD = 32;

export class HeldBytes {
  readonly #pieces: Piece[] = [];
  #kept = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Does what was said begin like a request? */
  get isRequest(): Recognised {
    // Of a method, however it was cut.
    const first: number[] = [];
    for (const { bytes, gap } of this.#pieces) {
      if (gap > 0) break;
      first.push(...bytes.subarray(0, LONGEST_METHOD - first.length));
    }
    return first.length === 0 ? 'no' : isRequestStart(Uint8Array.from(first), 0, first.length);
  }

  /** False where the limit acts: the rest is treated as missing. */
  keep(buffer: Uint8Array, start: number, end: number, at: At): boolean {
    const cost = end - start + PIECE;
    if (this.#kept + cost > limits.head) {
      this.gap(end - start, at);
      return false;
    }
    this.#kept += cost;
    this.#pieces.push({ bytes: Uint8Array.prototype.slice.call(buffer, start, end), gap: 0, at: { frame: at.frame, time: at.time } });
    return true;
  }

  gap(length: number, at: At): void {
    const last = this.#pieces.at(-1);
    if (last && last.gap > 0) this.#pieces[this.#pieces.length - 1] = { ...last, gap: last.gap + length };
    else this.#pieces.push({ bytes: new Uint8Array(0), gap: length, at: { frame: at.frame, time: at.time } });
  }

  giveTo(sink: Pick<StreamSink, 'data' | 'gap'>, side: Side): void {
    for (const { bytes, gap, at } of this.#pieces.splice(0)) {
      if (gap > 0) sink.gap(side, gap, at);
      else sink.data(side, bytes, 0, bytes.length, at);
    }
    this.#kept = 0;
  }
}
