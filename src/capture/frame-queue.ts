/** Frames that wait for an earlier one of another capture: copies, in their order, in one buffer that is used again. */

import { grown } from '../bytes.ts';
import type { Time } from '../time.ts';
import type { Frame } from './frame.ts';

/** Numbers kept of one frame. */
const ROW = 8;

export class FrameQueue {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  #used = 0;
  #rows = new Float64Array(0);
  #head = 0;
  #tail = 0;

  get size(): number {
    return (this.#tail - this.#head) / ROW;
  }

  /** Of the first frame; there must be one. */
  get time(): Time {
    return this.#rows[this.#head + 1]!;
  }

  add(frame: Frame): void {
    const { start, end } = frame;
    const from = this.#used;
    this.#used += end - start;
    if (this.#used > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, Math.max(this.#used, 65_536));
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(frame.buffer.subarray(start, end), from);
    if (this.#tail + ROW > this.#rows.length) this.#grow();
    const rows = this.#rows;
    const row = this.#tail;
    rows[row] = frame.number;
    rows[row + 1] = frame.time;
    rows[row + 2] = frame.offset;
    rows[row + 3] = frame.linkType;
    rows[row + 4] = frame.interface;
    rows[row + 5] = from;
    rows[row + 6] = this.#used;
    rows[row + 7] = frame.originalLength;
    this.#tail += ROW;
  }

  /** Moves the first frame out; its bytes are borrowed until the next `add`. */
  take(frame: Frame): void {
    const rows = this.#rows;
    const row = this.#head;
    frame.number = rows[row]!;
    frame.time = rows[row + 1]!;
    frame.offset = rows[row + 2]!;
    frame.linkType = rows[row + 3]!;
    frame.interface = rows[row + 4]!;
    frame.start = rows[row + 5]!;
    frame.end = rows[row + 6]!;
    frame.originalLength = rows[row + 7]!;
    frame.buffer = this.#bytes;
    frame.view = this.#view;
    this.#head += ROW;
    if (this.#head < this.#tail) return;
    this.#head = 0;
    this.#tail = 0;
    this.#used = 0;
  }

  #grow(): void {
    const larger = new Float64Array(Math.max(this.#rows.length * 2, 512 * ROW));
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
