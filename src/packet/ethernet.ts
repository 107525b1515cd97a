/** Ethernet and what stands in its place behind an 802.3 length: LLC and SNAP; VLAN tags; frames in frames; MPLS labels. */

import { BAD, type Cursor } from './cursor.ts';
import { ETHERNET, IPV4, IPV6, isVlan, LLC, MPLS } from './ether-type.ts';
import type { LinkTags } from './link-tags.ts';

// ff ff ff ff ff ff  00 0c 29 3e 21 5a  08 00
// └ destination      └ source           └ type; below 1536 a length, and an LLC frame behind it
const HEADER = 14;
const FIRST_TYPE = 0x600;
const CONTROL_WORD = 4;

export function ethernet(c: Cursor): number {
  if (c.left < HEADER) return BAD;
  const type = c.u16(12);
  c.at += HEADER;
  return typeOrLength(c, type);
}

export function typeOrLength(c: Cursor, type: number): number {
  if (type >= FIRST_TYPE) return type;
  c.limit(c.at + type);
  return LLC;
}

// aa aa 03  00 00 00  08 00     destination and source service, control; SNAP: organisation, type
export function llc(c: Cursor): number {
  if (c.left < 3) return c.other('llc');
  const services = c.u16(0);
  if (services === 0xaaaa && c.u8(2) === 3 && c.left >= 8) {
    const organisation = (c.u8(3) << 16) | c.u16(4);
    const type = c.u16(6);
    if (organisation !== 0 && organisation !== 0xf8) return c.other('llc');
    c.at += 8;
    return type;
  }
  if (services !== 0x0606 || c.u8(2) !== 3) return c.other('llc');
  c.at += 3;
  return IPV4;
}

// 0f a1  08 00     priority, drop eligible and 12 bits of id; the type of what comes next
export function vlan(c: Cursor, tags: LinkTags): number {
  if (c.left < 4) return BAD;
  const id = c.u16(0) & 0xfff;
  // 0 gives a priority and names no VLAN (IEEE 802.1Q §9.6): often only one direction has it.
  if (id > 0) c.linkTag = tags.vlan(c.linkTag, id);
  const type = c.u16(2);
  c.at += 4;
  return typeOrLength(c, type);
}

// 00 00 00 2a     flags, 24 bits of the service's number; a whole frame behind it
export function backbone(c: Cursor): number {
  if (c.left < 4) return BAD;
  c.at += 4;
  return ETHERNET;
}

// 00 01 dd ff     20 bits of label, 3 of class, the bottom of the stack, time to live
// Labels differ by direction, so they are no part of a connection's identity.
export function mpls(c: Cursor): number {
  for (;;) {
    if (c.left < 4) return BAD;
    const bottom = (c.u8(2) & 1) !== 0;
    c.at += 4;
    if (bottom) break;
  }
  if (c.left < 1) return BAD;
  // The stack does not say what it carries: the first half byte of IP is its version, that of a pseudo-wire's control word 0.
  const nibble = c.u8(0) >> 4;
  if (nibble === 4) return IPV4;
  if (nibble === 6) return IPV6;
  const control = nibble === 0 && c.left >= CONTROL_WORD + HEADER;
  if (control && isKnown(c.u16(CONTROL_WORD + 12))) c.at += CONTROL_WORD;
  else if (c.left < HEADER || !isKnown(c.u16(12))) {
    // 802.3 has a length there, and any number may be one.
    if (!control || c.u16(CONTROL_WORD + 12) >= FIRST_TYPE) return c.other('mpls');
    c.at += CONTROL_WORD;
  }
  return ETHERNET;
}

const isKnown = (type: number): boolean => type === IPV4 || type === IPV6 || type === MPLS || type === 0x0806 || isVlan(type);
