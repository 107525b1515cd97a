/** Finds what a frame of each link type begins with. */

import { type Frame, linkTypes } from '../capture/index.ts';
import { BAD, type Cursor, UNKNOWN_LINK } from './cursor.ts';
import { ETHERNET, IPV4, IPV6, LLC, PPPOE_SESSION } from './ether-type.ts';
import { ethernet } from './ethernet.ts';
import { hdlc, ppp, pppWithDirection } from './ppp.ts';
import { avs, prism, radiotap, wifi } from './wifi.ts';

/** Puts the cursor at the begin of the frame and moves it behind the link header. */
export function beginLink(frame: Frame, c: Cursor): number {
  c.buffer = frame.buffer;
  c.view = frame.view;
  c.at = frame.start;
  c.end = frame.end;
  c.wireEnd = frame.start + frame.originalLength;
  c.linkTag = 0;
  return link(frame.linkType, c);
}

function link(type: number, c: Cursor): number {
  switch (type) {
    case linkTypes.ETHERNET:
      return ethernet(c);
    case linkTypes.RAW:
    case linkTypes.RAW_12:
    case linkTypes.RAW_14:
    case linkTypes.IPV4:
    case linkTypes.IPV6:
      return byVersion(c, 0);
    case linkTypes.NULL:
    case linkTypes.LOOP:
      return loopback(c);
    case linkTypes.LINUX_SLL:
      // 00 00 00 01 00 06  …address…  00 00  08 00      type, address type and length, address (8), reserved, protocol
      return cooked(c, 16, 14);
    case linkTypes.LINUX_SLL2:
      // 08 00  00 00  00 00 00 02  00 01  00  06  …address, 8 bytes…
      return cooked(c, 20, 0);
    case linkTypes.PPP:
      return ppp(c);
    case linkTypes.PPP_HDLC:
    case linkTypes.C_HDLC:
      return hdlc(c);
    case linkTypes.PPP_ETHER:
      return PPPOE_SESSION;
    case linkTypes.PPP_WITH_DIR:
      return pppWithDirection(c);
    case linkTypes.IEEE802_11:
      return wifi(c, false);
    case linkTypes.RADIOTAP:
      return radiotap(c);
    case linkTypes.PRISM:
      return prism(c);
    case linkTypes.AVS:
      return avs(c);
    case linkTypes.PPI:
      return perPacketInformation(c);
    case linkTypes.PFLOG:
      return packetFilterLog(c);
    case linkTypes.NFLOG:
      return netfilterLog(c);
    case linkTypes.FDDI:
      // 50  …destination…  …source…     frame control, addresses
      return skip(c, 13, LLC);
    case linkTypes.TOKEN_RING:
      return tokenRing(c);
    case linkTypes.JUNIPER_ETHER:
      return juniper(c);
    default:
      return UNKNOWN_LINK;
  }
}

function skip(c: Cursor, length: number, next: number): number {
  if (c.left < length) return BAD;
  c.at += length;
  return next;
}

function byVersion(c: Cursor, skipped: number): number {
  if (c.left <= skipped) return BAD;
  c.at += skipped;
  return c.u8(0) >> 4 === 6 ? IPV6 : IPV4;
}

/** Linux: an EtherType, or 1 and 4 for frames of 802.3 and 802.2. */
function cooked(c: Cursor, length: number, typeAt: number): number {
  if (c.left < length) return BAD;
  const type = c.u16(typeAt);
  c.at += length;
  return type === 1 || type === 4 ? LLC : type;
}

/** BSD: the address family in the byte order of whoever captured; the numbers of IPv6 differ by system. */
function loopback(c: Cursor): number {
  if (c.left < 4) return BAD;
  const little = c.view.getUint32(c.at, true);
  const family = little > 0xffff ? c.view.getUint32(c.at) : little;
  c.at += 4;
  return ofFamily(c, family);
}

function ofFamily(c: Cursor, family: number): number {
  if (family === 2) return IPV4;
  return family === 10 || family === 23 || family === 24 || family === 28 || family === 30 ? IPV6 : c.other('family-other');
}

// 00  00  20 00  69 00 00 00  …fields…     version, flags, length, link type of the frame behind (the PPI specification of CACE)
function perPacketInformation(c: Cursor): number {
  if (c.left < 8) return BAD;
  const length = c.view.getUint16(c.at + 2, true);
  const inner = c.view.getUint32(c.at + 4, true);
  if (length < 8 || length > c.left || inner === linkTypes.PPI) return BAD;
  c.at += length;
  return link(inner, c);
}

// 3d  02  00  00  …interface, rule set, rule…     length without its padding, address family
function packetFilterLog(c: Cursor): number {
  if (c.left < 4) return BAD;
  const family = c.u8(1);
  const length = (c.u8(0) + 3) & ~3;
  if (length < 4 || c.left < length) return BAD;
  c.at += length;
  return ofFamily(c, family);
}

const NFLOG_PAYLOAD = 9;

// 02  00  00 00  …  40 00  09 00  …packet…     family, version, group; then fields: length and type in the order of whoever captured
function netfilterLog(c: Cursor): number {
  if (c.left < 8) return BAD;
  const family = c.u8(0);
  let p = c.at + 4;
  while (p + 4 <= c.end) {
    const little = c.view.getUint16(p, true);
    const isLittle = little >= 4 && p + little <= c.wireEnd;
    const length = isLittle ? little : c.view.getUint16(p);
    if (length < 4) return BAD;
    if ((c.view.getUint16(p + 2, isLittle) & 0x7fff) === NFLOG_PAYLOAD) {
      c.at = p + 4;
      c.limit(p + length);
      return ofFamily(c, family);
    }
    p += (length + 3) & ~3;
  }
  return c.other('nflog');
}

// 10  40  …destination…  …source…  …route…     access and frame control, addresses; a route if the source's highest bit is set
function tokenRing(c: Cursor): number {
  if (c.left < 16) return BAD;
  return skip(c, c.u8(8) & 0x80 ? 14 + (c.u8(14) & 0x1f) : 14, LLC);
}

// 4d 47 43  80  00 06  …extensions…     "MGC", flags: extensions with their length follow, no link header
function juniper(c: Cursor): number {
  if (c.left < 6 || c.u16(0) !== 0x4d47 || c.u8(2) !== 0x43) return BAD;
  const flags = c.u8(3);
  const length = flags & 0x80 ? 6 + c.u16(4) : 4;
  return flags & 2 ? byVersion(c, length + 4) : skip(c, length, ETHERNET);
}
