/** Reads the options of a pcapng block, and the names of a Name Resolution Block. */

import { second } from '../time.ts';
import { type Annotations, type Comment, type InterfaceFacts, utf8 } from './annotations.ts';

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

/** What the options of an interface say: its clock (if_tsresol; if_tsoffset in nanoseconds), and what it is. */
export interface InterfaceOptions {
  readonly resolution: number;
  readonly offset: bigint;
  readonly facts: Pick<InterfaceFacts, 'name' | 'description' | 'filter' | 'hardware' | 'system' | 'speed'>;
}

export function interfaceOptions(buffer: Uint8Array, view: DataView, littleEndian: boolean, from: number, end: number): InterfaceOptions {
  let resolution = 6;
  let offset = 0n;
  let speed: number | undefined;
  const texts: (string | undefined)[] = [];
  eachOption(view, littleEndian, from, end, (code, at, length) => {
    if (code === 9 && length >= 1) resolution = view.getUint8(at);
    else if (code === 14 && length >= 8) offset = view.getBigInt64(at, littleEndian) * BigInt(second);
    else if (code === 8 && length === 8) speed ??= Number(view.getBigUint64(at, littleEndian));
    else if (code === 2 || code === 3 || code === 12 || code === 15) texts[code] ??= utf8(buffer, at, at + length);
    else if (code === 11 && length > 1 && view.getUint8(at) === 0) texts[code] ??= utf8(buffer, at + 1, at + length);
  });
  const facts = { name: texts[2], description: texts[3], filter: texts[11], hardware: texts[15], system: texts[12], speed };
  return { resolution, offset, facts };
}

/** Who wrote a section: shb_hardware, shb_os and shb_userappl. */
export function keepWriter(
  annotations: Annotations,
  buffer: Uint8Array,
  view: DataView,
  littleEndian: boolean,
  from: number,
  end: number,
): void {
  const texts: (string | undefined)[] = [];
  eachOption(view, littleEndian, from, end, (code, at, length) => {
    if (code >= 2 && code <= 4 && length > 0) texts[code] ??= utf8(buffer, at, at + length);
  });
  if (texts.length > 0) annotations.section({ hardware: texts[2], system: texts[3], application: texts[4] });
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
