/** One lz4 block (lz4_Block_format.md): literals and copies of what came up to 64 KiB before. */

export const HISTORY: number = 64 << 10;

// token: upper half literals, lower half match length - 4; 15 in either: more bytes follow, until one is not 255
// 51  48 65 6c 6c 6f  05 00        5 literals "Hello", then 1 + 4 bytes from 5 before
export class Lz4Window {
  /** History, then the block. */
  readonly #bytes: Uint8Array;
  #filled = 0;
  readonly #largest: number;
  /** The last block was cut or not well formed; what came before that was unpacked. */
  damaged = false;

  constructor(largest: number) {
    this.#largest = largest;
    this.#bytes = new Uint8Array(HISTORY + largest);
  }

  /** The next block does not look back behind its begin. */
  forget(): void {
    this.#filled = 0;
  }

  /** A block that was not packed. Borrowed until the next one. */
  stored(block: Uint8Array): Uint8Array {
    this.damaged = false;
    const start = this.#makeRoom();
    this.#bytes.set(block, start);
    this.#filled = start + block.length;
    return this.#bytes.subarray(start, this.#filled);
  }

  /** The unpacked block, borrowed until the next one; of a damaged one, what could be unpacked. */
  unpack(block: Uint8Array): Uint8Array {
    const start = this.#makeRoom();
    this.damaged = false;
    this.#filled = this.#sequences(block, start, start + this.#largest);
    return this.#bytes.subarray(start, this.#filled);
  }

  /** Returns where they end. */
  #sequences(block: Uint8Array, start: number, most: number): number {
    const bytes = this.#bytes;
    const end = block.length;
    let to = start;
    let p = 0;
    while (p < end) {
      const token = block[p++]!;
      let literals = token >> 4;
      if (literals === 15) {
        let more = 255;
        while (more === 255 && p < end) literals += more = block[p++]!;
      }
      if (p + literals > end || to + literals > most) {
        this.damaged = true;
        literals = Math.min(end - p, most - to);
      }
      if (literals > 32) bytes.set(block.subarray(p, p + literals), to);
      else for (let i = 0; i < literals; i += 1) bytes[to + i] = block[p + i]!;
      p += literals;
      to += literals;
      if (p === end || this.damaged) return to;
      if (p + 2 > end) return this.#stopped(to);
      const distance = block[p]! | (block[p + 1]! << 8);
      p += 2;
      let length = token & 15;
      if (length === 15) {
        let more = 255;
        while (more === 255 && p < end) length += more = block[p++]!;
      }
      length += 4;
      if (distance === 0 || distance > to || to + length > most) return this.#stopped(to);
      if (length > 64 && distance >= length) bytes.copyWithin(to, to - distance, to - distance + length);
      else for (let from = to - distance, i = 0; i < length; i += 1) bytes[to + i] = bytes[from + i]!;
      to += length;
    }
    return to;
  }

  #stopped(to: number): number {
    this.damaged = true;
    return to;
  }

  /** Moves the last 64 KiB to the front; returns where the block goes. */
  #makeRoom(): number {
    const kept = Math.min(HISTORY, this.#filled);
    this.#bytes.copyWithin(0, this.#filled - kept, this.#filled);
    this.#filled = kept;
    return kept;
  }
}
