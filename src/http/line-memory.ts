/** Field lines as they came before. Traffic repeats them, so most are known again by comparing bytes instead of being read: half the time of a head. */

const PLACES = 1024;
/** Longer lines are not remembered; a multiple of four. */
const LONGEST = 160;
const WORDS = LONGEST / 4;

/** In place of a line: where the fields of a head begin. */
export const HEAD_BEGINS = 1;
const FIRST_PLACE = 2;

/** What a line says, so that it need not be read again; those from NAME_ONLY on are remembered without their value. */
export const NOTHING = 0;
export const HOST = 1;
export const USER_AGENT = 2;
export const SERVER = 3;
export const KEEP_ALIVE = 4;
export const PERSISTS = 5;
export const CLOSES = 6;
export const NAME_ONLY = 7;
export const LENGTH_NAME = 8;
export const KEEP_ALIVE_NAME = 9;
export const COOKIE_NAME = 10;
export const HOST_NAME = 11;
/** Anything else: read each time, and not remembered. */
export const UNLIKE = 12;

export class LineMemory {
  /** Of each place: what the line says, and the number of the text or of seconds; both of Keep-Alive's. */
  readonly kinds: Uint8Array = new Uint8Array(PLACES);
  readonly values: Int32Array = new Int32Array(PLACES);
  readonly maxima: Int32Array = new Int32Array(PLACES);
  /** Bytes of the line with its line end, or of the name with its colon. */
  readonly lengths: Int32Array = new Int32Array(PLACES);
  /** The places of the lines that came behind this one last time, and before that; 0 is none. */
  readonly next: Uint16Array = new Uint16Array(PLACES);
  readonly #nextButOne = new Uint16Array(PLACES);
  readonly #words = new Int32Array(PLACES * WORDS);
  readonly #tails = new Int32Array(PLACES);
  #buffer: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#buffer.buffer);

  /** The place behind this one whose bytes are at `at`: the one that came last time or the one before; 0 for neither. */
  follows(buffer: Uint8Array, at: number, end: number, before: number): number {
    const first = this.next[before]!;
    if (first === 0) return 0;
    if (this.matches(buffer, at, end, first)) return first;
    const second = this.#nextButOne[before]!;
    if (second === 0 || !this.matches(buffer, at, end, second)) return 0;
    this.setNext(before, second);
    return second;
  }

  setNext(before: number, place: number): void {
    this.#nextButOne[before] = this.next[before]!;
    this.next[before] = place;
  }

  /** Whether the bytes at `at` are those of a place. */
  matches(buffer: Uint8Array, at: number, end: number, place: number): boolean {
    const last = at + this.lengths[place]! - 4;
    if (last + 4 > end) return false;
    if (buffer !== this.#buffer) this.#take(buffer);
    const view = this.#view;
    const words = this.#words;
    // `imul`: a product that may be -0 would make every index a double.
    let w = Math.imul(place, WORDS);
    let p = at;
    // Two words at a time: half of the steps' own cost.
    for (; p < last - 4; p += 8, w += 2)
      if (((view.getInt32(p, true) ^ words[w]!) | (view.getInt32(p + 4, true) ^ words[w + 1]!)) !== 0) return false;
    if (p < last && view.getInt32(p, true) !== words[w]) return false;
    return view.getInt32(last, true) === this.#tails[place];
  }

  /** Whether a place begins with these bytes, as far as whole words tell. */
  begins(buffer: Uint8Array, start: number, end: number, place: number): boolean {
    if (this.lengths[place]! < end - start) return false;
    if (buffer !== this.#buffer) this.#take(buffer);
    let w = Math.imul(place, WORDS);
    for (let p = start; p <= end - 4; p += 4, w += 1) if (this.#view.getInt32(p, true) !== this.#words[w]) return false;
    return true;
  }

  /** Where the bytes [start, end) lie from now on, at least four; 0 if they are too many. */
  place(buffer: Uint8Array, start: number, end: number, kind: number): number {
    const length = end - start;
    if (length > LONGEST || length < 4) return 0;
    if (buffer !== this.#buffer) this.#take(buffer);
    const view = this.#view;
    let hash = length;
    for (let p = start; p < end - 4; p += 4) hash = Math.imul(hash ^ view.getInt32(p, true), 0x9e3779b1) ^ (hash >>> 15);
    hash = Math.imul(hash ^ view.getInt32(end - 4, true), 0x85ebca6b);
    const place = FIRST_PLACE + (((hash ^ (hash >>> 16)) >>> 0) % (PLACES - FIRST_PLACE));
    if (this.lengths[place] === length && this.kinds[place] === kind && this.matches(buffer, start, end, place)) return place;
    this.lengths[place] = length;
    this.kinds[place] = kind;
    this.next[place] = 0;
    this.#nextButOne[place] = 0;
    let w = Math.imul(place, WORDS);
    for (let p = start; p < end - 4; p += 4, w += 1) this.#words[w] = view.getInt32(p, true);
    this.#tails[place] = view.getInt32(end - 4, true);
    return place;
  }

  /** Nearly all calls are for the one buffer that the capture is read into. */
  #take(buffer: Uint8Array): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
}
