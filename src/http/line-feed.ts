/** Finds line ends, eight bytes at a time: most of what reading heads costs. */

const LF = 10;
const EACH = 0x0a0a0a0a;
const LOW = 0x01010101;
const HIGH = 0x80808080;

export class LineFeeds {
  #buffer: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#buffer.buffer);

  /** Offset of the first LF in `buffer[from, end)`, or `end`. */
  find(buffer: Uint8Array, from: number, end: number): number {
    // Nearly all calls are for the one buffer that the capture is read into.
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    const view = this.#view;
    let p = from;
    // A byte of x is zero where the text has LF; the lowest set bit of (x - 1 in each byte) & ~x & 0x80… marks it (Mycroft's test).
    for (const last = end - 8; p <= last; p += 8) {
      const x = view.getInt32(p, true) ^ EACH;
      const first = (x - LOW) & ~x & HIGH;
      if (first !== 0) return p + ((31 - Math.clz32(first & -first)) >> 3);
      const y = view.getInt32(p + 4, true) ^ EACH;
      const second = (y - LOW) & ~y & HIGH;
      if (second !== 0) return p + 4 + ((31 - Math.clz32(second & -second)) >> 3);
    }
    while (p < end && buffer[p] !== LF) p += 1;
    return p;
  }
}
