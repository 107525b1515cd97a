/** Keeps texts of messages as bytes: distinct ones once (hosts, agents), others one after another (targets). */

import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';

const BLOCK = 1 << 20;
/** Of the first block only the end is used: the second comes before V8 compiles what adds texts (memory.ts). */
const FIRST = 1 << 11;
const RECENT = 1024;

export class TextStore {
  /** Interned texts; number 0 is "none". */
  readonly #texts: string[] = [''];
  readonly #ids = new Map<string, number>();
  #distinctBytes = 0;
  /** Texts that were not kept because there were too many. */
  refused = 0;
  /** The methods that framing depends on, by number. */
  readonly connect: number = this.internText('CONNECT');
  readonly head: number = this.internText('HEAD');
  /** Which number a hash last meant: most heads repeat what the one before said, and no string is made for those. */
  readonly #recent = new Int32Array(RECENT);
  readonly #recentBytes: Uint8Array[] = new Array(RECENT).fill(new Uint8Array(0));
  readonly #blocks: Uint8Array[] = [];
  /** The same bytes, for reading: a view made for each text costs as much again as the text. */
  readonly #readable: Buffer[] = [];
  #used = BLOCK;

  /** The number of a distinct text; 0 for an empty one, and where no more are kept. */
  intern(buffer: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    // Eight bytes are enough for a place to look at; the text itself is compared then.
    const length = end - start;
    const step = length < 8 ? 1 : length >> 3;
    let hash = length;
    for (let i = start; i < end; i += step) hash = (Math.imul(hash, 31) + buffer[i]!) | 0;
    hash ^= hash >>> 10;
    const place = hash & (RECENT - 1);
    if (equals(this.#recentBytes[place]!, buffer, start, length)) return this.#recent[place]!;
    const id = this.internText(latin1(buffer, start, end));
    this.#recent[place] = id;
    this.#recentBytes[place] = Uint8Array.prototype.slice.call(buffer, start, end);
    return id;
  }

  /** As `intern`; 0 where no more are kept. */
  internText(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#distinctBytes += text.length;
    if (this.#texts.length > limits.distinctTexts || this.#distinctBytes > limits.distinctTextBytes) {
      this.refused += 1;
      return 0;
    }
    const id = this.#texts.push(text) - 1;
    this.#ids.set(text, id);
    return id;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** Keeps bytes as they are; the answer is their place, block * 2^20 + offset, or -1 where no more are kept. */
  keep(buffer: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#used + length > BLOCK) {
      if (this.#blocks.length * BLOCK >= limits.targetBytes) {
        this.refused += 1;
        return -1;
      }
      this.#used = this.#blocks.length === 0 ? BLOCK - Math.max(FIRST, length) : 0;
      const block = new Uint8Array(BLOCK);
      this.#blocks.push(block);
      this.#readable.push(Buffer.from(block.buffer));
    }
    const at = this.#used;
    const block = this.#blocks[this.#blocks.length - 1]!;
    for (let i = 0; i < length; i += 1) block[at + i] = buffer[start + i]!;
    this.#used += length;
    return (this.#blocks.length - 1) * BLOCK + at;
  }

  kept(place: number, length: number): string {
    const at = place % BLOCK;
    return this.#readable[Math.floor(place / BLOCK)]?.toString('latin1', at, at + length) ?? '';
  }
}

function equals(bytes: Uint8Array, buffer: Uint8Array, start: number, length: number): boolean {
  if (bytes.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (bytes[i] !== buffer[start + i]) return false;
  return true;
}
