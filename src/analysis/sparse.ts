/** A column of numbers that most rows do not have: there is memory only where some do. */

const bits = 10;
const rows = 1 << bits;

export class Sparse {
  readonly #missing: number;
  readonly #blocks: (Float64Array | undefined)[];

  /** `missing` is read where nothing was written. */
  constructor(size: number, missing: number) {
    this.#missing = missing;
    this.#blocks = new Array<undefined>(Math.ceil(size / rows)).fill(undefined);
  }

  get(row: number): number {
    const block = this.#blocks[row >> bits];
    return block === undefined ? this.#missing : block[row & (rows - 1)]!;
  }

  set(row: number, value: number): void {
    let block = this.#blocks[row >> bits];
    if (block === undefined) {
      block = new Float64Array(rows).fill(this.#missing);
      this.#blocks[row >> bits] = block;
    }
    block[row & (rows - 1)] = value;
  }
}
