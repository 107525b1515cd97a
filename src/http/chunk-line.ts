/** The line before a chunk: its size and what may follow it (RFC 9112 §7.1). */

import { isBlank, tokenBytes } from './field-name.ts';

const SEMICOLON = 59;
const EQUALS = 61;
const QUOTE = 34;
const BACKSLASH = 92;
const MOST_DIGITS = 16;

// 1a;name=value;other="quoted" CRLF      up to 16 hexadecimal digits, then extensions
export class ChunkLine {
  size = 0;
  /** It can be read, but is not as the grammar has it: receivers differ. */
  malformed = false;

  /** False where no size can be read. */
  read(buffer: Uint8Array, start: number, end: number): boolean {
    let size = 0;
    let p = start;
    for (; p < end; p += 1) {
      const digit = hexDigit(buffer[p]!);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    const digits = p - start;
    const blank = p;
    while (p < end && isBlank(buffer[p]!)) p += 1;
    if (digits === 0 || digits > MOST_DIGITS || size > Number.MAX_SAFE_INTEGER || (p < end && buffer[p] !== SEMICOLON)) return false;
    this.size = size;
    this.malformed = p > blank || !areExtensions(buffer, p, end);
    return true;
  }
}

/** `;name`, `;name=value`, `;name="quoted \" value"`, any number of them. */
function areExtensions(buffer: Uint8Array, start: number, end: number): boolean {
  let p = start;
  while (p < end) {
    if (buffer[p] !== SEMICOLON) return false;
    const name = p + 1;
    p = skipToken(buffer, name, end);
    if (p === name) return false;
    if (buffer[p] !== EQUALS || p === end) continue;
    p += 1;
    if (p < end && buffer[p] === QUOTE) {
      for (p += 1; p < end && buffer[p] !== QUOTE; p += 1) if (buffer[p] === BACKSLASH) p += 1;
      if (p >= end) return false;
      p += 1;
    } else p = skipToken(buffer, p, end);
  }
  return true;
}

function skipToken(buffer: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && tokenBytes[buffer[p]!] === 1) p += 1;
  return p;
}

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};
