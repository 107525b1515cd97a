/** 802.11 data frames that are not encrypted, behind the headers that capture software puts in front of them. */

import { BAD, type Cursor } from './cursor.ts';
import { AGGREGATE, LLC } from './ether-type.ts';

const DATA = 2;
const NO_DATA = 4;
const QOS = 8;
const TO_AND_FROM = 3;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;
const IS_AGGREGATE = 0x80;

// 88 01  30 00  …receiver, transmitter, third address…  10 00  …fourth, between two access points…  00 00
// │  └ flags                                            │      QoS, if the subtype has it ┘
// └ version, type, subtype                              └ fragment and sequence number
export function wifi(c: Cursor, padded: boolean): number {
  if (c.left < 24) return c.other('wlan');
  const control = c.u8(0);
  const flags = c.u8(1);
  const subtype = control >> 4;
  if ((control & 3) !== 0 || ((control >> 2) & 3) !== DATA || subtype & NO_DATA) return c.other('wlan');
  if (flags & PROTECTED) return c.other('wlan-encrypted');
  if (flags & MORE_FRAGMENTS || (c.u8(22) & 15) !== 0) return c.other('wlan-fragment');
  let length = (flags & TO_AND_FROM) === TO_AND_FROM ? 30 : 24;
  if (subtype & QOS) {
    if (c.left < length + 2) return BAD;
    const isAggregate = (c.u8(length) & IS_AGGREGATE) !== 0;
    length += flags & ORDER ? 6 : 2;
    c.at += padded ? (length + 3) & ~3 : length;
    return isAggregate ? AGGREGATE : LLC;
  }
  c.at += padded ? (length + 3) & ~3 : length;
  return LLC;
}

// …destination, 6 bytes…  …source, 6 bytes…  00 5c  …LLC, SNAP, IP…  00 00     length, and up to 3 bytes of padding, but not behind the last
/** Moves the cursor to the packet at hand, with its end; returns where the next one begins, or -1 where this one is cut. */
export function packetOfAggregate(c: Cursor): number {
  if (c.left < 14) return -1;
  const length = c.u16(12);
  const next = c.at + ((14 + length + 3) & ~3);
  c.at += 14;
  if (length === 0) return -1;
  c.limit(c.at + length);
  return next;
}

// 00 00  24 00  2f 40 00 a0 …     version, length, which fields are there; bit 31: another such word follows (radiotap.org)
export function radiotap(c: Cursor): number {
  if (c.left < 8 || c.u8(0) !== 0) return BAD;
  const length = c.view.getUint16(c.at + 2, true);
  if (length < 8 || length > c.left) return BAD;
  const present = c.view.getUint32(c.at + 4, true);
  let field = 8;
  for (let word = present; word & 0x80000000 && field + 4 <= length; field += 4) word = c.view.getUint32(c.at + field, true);
  // The time comes first and is aligned to 8 bytes; the flags come next.
  if (present & 1) field = ((field + 7) & ~7) + 8;
  const padded = (present & 2) !== 0 && field < length && (c.u8(field) & 0x20) !== 0;
  c.at += length;
  return wifi(c, padded);
}

// 44 00 00 00  90 00 00 00  …     message and its length, in the order of whoever wrote it
export function prism(c: Cursor): number {
  if (c.left < 8) return BAD;
  if (c.view.getUint32(c.at) >>> 16 === 0x8021) return avs(c);
  const little = c.view.getUint32(c.at + 4, true);
  return behind(c, little <= 0xffff ? little : c.view.getUint32(c.at + 4));
}

// 80 21 10 01  00 00 00 40  …     magic and version, length
export function avs(c: Cursor): number {
  return c.left < 8 ? BAD : behind(c, c.view.getUint32(c.at + 4));
}

function behind(c: Cursor, length: number): number {
  if (length < 8 || length > c.left) return BAD;
  c.at += length;
  return wifi(c, false);
}
