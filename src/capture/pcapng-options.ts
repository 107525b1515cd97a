/** Reads the options of a pcapng block, and the names of a Name Resolution Block. */

import type { Annotations, Comment } from './annotations.ts';

// 00 01  00 05  68 65 6c 6c 6f 00 00 00  00 00  00 00     code, length, value padded to 4 bytes; code 0 ends them and may be left out
const COMMENT = 1;
/** Of a packet: frames lost between it and the one before it on its interface (epb_dropcount). */
const DROP_COUNT = 4;

/** Returns false where one is longer than its block. */
export function eachOption(
  view: DataView,
  littleEndian: boolean,
  from: number,
  end: number,
  option: (code: number, at: number, length: number) => void,
): boolean {
  for (let p = from; end - p >= 4; ) {
    const code = view.getUint16(p, littleEndian);
    const length = view.getUint16(p + 2, littleEndian);
    if (code === 0) return true;
    if (p + 4 + length > end) return false;
    option(code, p + 4, length);
    p += 4 + ((length + 3) & ~3);
  }
  return true;
}

/** As above, of comments only; packets may have options too, so nothing is made here unless there is a comment. */
export function keepComments(
  annotations: Annotations,
  about: Comment['about'],
  number: number,
  buffer: Uint8Array,
  view: DataView,
  littleEndian: boolean,
  from: number,
  end: number,
): boolean {
  for (let p = from; end - p >= 4; ) {
    const code = view.getUint16(p, littleEndian);
    const length = view.getUint16(p + 2, littleEndian);
    if (code === 0) return true;
    if (p + 4 + length > end) return false;
    if (code === COMMENT) annotations.comment(about, number, buffer, p + 4, p + 4 + length);
    p += 4 + ((length + 3) & ~3);
  }
  return true;
}

/** What the options of a packet say of frames lost before it; 0 where they do not. */
export function dropCount(view: DataView, littleEndian: boolean, from: number, end: number): number {
  for (let p = from; end - p >= 12; ) {
    const code = view.getUint16(p, littleEndian);
    const length = view.getUint16(p + 2, littleEndian);
    if (code === 0) return 0;
    if (code === DROP_COUNT && length === 8) return Number(view.getBigUint64(p + 4, littleEndian));
    p += 4 + ((length + 3) & ~3);
  }
  return 0;
}

// 00 01  00 0b  0a 00 00 01  61 2e 74 65 73 74 00 00     type (1 IPv4, 2 IPv6, 0 the end), length, address, names
/** Returns where the records end, or -1 where one is longer than its block. */
export function keepNames(
  annotations: Annotations,
  buffer: Uint8Array,
  view: DataView,
  littleEndian: boolean,
  from: number,
  end: number,
): number {
  let p = from;
  while (end - p >= 4) {
    const type = view.getUint16(p, littleEndian);
    const length = view.getUint16(p + 2, littleEndian);
    p += 4;
    if (type === 0) return p;
    if (p + length > end) return -1;
    const size = type === 1 ? 4 : 16;
    if ((type === 1 || type === 2) && length > size) annotations.name(buffer, p, size, p + length);
    p += (length + 3) & ~3;
  }
  return p;
}
