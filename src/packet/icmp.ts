/** ICMP and ICMPv6 errors quote the header of the packet that they complain of: here of a TCP segment. */

import type { Frame } from '../capture/index.ts';
import type { Cursor } from './cursor.ts';
import type { Segment } from './segment.ts';

const ICMP = 1;
const ICMPV6 = 58;
const TCP = 6;
const IPV6_HEADER = 40;

/** `unreachable`: the error says that the segment did not reach its destination. */
export type Quotation = 'none' | 'quoted' | 'unreachable';

// 03 01 .. ..  00 00 00 00  45 .. IP header  .. ports, sequence     ICMP: type, code; type 3 (ICMPv6: 1) is "unreachable"
/** What of a TCP header is quoted, if anything is; for an unreachable one `quoted` is filled: frame and time of the error, ends and number of the segment. */
export function quotedTcp(frame: Frame, c: Cursor, protocol: number, quoted: Segment): Quotation {
  if (c.left < 28) return 'none';
  const type = c.u8(0);
  if (protocol === ICMP && isError(type) && c.u8(8) >> 4 === 4 && c.u8(17) === TCP) {
    // Code 4: the packet was too large, and will be sent again in smaller ones.
    if (type !== 3 || c.u8(1) === 4) return 'quoted';
    return unreachable(frame, c, false, 8 + 12, 8 + ((c.u8(8) & 15) << 2), quoted);
  }
  if (protocol !== ICMPV6 || type >= 128 || c.left < 48 || c.u8(14) !== TCP) return 'none';
  return type === 1 ? unreachable(frame, c, true, 8 + 8, 8 + IPV6_HEADER, quoted) : 'quoted';
}

/** `addresses` and `tcp`: where they are quoted, from the begin of the ICMP header. */
function unreachable(frame: Frame, c: Cursor, v6: boolean, addresses: number, tcp: number, quoted: Segment): Quotation {
  if (c.left < tcp + 8) return 'quoted';
  quoted.frame = frame.number;
  quoted.time = frame.time;
  quoted.buffer = c.buffer;
  quoted.view = c.view;
  quoted.v6 = v6;
  quoted.source = c.at + addresses;
  quoted.destination = quoted.source + (v6 ? 16 : 4);
  quoted.sourcePort = c.u16(tcp);
  quoted.destinationPort = c.u16(tcp + 2);
  quoted.sequence = c.view.getInt32(c.at + tcp + 4);
  quoted.linkTag = c.linkTag;
  return 'unreachable';
}

const isError = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
