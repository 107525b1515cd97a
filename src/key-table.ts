/** Gives each distinct triple of integers a number, from 0, without building strings. */

export class KeyTable {
  #count = 0;
  #parts = new Int32Array(3 * 1024);
  /** Open addressing: number + 1 of the triple, 0 where free; at most half full. */
  #slots = new Int32Array(2048);

  get count(): number {
    return this.#count;
  }

  of(a: number, b: number, c: number): number {
    let slot = this.#slotOf(a, b, c);
    const known = this.#slots[slot]!;
    if (known > 0) return known - 1;
    if (2 * (this.#count + 1) > this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(a, b, c);
    }
    const number = this.#count;
    this.#parts[3 * number] = a;
    this.#parts[3 * number + 1] = b;
    this.#parts[3 * number + 2] = c;
    this.#slots[slot] = number + 1;
    this.#count += 1;
    return number;
  }

  /** Where the triple is, or belongs. */
  #slotOf(a: number, b: number, c: number): number {
    const parts = this.#parts;
    const mask = this.#slots.length - 1;
    for (let slot = hash(a, b, c) & mask; ; slot = (slot + 1) & mask) {
      const at = 3 * (this.#slots[slot]! - 1);
      if (at < 0 || (parts[at] === a && parts[at + 1] === b && parts[at + 2] === c)) return slot;
    }
  }

  #grow(): void {
    const parts = new Int32Array(2 * this.#parts.length);
    parts.set(this.#parts);
    this.#parts = parts;
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let number = 0; number < this.#count; number += 1) {
      this.#slots[this.#slotOf(parts[3 * number]!, parts[3 * number + 1]!, parts[3 * number + 2]!)] = number + 1;
    }
  }
}

/** The parts are small numbers that we gave ourselves (no one outside chooses them), so a fixed mixer will do. */
function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
