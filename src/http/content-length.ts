/** What all Content-Length values of a head come to (RFC 9112 §6.3, rule 5). */

import { isBlank } from './field-name.ts';

/** Content-Length: -1 where absent, -2 where it is not one plain number. */
export const NO_LENGTH = -1;
export const BAD_LENGTH = -2;

const COMMA = 44;
const ZERO = 48;
/** More digits than any length has. */
const MOST_DIGITS = 15;

export class ContentLength {
  value: number = NO_LENGTH;
  /** Why receivers may differ about it. */
  ambiguity: string | undefined = undefined;

  reset(): void {
    this.value = NO_LENGTH;
    this.ambiguity = undefined;
  }

  spoil(): void {
    this.value = BAD_LENGTH;
    this.ambiguity = 'Content-Length is not one plain number';
  }

  /** All values, of repeated lines and of comma lists, must be one and the same number of `[0-9]{1,15}`. */
  read(buffer: Uint8Array, from: number, to: number): void {
    let p = from;
    do {
      while (p < to && isBlank(buffer[p]!)) p += 1;
      const first = p;
      let value = 0;
      for (; p < to && buffer[p]! >= ZERO && buffer[p]! <= ZERO + 9; p += 1) value = value * 10 + buffer[p]! - ZERO;
      const digits = p - first;
      while (p < to && isBlank(buffer[p]!)) p += 1;
      if (digits === 0 || digits > MOST_DIGITS || (p < to && buffer[p] !== COMMA)) return this.spoil();
      if (digits > 1 && buffer[first] === ZERO) this.ambiguity ??= 'Content-Length with leading zeros';
      if (this.value !== NO_LENGTH) this.ambiguity = 'several Content-Length';
      if (this.value !== NO_LENGTH && this.value !== value) return this.spoil();
      this.value = value;
      p += 1;
    } while (p <= to);
  }
}
