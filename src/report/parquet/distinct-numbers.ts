/** Tells the different numbers of a column from those that repeat: the entries of a dictionary, and which of them each number is. */

/** A dictionary of more takes three quarters of the plain numbers, with the places that the numbers have in it. */
const isHopeless = (distinct: number, read: number): boolean => distinct > 512 + 0.75 * read;
/** Steps of search per number: more is no chance, but numbers that somebody chose to meet. */
const patience = 8;

export class DistinctNumbers {
  /** The first `size` count, in the order in which they were met. By bits: -0 is not 0. */
  values: Float64Array<ArrayBuffer> = new Float64Array(0);
  size = 0;
  /** The place in `values` of each number that was read. */
  places: Int32Array = new Int32Array(0);
  #slots = new Int32Array(2);

  /** False where there are too many to be worth a dictionary: then only a part was read. */
  read(numbers: Float64Array<ArrayBuffer>): boolean {
    const count = numbers.length;
    this.#makeRoom(count);
    const read = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * count);
    const kept = new Int32Array(this.values.buffer);
    const { places } = this;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const shift = Math.clz32(mask);
    let distinct = 0;
    let last = -1;
    let steps = 0;
    for (let i = 0; i < count; i += 1) {
      const low = read[2 * i]!;
      const high = read[2 * i + 1]!;
      if (last < 0 || kept[2 * last] !== low || kept[2 * last + 1] !== high) {
        let slot = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b) >>> shift;
        for (last = slots[slot]! - 1; last >= 0 && (kept[2 * last] !== low || kept[2 * last + 1] !== high); last = slots[slot]! - 1) {
          slot = (slot + 1) & mask;
          steps += 1;
        }
        if (last < 0) {
          last = distinct;
          distinct += 1;
          if (isHopeless(distinct, i) || steps > patience * (i + 512)) return false;
          slots[slot] = distinct;
          kept[2 * last] = low;
          kept[2 * last + 1] = high;
        }
      }
      places[i] = last;
    }
    this.size = distinct;
    return true;
  }

  #makeRoom(count: number): void {
    if (count > this.places.length) {
      this.places = new Int32Array(count);
      this.values = new Float64Array(count);
      this.#slots = new Int32Array(2 << (32 - Math.clz32(count - 1)));
    } else this.#slots.fill(0);
  }
}
