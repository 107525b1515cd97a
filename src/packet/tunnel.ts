/** Tunnels: finds the packet inside GRE, ERSPAN, VXLAN, Geneve, GTP-U and EtherIP. */

import { BAD, type Cursor, OTHER } from './cursor.ts';
import { ERSPAN, ERSPAN_3, ETHERNET, IPV4, IPV6, ipProtocolName, MPLS } from './ether-type.ts';
import * as T from './link-tags.ts';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;

// 20 00  65 58  00 00 00 2a     flags and version, type; then checksum, key, sequence number as flagged (RFC 2890; version 1: RFC 2637)
export function gre(c: Cursor, tags: T.LinkTags): number {
  if (c.left < 4) return BAD;
  const flags = c.u16(0);
  const version = flags & 7;
  const type = c.u16(2);
  if (version > 1 || flags & ROUTING) return c.other('gre');
  let length = 4;
  let key = T.NO_ID;
  if (flags & CHECKSUM) length += 4;
  if (flags & KEY) {
    if (c.left < length + 4) return BAD;
    // Version 1 has a length and the call's number there, another one in each direction.
    if (version === 0) key = c.u16(length) * 65_536 + c.u16(length + 2);
    length += 4;
  }
  if (flags & SEQUENCE) length += 4;
  if (version === 1 && flags & ACKNOWLEDGMENT) length += 4;
  if (c.left < length) return BAD;
  c.at += length;
  if (type === ERSPAN || type === ERSPAN_3) return erspan(c, tags, type === ERSPAN_3, (flags & SEQUENCE) !== 0);
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_GRE, key);
  // WCCP may have a redirect header of its own in front of IP.
  if (type === 0x883e && c.left >= 5) {
    if (c.u8(0) >> 4 !== 4) c.at += 4;
    return IPV4;
  }
  // An Ethernet frame or PPP has its own number here; the others are EtherTypes.
  return type === 0x6400 ? ETHERNET : type;
}

// 10 64  00 64  00 00 00 01     version and VLAN, session (10 bits), index: type II; type III has 12 bytes, and 8 more if its last bit is set
function erspan(c: Cursor, tags: T.LinkTags, third: boolean, hasHeader: boolean): number {
  let session = T.NO_ID;
  if (third || hasHeader) {
    const length = third ? 12 : 8;
    if (c.left < length) return BAD;
    session = c.u16(2) & 0x3ff;
    c.at += third && c.u8(11) & 1 ? 20 : length;
  }
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_ERSPAN, session);
  return ETHERNET;
}

/** RFC 3378: version 3, then an Ethernet frame. */
export function etherIp(c: Cursor, tags: T.LinkTags): number {
  if (c.left < 2) return BAD;
  if (c.u8(0) >> 4 !== 3) return c.other('ip-other');
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_ETHERIP, T.NO_ID);
  c.at += 2;
  return ETHERNET;
}

const UDP_HEADER = 8;
const VXLAN = 4789;
const VXLAN_LINUX = 8472;
const VXLAN_GPE = 4790;
const GENEVE = 6081;
const GTP = 2152;

// c3 50  12 b5  00 6c  00 00     ports, length, checksum
export function udp(c: Cursor, tags: T.LinkTags): number {
  if (c.left < UDP_HEADER + 8) return c.other('udp');
  const source = c.u16(0);
  const destination = c.u16(2);
  let next = tunnelOn(destination, c, tags);
  if (next === OTHER && source !== destination) next = tunnelOn(source, c, tags);
  return next === OTHER ? c.other('udp') : next;
}

function tunnelOn(port: number, c: Cursor, tags: T.LinkTags): number {
  if (port === VXLAN || port === VXLAN_LINUX) return vxlan(c, tags);
  if (port === VXLAN_GPE) return vxlanOfAnyProtocol(c, tags);
  if (port === GENEVE) return geneve(c, tags);
  return port === GTP ? gtp(c, tags) : OTHER;
}

// 08 00 00 00  00 00 2a 00     flags: the network's number is valid; 24 bits of it (RFC 7348 §5)
function vxlan(c: Cursor, tags: T.LinkTags): number {
  if ((c.u8(8) & 0x08) === 0) return OTHER;
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_VXLAN, (c.u8(12) << 16) | c.u16(13));
  c.at += UDP_HEADER + 8;
  return ETHERNET;
}

// 0c 00 00 01  00 00 2a 00     flags: network and protocol are valid; protocol (draft-ietf-nvo3-vxlan-gpe §3)
function vxlanOfAnyProtocol(c: Cursor, tags: T.LinkTags): number {
  const next = [OTHER, IPV4, IPV6, ETHERNET, OTHER, MPLS][c.u8(11)] ?? OTHER;
  if ((c.u8(8) & 0x0c) !== 0x0c || next === OTHER) return OTHER;
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_VXLAN, (c.u8(12) << 16) | c.u16(13));
  c.at += UDP_HEADER + 8;
  return next;
}

// 02 00 65 58  00 00 2a 00  …options…     version and their length / 4, flags, type; 24 bits of the network's number (RFC 8926 §3.4)
function geneve(c: Cursor, tags: T.LinkTags): number {
  const first = c.u8(8);
  const length = UDP_HEADER + 8 + ((first & 0x3f) << 2);
  if (first >> 6 !== 0 || c.left < length) return OTHER;
  const type = c.u16(10);
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_GENEVE, (c.u8(12) << 16) | c.u16(13));
  c.at += length;
  return type;
}

// 34 ff 00 5c  12 34 56 78  00 00 00 85  …     flags, message, length, tunnel (another one in each direction); 4 more bytes if flagged,
// the last of them names an extension header: length / 4, …, the next one's name (3GPP TS 29.281 §5)
function gtp(c: Cursor, tags: T.LinkTags): number {
  const flags = c.u8(8);
  const isUserData = c.u8(9) === 255;
  if (flags >> 4 !== 3 || !isUserData) return OTHER;
  let length = UDP_HEADER + 8;
  if (flags & 7) {
    length += 4;
    if (c.left < length) return OTHER;
    let next = flags & 4 ? c.u8(length - 1) : 0;
    while (next !== 0) {
      if (c.left <= length) return OTHER;
      const size = c.u8(length) << 2;
      if (size === 0 || c.left < length + size) return OTHER;
      length += size;
      next = c.u8(length - 1);
    }
  }
  if (c.left <= length) return OTHER;
  const version = c.u8(length) >> 4;
  if (version !== 4 && version !== 6) return OTHER;
  c.linkTag = tags.tunnel(c.linkTag, T.TUNNEL_GTP, T.NO_ID);
  c.at += length;
  return version === 4 ? IPV4 : IPV6;
}

/** What an IP packet carries that is itself a packet. */
export function insideIp(c: Cursor, protocol: number, v6: boolean, tags: T.LinkTags): number {
  switch (protocol) {
    case 4:
      c.linkTag = tags.tunnel(c.linkTag, v6 ? T.TUNNEL_4IN6 : T.TUNNEL_IPIP, T.NO_ID);
      return IPV4;
    case 41:
      c.linkTag = tags.tunnel(c.linkTag, v6 ? T.TUNNEL_6IN6 : T.TUNNEL_6IN4, T.NO_ID);
      return IPV6;
    case 17:
      return udp(c, tags);
    case 47:
      return gre(c, tags);
    case 97:
      return etherIp(c, tags);
    case 137:
      return MPLS;
    default:
      return c.other(ipProtocolName(protocol));
  }
}
