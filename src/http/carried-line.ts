/** The beginning of a line whose end has not come yet, kept because bytes are borrowed; bounded. */

import { grown } from '../bytes.ts';
import { limits } from '../limits.ts';

const CR = 13;

export class CarriedLine {
  buffer: Uint8Array = new Uint8Array(0);
  /** Bytes kept, and bytes that came: fewer are kept of a line longer than the limit. */
  kept = 0;
  length = 0;

  clear(): void {
    this.kept = 0;
    this.length = 0;
  }

  /** False where not everything could be kept. */
  keep(buffer: Uint8Array, from: number, end: number): boolean {
    this.length += end - from;
    const room = Math.min(end - from, limits.head - this.kept);
    if (room > 0) {
      this.buffer = grown(this.buffer, this.kept + room);
      this.buffer.set(buffer.subarray(from, from + room), this.kept);
      this.kept += room;
    }
    return room === end - from;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.kept);
  }

  get endsWithReturn(): boolean {
    return this.kept === this.length && this.buffer[this.kept - 1] === CR;
  }
}
