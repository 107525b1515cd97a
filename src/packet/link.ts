/** Finds the network packet inside a frame of each link type. */

import { type Frame, linkTypes } from '../capture/index.ts';
import { limits } from '../limits.ts';

/** Where the packet begins, what it is (an EtherType; -1 for a cut header), and the tag of the VLANs around it. */
export interface Network {
  etherType: number;
  start: number;
  linkTag: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Fills `network`; returns why it cannot. */
export function networkOf(frame: Frame, network: Network): 'bad-link-header' | 'unknown-link-type' | undefined {
  const { buffer, start, end } = frame;
  network.linkTag = 0;
  switch (frame.linkType) {
    case linkTypes.ETHERNET:
      return 'bad-link-header';
    case linkTypes.RAW:
    case linkTypes.RAW_12:
    case linkTypes.RAW_14:
    case linkTypes.IPV4:
    case linkTypes.IPV6:
      return byVersion(buffer, start, end, network);
    case linkTypes.NULL:
    case linkTypes.LOOP:
      return loopback(frame, network);
    case linkTypes.LINUX_SLL:
      // 00 00 00 01 00 06  …address…  00 00  08 00      type, address type and length, address (8), reserved, protocol
      return found(buffer, start + 14, start + 16, end, network);
    case linkTypes.LINUX_SLL2:
      // 08 00  00 00  00 00 00 02  00 01  00  06  …address, 8 bytes…
      return found(buffer, start, start + 20, end, network);
    default:
      return 'unknown-link-type';
  }
}

function found(buffer: Uint8Array, typeAt: number, start: number, end: number, network: Network): 'bad-link-header' | undefined {
  if (start > end) return 'bad-link-header';
  network.etherType = (buffer[typeAt]! << 8) | buffer[typeAt + 1]!;
  network.start = start;
  readEtherType(network, buffer, end);
  return undefined;
}

function byVersion(buffer: Uint8Array, start: number, end: number, network: Network): 'bad-link-header' | undefined {
  if (start >= end) return 'bad-link-header';
  network.etherType = buffer[start]! >> 4 === 6 ? IPV6 : IPV4;
  network.start = start;
  return undefined;
}

/** BSD loopback: the address family in the byte order of whoever captured; the numbers of IPv6 differ by system. */
function loopback(frame: Frame, network: Network): 'bad-link-header' | undefined {
  if (frame.end - frame.start < 4) return 'bad-link-header';
  const little = frame.view.getUint32(frame.start, true);
  const family = little > 0xffff ? frame.view.getUint32(frame.start) : little;
  network.start = frame.start + 4;
  network.etherType = family === 2 ? IPV4 : family === 10 || family === 23 || family === 24 || family === 28 || family === 30 ? IPV6 : family;
  return undefined;
}

/** Looks through VLAN tags; the two outermost ids make the tag. */
export function readEtherType(network: Network, buffer: Uint8Array, end: number): void {
  for (let depth = 0; depth < limits.layers; depth += 1) {
    const { etherType, start } = network;
    if (etherType !== 0x8100 && etherType !== 0x88a8 && etherType !== 0x9100 && etherType !== 0x9200) return;
    if (start + 4 > end) {
      network.etherType = -1;
      return;
    }
    const id = ((buffer[start]! << 8) | buffer[start + 1]!) & 0xfff;
    if (depth < 2) network.linkTag = network.linkTag * 4097 + id + 1;
    network.etherType = (buffer[start + 2]! << 8) | buffer[start + 3]!;
    network.start = start + 4;
  }
}

/** VLAN ids from the outside in, from a tag. */
export function vlansOf(linkTag: number): readonly number[] {
  if (linkTag === 0) return [];
  const inner = (linkTag % 4097) - 1;
  return linkTag > 4097 ? [Math.floor(linkTag / 4097) - 1, inner] : [inner];
}

export const ipProtocolName = (protocol: number): string => {
  const names: Record<number, string> = { 1: 'icmp', 2: 'igmp', 17: 'udp', 47: 'gre', 50: 'esp', 58: 'icmpv6', 89: 'ospf', 103: 'pim', 112: 'vrrp', 132: 'sctp' };
  return names[protocol] ?? 'ip-other';
};
