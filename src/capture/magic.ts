/** The first bytes of capture files: what tells a pcap from a pcapng, and either of them in the middle of other bytes. */

import { microsecond } from '../time.ts';

export interface Variant {
  readonly littleEndian: boolean;
  /** Nanoseconds in one unit of the fraction. */
  readonly unit: number;
  /** Kuznetzov's modified format has 8 more bytes in each record header. */
  readonly recordHeader: 16 | 24;
}

/** The variant that these four bytes begin, or undefined. */
export function pcapVariant(b0: number, b1: number, b2: number, b3: number): Variant | undefined {
  switch (((b0 << 24) | (b1 << 16) | (b2 << 8) | b3) >>> 0) {
    case 0xa1b2c3d4:
      return { littleEndian: false, unit: microsecond, recordHeader: 16 };
    case 0xd4c3b2a1:
      return { littleEndian: true, unit: microsecond, recordHeader: 16 };
    case 0xa1b23c4d:
      return { littleEndian: false, unit: 1, recordHeader: 16 };
    case 0x4d3cb2a1:
      return { littleEndian: true, unit: 1, recordHeader: 16 };
    case 0xa1b2cd34:
      return { littleEndian: false, unit: microsecond, recordHeader: 24 };
    case 0x34cdb2a1:
      return { littleEndian: true, unit: microsecond, recordHeader: 24 };
    default:
      return undefined;
  }
}

export const isSectionHeader = (b0: number, b1: number, b2: number, b3: number): boolean =>
  b0 === 0x0a && b1 === 0x0d && b2 === 0x0d && b3 === 0x0a;

/** A Section Header Block with its byte-order magic at p; twelve bytes are there. */
export function beginsPcapng(view: DataView, p: number): boolean {
  if (view.getUint32(p) !== 0x0a0d0d0a) return false;
  const magic = view.getUint32(p + 8);
  return magic === 0x1a2b3c4d || magic === 0x4d3c2b1a;
}

/** A file header of version 2.4 at p; eight bytes are there. */
export function beginsPcap(view: DataView, p: number): boolean {
  const variant = pcapVariant(view.getUint8(p), view.getUint8(p + 1), view.getUint8(p + 2), view.getUint8(p + 3));
  return variant !== undefined && view.getUint32(p + 4) === (variant.littleEndian ? 0x02000400 : 0x00020004);
}
