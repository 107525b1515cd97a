/** The parameters of a Keep-Alive field: `timeout=5, max=100`; old browsers sent the bare number of seconds (RFC 2068 §19.7.1). */

import { latin1 } from '../bytes.ts';
import { isBlank } from './field-name.ts';

const TIMEOUT = new Uint8Array(Buffer.from('timeout'));
const MAX = new Uint8Array(Buffer.from('max'));
const COMMA = 44;
const EQUALS = 61;
const QUOTE = 34;
const BLANK = 32;
/** Of a value that cannot be read, for the note. */
const TEXT = 64;

export class KeepAliveValues {
  timeout: number | undefined = undefined;
  max: number | undefined = undefined;
  /** The field that holds what is no number, or a second value; the first valid one of each counts. */
  bad: string | undefined = undefined;

  reset(): void {
    this.timeout = undefined;
    this.max = undefined;
    this.bad = undefined;
  }

  get isEmpty(): boolean {
    return this.timeout === undefined && this.max === undefined && this.bad === undefined;
  }

  /** The first field of a head says what one before said; -1 for what it does not say. False where it is not the first. */
  repeats(timeout: number, max: number): boolean {
    if (!this.isEmpty) return false;
    if (timeout >= 0) this.timeout = timeout;
    if (max >= 0) this.max = max;
    return true;
  }

  /** Nearly every response of some servers has it, so it is read from the bytes: a string and its parts cost half a microsecond. */
  read(buffer: Uint8Array, from: number, to: number): void {
    for (let p = from; p < to; p += 1) {
      while (p < to && isBlank(buffer[p]!)) p += 1;
      const isTimeout = begins(buffer, p, to, TIMEOUT);
      const isMax = !isTimeout && begins(buffer, p, to, MAX);
      let q = isTimeout ? p + 7 : isMax ? p + 3 : p;
      let isNumber = true;
      if (isTimeout || isMax) {
        if (buffer[q] !== EQUALS) q = skipped(buffer, q, to, BLANK);
        isNumber = buffer[q] === EQUALS;
        if (isNumber) q = skipped(buffer, q + 1, to, QUOTE);
      }
      const first = q;
      let value = 0;
      for (; q < to && isDigit(buffer[q]!); q += 1) value = value * 10 + buffer[q]! - 48;
      const digits = q - first;
      if (q < to && buffer[q] !== COMMA) q = skipped(buffer, q, to, QUOTE);
      isNumber = isNumber && digits > 0 && value < 2 ** 31 && (q >= to || buffer[q] === COMMA);
      if ((isTimeout || isMax || digits > 0) && !(isNumber && this.#take(isMax, value)))
        this.bad ??= latin1(buffer, from, Math.min(to, from + TEXT));
      for (p = q; p < to && buffer[p] !== COMMA; ) p += 1;
    }
  }

  /** False where another value came before. */
  #take(isMax: boolean, value: number): boolean {
    const before = isMax ? this.max : this.timeout;
    if (before !== undefined) return before === value;
    if (isMax) this.max = value;
    else this.timeout = value;
    return true;
  }
}

/** Behind blanks, and quotes if `also` is one. */
function skipped(buffer: Uint8Array, from: number, to: number, also: number): number {
  let p = from;
  while (p < to && (isBlank(buffer[p]!) || buffer[p] === also)) p += 1;
  return p;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

function begins(buffer: Uint8Array, at: number, end: number, name: Uint8Array): boolean {
  if (at + name.length > end) return false;
  for (let i = 0; i < name.length; i += 1) if ((buffer[at + i]! | 0x20) !== name[i]) return false;
  return true;
}
