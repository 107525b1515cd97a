/** Keeps texts of messages as bytes: distinct ones once (hosts, agents), others one after another (targets). */

import { latin1 } from '../bytes.ts';

const BLOCK = 1 << 20;

export class TextStore {
  /** Interned texts; number 0 is "none". */
  readonly #texts: string[] = [''];
  readonly #ids = new Map<string, number>();
  /** Which number a hash last meant: most heads repeat what the one before said, and no string is made for those. */
  readonly #recent = new Int32Array(1024);
  readonly #blocks: Uint8Array[] = [];
  #used = BLOCK;

  /** The number of a distinct text. */
  intern(buffer: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    let hash = end - start;
    for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + buffer[i]!) | 0;
    const recent = this.#recent[hash & 1023]!;
    if (recent > 0 && this.#equals(this.#texts[recent]!, buffer, start, end)) return recent;
    const id = this.internText(latin1(buffer, start, end));
    this.#recent[hash & 1023] = id;
    return id;
  }

  internText(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.push(text) - 1;
    this.#ids.set(text, id);
    return id;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** Keeps bytes as they are; the answer is their place: block * 2^20 + offset, at most 2^15 blocks' worth of a 32-bit number. */
  keep(buffer: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > BLOCK) {
      this.#blocks.push(new Uint8Array(BLOCK));
      this.#used = 0;
    }
    const at = this.#used;
    const block = this.#blocks[this.#blocks.length - 1]!;
    for (let i = 0; i < length; i += 1) block[at + i] = buffer[start + i]!;
    this.#used += length;
    return (this.#blocks.length - 1) * BLOCK + at;
  }

  kept(place: number, length: number): string {
    const block = this.#blocks[Math.floor(place / BLOCK)];
    const at = place % BLOCK;
    return block ? latin1(block, at, at + length) : '';
  }

  #equals(text: string, buffer: Uint8Array, start: number, end: number): boolean {
    if (text.length !== end - start) return false;
    for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) !== buffer[start + i]) return false;
    return true;
  }
}
