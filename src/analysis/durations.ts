/** A column of durations in half the memory: whole nanoseconds up to four seconds take four bytes each; what is longer, in parts of one or unknown lies apart. */

import type { Duration } from '../time.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Sparse } from './sparse.ts';

const APART = 0xffff_ffff;

export class Durations {
  readonly length: number;
  readonly #short: Uint32Array;
  readonly #apart: Sparse;

  /** All 0. */
  constructor(length: number, memory: ColumnMemory) {
    this.length = length;
    this.#short = memory.uint32(length);
    this.#apart = new Sparse(length, Number.NaN);
  }

  /** NaN where it is unknown. */
  get(row: number): Duration {
    const short = this.#short[row]!;
    return short === APART ? this.#apart.get(row) : short;
  }

  /** Once for each row. */
  set(row: number, duration: Duration): void {
    const short = duration >>> 0;
    if (short === duration && short < APART) this.#short[row] = short;
    else {
      this.#short[row] = APART;
      if (!Number.isNaN(duration)) this.#apart.set(row, duration);
    }
  }
}
