/** What most exchanges lack, or have like many others: stream and reset of HTTP/2, Keep-Alive of the response. One word of a record stands for all of it. */

import { GrowingMemory } from '../memory.ts';

/** A row: stream, timeout, max. */
const WORDS = 3;
/** Places where equal rows are looked for: servers announce the same again and again, or count down. */
const RECENT = 256;
/** Of timeout and max, where there is none. */
export const NONE = -1;

export class ExchangeExtras {
  readonly #memory = new GrowingMemory();
  /** Row + 1, by a hash of what it holds. */
  readonly #recent = new Int32Array(RECENT);
  #size = 0;

  /** The word for these: a stream (from 0) for itself where there is nothing else, else the complement of a row that is never changed again. */
  word(stream: number, timeout: number, max: number): number {
    if (timeout === NONE && max === NONE) return stream;
    const place = ((Math.imul(timeout, 31) + max) ^ stream) & (RECENT - 1);
    const known = this.#recent[place]! - 1;
    if (known >= 0 && this.#holds(known, stream, timeout, max)) return ~known;
    const row = this.#size;
    this.#size += 1;
    if (this.#size * WORDS * 4 > this.#memory.bytes) this.#memory.grow();
    const words = this.#memory.i32;
    words[row * WORDS] = stream;
    words[row * WORDS + 1] = timeout;
    words[row * WORDS + 2] = max;
    this.#recent[place] = row + 1;
    return ~row;
  }

  /** 0 without one. */
  stream(word: number): number {
    return word < 0 ? this.#memory.i32[~word * WORDS]! : word;
  }

  timeout(word: number): number {
    return word < 0 ? this.#memory.i32[~word * WORDS + 1]! : NONE;
  }

  max(word: number): number {
    return word < 0 ? this.#memory.i32[~word * WORDS + 2]! : NONE;
  }

  #holds(row: number, stream: number, timeout: number, max: number): boolean {
    const words = this.#memory.i32;
    const at = row * WORDS;
    return words[at] === stream && words[at + 1] === timeout && words[at + 2] === max;
  }
}
