/** Finds line ends, eight bytes at a time: most of what reading heads costs. */

const TAB = 9;
const LF = 10;
const EACH = 0x0a0a0a0a;
const LOW = 0x01010101;
const BLANKS = 0x20202020;
const VISIBLE = 0x21212121;
const HIGH = 0x80808080;

export class LineFeeds {
  #buffer: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#buffer.buffer);

  /**
   * Offset of the first control character but TAB in `buffer[from, end)`, or `end`. In a line as it should be that is the CR before
   * its LF, so this costs what looking for the LF would, and finds whatever else some receivers take for a line end.
   */
  control(buffer: Uint8Array, from: number, end: number): number {
    if (buffer !== this.#buffer) this.#take(buffer);
    const view = this.#view;
    let p = from;
    for (const last = end - 8; p <= last; p += 8) {
      // The lowest set bit of (x - 0x20 in each byte) & ~x & 0x80… marks the first byte below 0x20 (after Mycroft).
      const x = view.getInt32(p, true);
      const y = view.getInt32(p + 4, true);
      const first = (x - BLANKS) & ~x & HIGH;
      const second = (y - BLANKS) & ~y & HIGH;
      if ((first | second) === 0) continue;
      p += first !== 0 ? (31 - Math.clz32(first & -first)) >> 3 : 4 + ((31 - Math.clz32(second & -second)) >> 3);
      if (buffer[p] !== TAB) return p;
      p -= 7;
    }
    while (p < end && (buffer[p]! >= 32 || buffer[p] === TAB)) p += 1;
    return p;
  }

  /** Offset of the first LF in `buffer[from, end)`, or `end`. */
  find(buffer: Uint8Array, from: number, end: number): number {
    if (buffer !== this.#buffer) this.#take(buffer);
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

  /** No blank, no control character, nothing beyond ASCII. */
  isVisible(buffer: Uint8Array, from: number, end: number): boolean {
    if (buffer !== this.#buffer) this.#take(buffer);
    const view = this.#view;
    let p = from;
    for (; p <= end - 4; p += 4) {
      const x = view.getInt32(p, true);
      // One more makes DEL (0x7f) the first byte beyond ASCII.
      if (((x | (x + LOW) | ((x - VISIBLE) & ~x)) & HIGH) !== 0) return false;
    }
    for (; p < end; p += 1) if (buffer[p]! < 0x21 || buffer[p]! > 0x7e) return false;
    return true;
  }

  /** Nearly all calls are for the one buffer that the capture is read into. */
  #take(buffer: Uint8Array): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
}
