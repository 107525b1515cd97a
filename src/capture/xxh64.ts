/** The 64-bit xxHash (doc/xxhash_spec.md), whose lower half zstd frames end with: seed 0, in pieces. */

const STRIPE = 32;

/** Numbers of 64 bits are two halves where every byte passes, and BigInt at the end. */
const P1_HIGH = 0x9e3779b1;
const P1_LOW = 0x85ebca87;
const P2_HIGH = 0xc2b2ae3d;
const P2_LOW = 0x27d4eb4f;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

/** Upper half of what `product` returns the lower one of. */
let high = 0;

/** Of 64 bits by 64, the lower 64: in steps of 16 bits, whose products a double holds exactly. */
function product(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const first = a0 * b0;
  const second = a1 * b0 + (first >>> 16);
  const third = a0 * b1 + (second & 0xffff);
  high = (Math.imul(a1, b1) + (second >>> 16) + (third >>> 16) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  return (third << 16) | (first & 0xffff);
}

const all64 = (x: bigint): bigint => BigInt.asUintN(64, x);
const rotated = (x: bigint, by: bigint): bigint => all64((x << by) | (x >> (64n - by)));
const round = (lane: bigint, word: bigint): bigint => all64(rotated(all64(lane + word * P2), 31n) * P1);

export class Xxh64 {
  /** Four lanes, each its upper half and its lower one. */
  readonly #lanes = new Int32Array(8);
  #length = 0;
  /** The begin of a stripe that is not whole yet. */
  readonly #rest = new Uint8Array(STRIPE);
  #resting = 0;

  constructor() {
    for (const [i, start] of [P1 + P2, P2, 0n, -P1].entries()) {
      this.#lanes[2 * i] = Number(all64(start) >> 32n);
      this.#lanes[2 * i + 1] = Number(all64(start) & 0xffffffffn);
    }
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let p = 0;
    if (this.#resting > 0) {
      p = Math.min(STRIPE - this.#resting, bytes.length);
      this.#rest.set(bytes.subarray(0, p), this.#resting);
      this.#resting += p;
      if (this.#resting < STRIPE) return;
      this.#stripes(this.#rest, 0, STRIPE);
    }
    const whole = p + ((bytes.length - p) & ~(STRIPE - 1));
    this.#stripes(bytes, p, whole);
    this.#rest.set(bytes.subarray(whole));
    this.#resting = bytes.length - whole;
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lanes = this.#lanes;
    for (let lane = 0; lane < 4; lane += 1) {
      let upper = lanes[2 * lane]!;
      let lower = lanes[2 * lane + 1]!;
      for (let p = from + 8 * lane; p < to; p += STRIPE) {
        const added = (lower >>> 0) + (product(view.getInt32(p + 4, true), view.getInt32(p, true), P2_HIGH, P2_LOW) >>> 0);
        upper = (upper + high + (added > 0xffffffff ? 1 : 0)) | 0;
        lower = added | 0;
        // Rotated by 31 on the way.
        lower = product((upper << 31) | (lower >>> 1), (lower << 31) | (upper >>> 1), P1_HIGH, P1_LOW);
        upper = high;
      }
      lanes[2 * lane] = upper;
      lanes[2 * lane + 1] = lower;
    }
  }

  value(): bigint {
    let hash = this.#length < STRIPE ? P5 : this.#merged();
    hash = all64(hash + BigInt(this.#length));
    const view = new DataView(this.#rest.buffer);
    let p = 0;
    for (; p + 8 <= this.#resting; p += 8) hash = all64(rotated(hash ^ round(0n, view.getBigUint64(p, true)), 27n) * P1 + P4);
    for (; p + 4 <= this.#resting; p += 4) hash = all64(rotated(hash ^ all64(BigInt(view.getUint32(p, true)) * P1), 23n) * P2 + P3);
    for (; p < this.#resting; p += 1) hash = all64(rotated(hash ^ all64(BigInt(this.#rest[p]!) * P5), 11n) * P1);
    hash = all64((hash ^ (hash >> 33n)) * P2);
    hash = all64((hash ^ (hash >> 29n)) * P3);
    return hash ^ (hash >> 32n);
  }

  #merged(): bigint {
    const lanes = Array.from({ length: 4 }, (_, i) => (BigInt(this.#lanes[2 * i]! >>> 0) << 32n) | BigInt(this.#lanes[2 * i + 1]! >>> 0));
    const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
    const sum = all64(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n));
    return lanes.reduce((hash, lane) => all64((hash ^ round(0n, lane)) * P1 + P4), sum);
  }
}
