/** PPP in its wrappings: bare, HDLC-like, Cisco HDLC, PPPoE. */

import { BAD, type Cursor, OTHER } from './cursor.ts';
import { IPV4, IPV6, MPLS, MPLS_UPSTREAM, PPP } from './ether-type.ts';
import { type LinkTags, TUNNEL_PPPOE } from './link-tags.ts';

// ff 03  00 21     address and control may be left out, and the upper half of the protocol where it is 0 (RFC 1661 §6)
export function ppp(c: Cursor): number {
  if (c.left >= 2 && c.u16(0) === 0xff03) c.at += 2;
  if (c.left < 2) return BAD;
  const short = (c.u8(0) & 1) !== 0;
  const protocol = short ? c.u8(0) : c.u16(0);
  c.at += short ? 1 : 2;
  switch (protocol) {
    case 0x21:
      return IPV4;
    case 0x57:
      return IPV6;
    case 0x281:
      return MPLS;
    case 0x283:
      return MPLS_UPSTREAM;
    default:
      return c.other('ppp');
  }
}

/** Address 0xff is PPP's; 0x0f and 0x8f are Cisco's, whose protocol is an EtherType. */
export function hdlc(c: Cursor): number {
  if (c.left < 4) return BAD;
  const address = c.u8(0);
  if (address !== 0x0f && address !== 0x8f) return ppp(c);
  const type = c.u16(2);
  c.at += 4;
  // Its own keep-alives have a type that is none.
  return type === 0x8035 ? c.other('slarp') : type;
}

// 11  00  00 2a  00 3c     version and type, code, session, length (RFC 2516 §4)
export function pppoe(c: Cursor, tags: LinkTags): number {
  if (c.left < 6) return BAD;
  if (c.u8(0) !== 0x11) return BAD;
  if (c.u8(1) !== 0) return c.other('pppoe');
  c.linkTag = tags.tunnel(c.linkTag, TUNNEL_PPPOE, c.u16(2));
  const length = c.u16(4);
  c.at += 6;
  c.limit(c.at + length);
  return PPP;
}

/** A direction byte in front. */
export function pppWithDirection(c: Cursor): number {
  if (c.left < 1) return OTHER;
  c.at += 1;
  return ppp(c);
}
