/** Strings of letters as numbers: each is a node of one tree, for many connections have the same few histories. */

import type { Side } from '../stream.ts';

/** Only a capture made to do harm has more different histories, or longer ones: such end where they are. */
const NODES = 1 << 16;
const LETTERS = 200;

/** Letters of a side: the client's have these codes, the server's follow. */
const SIDE = 16;
const CODES = 32;

export class HistoryTree {
  /** A limit acted: some histories are cut. */
  full = false;
  readonly #letters: string;
  /** Of each node: where each letter leads, 0 for nowhere yet. */
  #children = new Int32Array(64 * CODES);
  #parents = new Int32Array(64);
  /** One bit for each letter on the way to the node. */
  #seen = new Int32Array(64);
  #codes = new Uint8Array(64);
  #depths = new Uint8Array(64);
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
    const known = this.#children[node * CODES + code]!;
    return known > 0 ? known : this.#grow(node, code);
  }

  /** Of the first `kinds` letters only. Upper case: the client; the server where `swapped`. */
  text(node: number, swapped: boolean, kinds: number): string {
    let text = '';
    for (let at = node; at > 0; at = this.#parents[at]!) {
      const code = this.#codes[at]!;
      if (code % SIDE >= kinds) continue;
      const letter = this.#letters.charAt(code % SIDE);
      text = (code < SIDE !== swapped ? letter.toUpperCase() : letter) + text;
    }
    return text;
  }

  #grow(node: number, code: number): number {
    if (this.#nodes === NODES || this.#depths[node] === LETTERS) {
      this.full = true;
      return node;
    }
    if (this.#nodes === this.#parents.length) {
      const nodes = this.#nodes * 2;
      this.#children = larger(this.#children, new Int32Array(nodes * CODES));
      this.#parents = larger(this.#parents, new Int32Array(nodes));
      this.#seen = larger(this.#seen, new Int32Array(nodes));
      this.#codes = larger(this.#codes, new Uint8Array(nodes));
      this.#depths = larger(this.#depths, new Uint8Array(nodes));
    }
    const child = this.#nodes;
    this.#nodes += 1;
    this.#children[node * CODES + code] = child;
    this.#parents[child] = node;
    this.#seen[child] = this.#seen[node]! | (1 << code);
    this.#codes[child] = code;
    this.#depths[child] = this.#depths[node]! + 1;
    return child;
  }
}

function larger<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
