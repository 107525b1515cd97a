/** The 32-bit xxHash (doc/xxhash_spec.md), as lz4 frames use it: seed 0, in pieces. */

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;
const STRIPE = 16;

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const round = (lane: number, word: number): number => Math.imul(rotated((lane + Math.imul(word, P2)) | 0, 13), P1);

export class Xxh32 {
  #a = (P1 + P2) | 0;
  #b = P2 | 0;
  #c = 0;
  #d = -P1 | 0;
  #length = 0;
  /** The begin of a stripe that is not whole yet. */
  readonly #rest = new Uint8Array(STRIPE);
  #resting = 0;
  /** At least one stripe was whole. */
  #long = false;

  static of(bytes: Uint8Array): number {
    const hash = new Xxh32();
    hash.add(bytes);
    return hash.value();
  }

  add(bytes: Uint8Array): void {
    this.#length = (this.#length + bytes.length) % 2 ** 32;
    let p = 0;
    if (this.#resting > 0) {
      p = Math.min(STRIPE - this.#resting, bytes.length);
      this.#rest.set(bytes.subarray(0, p), this.#resting);
      this.#resting += p;
      if (this.#resting < STRIPE) return;
      this.#stripes(this.#rest, 0, STRIPE);
      this.#resting = 0;
    }
    const whole = p + ((bytes.length - p) & ~(STRIPE - 1));
    this.#stripes(bytes, p, whole);
    this.#rest.set(bytes.subarray(whole));
    this.#resting = bytes.length - whole;
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let d = this.#d;
    for (let p = from; p < to; p += STRIPE) {
      a = round(a, view.getInt32(p, true));
      b = round(b, view.getInt32(p + 4, true));
      c = round(c, view.getInt32(p + 8, true));
      d = round(d, view.getInt32(p + 12, true));
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
    this.#long ||= to > from;
  }

  /** Signed. */
  value(): number {
    let hash = this.#long ? rotated(this.#a, 1) + rotated(this.#b, 7) + rotated(this.#c, 12) + rotated(this.#d, 18) : P5;
    hash = (hash + this.#length) | 0;
    const view = new DataView(this.#rest.buffer);
    let p = 0;
    for (; p + 4 <= this.#resting; p += 4) hash = Math.imul(rotated((hash + Math.imul(view.getInt32(p, true), P3)) | 0, 17), P4);
    for (; p < this.#resting; p += 1) hash = Math.imul(rotated((hash + Math.imul(this.#rest[p]!, P5)) | 0, 11), P1);
    hash = Math.imul(hash ^ (hash >>> 15), P2);
    hash = Math.imul(hash ^ (hash >>> 13), P3);
    return hash ^ (hash >>> 16);
  }
}
