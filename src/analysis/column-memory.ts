/** Memory for the columns of one analysis, in a few large blocks; and some to be lent for as long as a step takes. */

import { type Resizable, resizable } from '../scratch.ts';

// Arrays of some megabytes that come and go leave holes between those that stay, and wait for the garbage collector beside the next ones: with a
// million rows 80 MB. A block of so much is mapped apart from all others; of it only what is written takes room, and all of it goes together. Blocks
// that are lent do not wait for the garbage collector: they go when nothing more will be lent for a while. V8 takes twice as long for arrays in such a
// block, and compiles what reads both kinds again: only where there is much to be lent.
const LARGEST = 64 << 20;
const SMALLEST = 64 << 10;
/** What all columns of an analysis take for each row, about. */
const PER_ROW = 64;
/** By so much a block that is lent grows. */
const STEP = 1 << 20;
/** Less than this is not worth a view of a block. */
const FEW = 1 << 10;

export interface Mark {
  readonly block: ArrayBuffer;
  readonly used: number;
}

const beginning: Mark = { block: new ArrayBuffer(0), used: 0 };

export class ColumnMemory {
  readonly #size: number;
  #block = new ArrayBuffer(0);
  #capacity = 0;
  #used = 0;
  /** So much of the block has been used before, and is no longer zero. */
  #written = 0;
  #spare: ColumnMemory | undefined;
  /** Of what is lent: all of its blocks, to be given back at once. */
  readonly #blocks: Resizable[] | undefined;

  /** `rows`: how long columns will be, about. */
  constructor(rows: number, isLent: boolean = false) {
    this.#blocks = isLent ? [] : undefined;
    this.#size = Math.max(SMALLEST, Math.min(LARGEST, rows * PER_ROW));
  }

  /** All of them are zero at first. */
  int32(length: number): Int32Array {
    const at = this.#take(4 * length);
    return at < 0 ? new Int32Array(length) : new Int32Array(this.#block, at, length);
  }

  uint32(length: number): Uint32Array {
    const at = this.#take(4 * length);
    return at < 0 ? new Uint32Array(length) : new Uint32Array(this.#block, at, length);
  }

  uint16(length: number): Uint16Array {
    const at = this.#take(2 * length);
    return at < 0 ? new Uint16Array(length) : new Uint16Array(this.#block, at, length);
  }

  uint8(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 ? new Uint8Array(length) : new Uint8Array(this.#block, at, length);
  }

  float64(length: number): Float64Array {
    const at = this.#take(8 * length);
    return at < 0 ? new Float64Array(length) : new Float64Array(this.#block, at, length);
  }

  /** For columns that are forgotten soon: to be given back when nobody looks at them any more. Whoever asks meanwhile gets another. */
  lend(): ColumnMemory {
    const lent = this.#spare ?? new ColumnMemory(this.#size / PER_ROW, this.#size === LARGEST);
    this.#spare = undefined;
    return lent;
  }

  takeBack(lent: ColumnMemory): void {
    lent.rewind(beginning);
    if (this.#spare !== undefined) lent.#free();
    else this.#spare = lent;
  }

  /** Where it is now, to come back to. */
  mark(): Mark {
    return { block: this.#block, used: this.#used };
  }

  /** Nobody looks any more at what was made since then. */
  rewind({ block, used }: Mark): void {
    this.#written = Math.max(this.#written, this.#used);
    this.#used = block === this.#block ? used : 0;
  }

  /** Nothing will be lent for a while; what was taken back takes no memory from now on. */
  settle(): void {
    if (this.#spare !== undefined) this.#spare.#free();
    this.#spare = undefined;
  }

  #free(): void {
    for (const block of this.#blocks ?? []) block.resize(0);
    this.#capacity = 0;
  }

  /** Where so many bytes lie in the block; -1 where they are not worth one. */
  #take(bytes: number): number {
    if (bytes < FEW) return -1;
    if (this.#used + bytes > this.#capacity) {
      this.#capacity = Math.max(this.#size, bytes);
      this.#block = this.#allocated(this.#capacity);
      this.#used = 0;
      this.#written = 0;
    }
    const at = this.#used;
    const latest = this.#blocks?.at(-1);
    if (latest !== undefined && at + bytes > latest.byteLength)
      latest.resize(Math.min(this.#capacity, Math.ceil((at + bytes) / STEP) * STEP));
    if (at < this.#written) new Uint8Array(this.#block, at, Math.min(bytes, this.#written - at)).fill(0);
    this.#used += (bytes + 63) & ~63;
    return at;
  }

  #allocated(bytes: number): ArrayBuffer {
    if (this.#blocks === undefined) return new ArrayBuffer(bytes);
    const block = resizable(0, bytes);
    this.#blocks.push(block);
    return block;
  }
}
