/** Memory that is given back at once: what waits for the garbage collector lies beside the next of its kind, 10 to 50 MB for a million rows. */

/** ES2024; Node has had it since version 20. */
export interface Resizable extends ArrayBuffer {
  readonly maxByteLength: number;
  resize(bytes: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (bytes: number, options: { readonly maxByteLength: number }) => Resizable;

/**
 * Bytes that are zero and take room as they are written, and none after `resize(0)`: that writes all of them once more before, so that a buffer
 * should be no longer than what is used of it. @throws RangeError where the machine has not so much
 */
export const resizable = (bytes: number, most: number = bytes): Resizable => new ResizableBuffer(bytes, { maxByteLength: most });

/** Columns one after another, all zero at first; of each only what is written takes room. */
export class Scratch {
  readonly #buffer: Resizable;
  #used = 0;

  /** `bytes`: of all columns together, each rounded up to eight. @throws RangeError where the machine has not so much */
  constructor(bytes: number) {
    this.#buffer = resizable(bytes);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(8 * length), length);
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(4 * length), length);
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.#buffer, this.#take(4 * length), length);
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(length), length);
  }

  /** Nobody looks at its columns any more: they are empty from now on. */
  free(): void {
    this.#buffer.resize(0);
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used += (bytes + 7) & ~7;
    return at;
  }
}
