/** Fields of IPv4 (RFC 791) and IPv6 (RFC 8200). */

import { ipv4Text, ipv6Text } from '../address.ts';
import type { PacketBytes, Part } from './dissect.ts';

export function ip({ bytes, v6, ip: at, tcp }: PacketBytes): readonly Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (at + (v6 ? 40 : 20) > bytes.length) return [{ depth: 0, text: 'IP header cut', from: at, to: bytes.length }];
  return v6 ? version6(bytes, view, at, tcp) : version4(view, at);
}

function version4(view: DataView, at: number): readonly Part[] {
  const address = (offset: number): string => ipv4Text(view.getUint32(at + offset) | 0);
  const header = (view.getUint8(at) & 15) * 4;
  const fragment = view.getUint16(at + 6);
  const part = (text: string, from: number, to: number): Part => ({ depth: 1, text, from: at + from, to: at + to });
  const flags = [fragment & 0x4000 ? "don't fragment" : '', fragment & 0x2000 ? 'more fragments' : ''].filter(Boolean).join(', ') || 'none';
  return [
    { depth: 0, text: `IPv4  ${address(12)} -> ${address(16)}`, from: at, to: at + header },
    part(`Header length ${header}, differentiated services 0x${hex(view.getUint8(at + 1), 2)}`, 0, 2),
    part(`Total length ${view.getUint16(at + 2)}`, 2, 4),
    part(`Identification 0x${hex(view.getUint16(at + 4), 4)}`, 4, 6),
    part(`Flags: ${flags}; fragment offset ${(fragment & 0x1fff) * 8}`, 6, 8),
    part(`Time to live ${view.getUint8(at + 8)}, protocol ${view.getUint8(at + 9)}`, 8, 10),
    part(`Checksum 0x${hex(view.getUint16(at + 10), 4)} (not verified)`, 10, 12),
  ];
}

function version6(bytes: Uint8Array, view: DataView, at: number, tcp: number): readonly Part[] {
  const address = (offset: number): string => ipv6Text(String.fromCharCode(...bytes.subarray(at + offset, at + offset + 16)));
  const first = view.getUint32(at);
  const part = (text: string, from: number, to: number): Part => ({ depth: 1, text, from: at + from, to: at + to });
  return [
    { depth: 0, text: `IPv6  ${address(8)} -> ${address(24)}`, from: at, to: at + 40 },
    part(`Traffic class 0x${hex((first >>> 20) & 0xff, 2)}, flow label 0x${hex(first & 0xfffff, 5)}`, 0, 4),
    part(`Payload length ${view.getUint16(at + 4)}`, 4, 6),
    part(`Next header ${view.getUint8(at + 6)}, hop limit ${view.getUint8(at + 7)}`, 6, 8),
    ...(tcp > at + 40 ? [part(`Extension headers, ${tcp - at - 40} bytes`, 40, tcp - at)] : []),
  ];
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
