/** Small numbers by row, such as whose a connection is: two bytes each, four once there are too many for two. */

export type Numbers = Uint16Array | Int32Array;

export class Numbering {
  /** What was set so far; another array once it had to become wider. */
  of: Numbers;

  /** All 0. */
  constructor(size: number) {
    this.of = new Uint16Array(size);
  }

  /** Not below 0. */
  set(row: number, number: number): void {
    if (number > 0xffff && this.of.BYTES_PER_ELEMENT === 2) this.of = Int32Array.from(this.of);
    this.of[row] = number;
  }
}
