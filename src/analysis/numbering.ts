/** Small numbers by row, such as whose a connection is: two bytes each, four once there are too many for two. */

import type { ColumnMemory } from './column-memory.ts';

export type Numbers = Uint16Array | Int32Array;

export class Numbering {
  readonly #memory: ColumnMemory;
  /** What was set so far; another array once it had to become wider. */
  of: Numbers;

  /** All 0. */
  constructor(size: number, memory: ColumnMemory) {
    this.#memory = memory;
    this.of = memory.uint16(size);
  }

  /** Not below 0. */
  set(row: number, number: number): void {
    if (number > 0xffff && this.of.BYTES_PER_ELEMENT === 2) {
      const wider = this.#memory.int32(this.of.length);
      wider.set(this.of);
      this.of = wider;
    }
    this.of[row] = number;
  }
}
