/** Where rows are put together: byte after byte in one buffer, without a text for each value, and handed on in large pieces. */

import type { Piece } from './format.ts';

const size = 1 << 17;
/** A piece is handed on when it is as long, as much as is written at once; there is room behind it for most rows. */
const piece = 1 << 16;

const isLittleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;
const [zero, dot] = [0x30, 0x2e];
/** Decimals of what is told in milliseconds, to the nanosecond. */
const scale = 1e6;
/** So many digits tell each number from every other: with fewer, the shortest text is the number itself. */
const exact = 1e15;

/** A text that is written again and again: its bytes four at a time, the last word filled up, for so they are copied in a quarter of the steps. */
export interface Constant {
  readonly words: Int32Array;
  readonly length: number;
}

export function constant(text: string): Constant {
  const bytes = Buffer.from(text);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return { words, length: bytes.length };
}

export class RowBytes {
  #bytes: Buffer = Buffer.from(new ArrayBuffer(size));
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #asBytes: boolean;

  /** `asBytes`: what was written is handed on as it lies here, instead of a text. */
  constructor(asBytes: boolean | undefined) {
    this.#asBytes = asBytes === true;
  }

  get isFull(): boolean {
    return this.#length >= piece;
  }

  /** What was written since the last time; bytes are overwritten by what is written next. */
  take(): Piece {
    const piece = this.#asBytes ? this.#bytes.subarray(0, this.#length) : this.#bytes.toString('utf8', 0, this.#length);
    this.#length = 0;
    return piece;
  }

  constant({ words, length }: Constant): void {
    this.#makeRoom(length + 4);
    const to = this.#view;
    let at = this.#length;
    // As this machine has them, from end to end: both are views of the same bytes.
    for (let i = 0; i < words.length; i += 1, at += 4) to.setInt32(at, words[i]!, isLittleEndian);
    this.#length += length;
  }

  text(text: string): void {
    this.#makeRoom(3 * text.length);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /**
   * Between two bytes `quote` (0 for none) if each of its characters is in `allowed` and the first in `first`, bits by code below 128; else
   * false, and nothing is written.
   */
  plain(text: string, quote: number, allowed: Uint8Array, first: number, others: number): boolean {
    const { length } = text;
    this.#makeRoom(length + 2);
    const to = this.#bytes;
    let at = this.#length;
    if (quote > 0) to[at++] = quote;
    let wanted = first;
    for (let i = 0; i < length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 127 || (allowed[code]! & wanted) === 0) return false;
      wanted = others;
      to[at++] = code;
    }
    if (quote > 0) to[at++] = quote;
    this.#length = at;
    return true;
  }

  /** A finite one, as `${value}` has it. */
  number(value: number): void {
    this.#makeRoom(32);
    if ((value | 0) === value && value >= 0) return this.#digits(value | 0);
    const all = Math.round(value * scale);
    const whole = Math.floor(value);
    if (value < 0 || all >= exact || all / scale !== value || whole === value || whole > 0x7fff_ffff) return this.text(`${value}`);
    this.#digits(whole | 0);
    this.#decimals((all - whole * scale) | 0);
  }

  /** `.25` of 250,000 millionths. */
  #decimals(millionths: number): void {
    const to = this.#bytes;
    let at = this.#length;
    to[at++] = dot;
    let rest = millionths;
    for (let unit = 100_000; rest > 0; unit = (unit / 10) | 0) {
      const digit = (rest / unit) | 0;
      rest -= digit * unit;
      to[at++] = zero + digit;
    }
    this.#length = at;
  }

  #digits(value: number): void {
    let width = 1;
    for (let beyond = 10; value >= beyond && width < 10; beyond *= 10) width += 1;
    this.#length += width;
    const to = this.#bytes;
    let rest = value;
    for (let at = this.#length - 1; width > 0; at -= 1, width -= 1) {
      const tenth = (rest / 10) | 0;
      to[at] = zero + rest - tenth * 10;
      rest = tenth;
    }
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.from(new ArrayBuffer(2 * (this.#bytes.length + bytes)));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
