/** A column of numbers that most rows do not have: apart while few do, a column like any other once it is worth one. */

/** Where one of so many rows has a number, what is apart takes half of the memory of a column, and more while it grows. */
const worth = 16;

export class Sparse {
  readonly #size: number;
  readonly #missing: number;
  #few = new Map<number, number>();
  #column: Float64Array | undefined;

  /** `missing` is read where nothing was written. */
  constructor(size: number, missing: number) {
    this.#size = size;
    this.#missing = missing;
  }

  get(row: number): number {
    if (this.#column !== undefined) return this.#column[row]!;
    return this.#few.size === 0 ? this.#missing : (this.#few.get(row) ?? this.#missing);
  }

  set(row: number, value: number): void {
    if (this.#column === undefined) {
      this.#few.set(row, value);
      if (this.#few.size * worth > this.#size) this.#spread();
    } else this.#column[row] = value;
  }

  #spread(): void {
    const column = new Float64Array(this.#size).fill(this.#missing);
    for (const [row, value] of this.#few) column[row] = value;
    this.#column = column;
    this.#few.clear();
  }
}
