/** Strings of letters as numbers: each is a node of one tree, for many connections have the same few histories. */

import type { Side } from '../stream.ts';

/** Only a capture made to do harm has more different histories, or longer ones: such end where they are. */
const NODES = 1 << 18;
const LETTERS = 200;

/** Letters of a side: the client's have these codes, the server's follow. */
const SIDE = 16;

export class HistoryTree {
  /** A limit acted: some histories are cut. */
  full = false;
  readonly #letters: string;
  /** By node * 32 + code. */
  readonly #children = new Map<number, number>();
  #parents = new Int32Array(64);
  #codes = new Uint8Array(64);
  #depths = new Uint8Array(64);
  /** One bit for each code on the way to the node. */
  #seen = new Int32Array(64);
  #nodes = 1;

  /** At most 16 of them, lower case. */
  constructor(letters: string) {
    this.#letters = letters;
  }

  has(node: number, side: Side, letter: number): boolean {
    return (this.#seen[node]! & (1 << (side * SIDE + letter))) !== 0;
  }

  /** The string of `node`, longer by one letter. */
  child(node: number, side: Side, letter: number): number {
    const code = side * SIDE + letter;
    const key = node * 2 * SIDE + code;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    if (this.#nodes === NODES || this.#depths[node] === LETTERS) {
      this.full = true;
      return node;
    }
    if (this.#nodes === this.#parents.length) this.#grow();
    const child = this.#nodes;
    this.#nodes += 1;
    this.#children.set(key, child);
    this.#parents[child] = node;
    this.#codes[child] = code;
    this.#depths[child] = this.#depths[node]! + 1;
    this.#seen[child] = this.#seen[node]! | (1 << code);
    return child;
  }

  /** Upper case: the client; the server where `swapped`. */
  text(node: number, swapped: boolean): string {
    let text = '';
    for (let at = node; at > 0; at = this.#parents[at]!) {
      const code = this.#codes[at]!;
      const letter = this.#letters.charAt(code % SIDE);
      text = (code < SIDE !== swapped ? letter.toUpperCase() : letter) + text;
    }
    return text;
  }

  #grow(): void {
    const length = this.#nodes * 2;
    const parents = new Int32Array(length);
    const codes = new Uint8Array(length);
    const depths = new Uint8Array(length);
    const seen = new Int32Array(length);
    parents.set(this.#parents);
    codes.set(this.#codes);
    depths.set(this.#depths);
    seen.set(this.#seen);
    this.#parents = parents;
    this.#codes = codes;
    this.#depths = depths;
    this.#seen = seen;
  }
}
