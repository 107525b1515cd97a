/** Fields of TCP (RFC 9293 section 3.1) and its options. */

import type { PacketBytes, Part } from './dissect.ts';

const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** `SYN ACK`; the flags that tell most first. */
export const flagNames = (flags: number): string =>
  [1, 0, 2, 4, 3, 5, 6, 7]
    .filter((bit) => flags & (1 << bit))
    .map((bit) => names[bit])
    .join(' ');

export function tcp({ bytes, tcp: at, length }: PacketBytes): readonly Part[] {
  if (at + 20 > bytes.length) return [{ depth: 0, text: 'TCP header cut', from: Math.min(at, bytes.length), to: bytes.length }];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = (view.getUint8(at + 12) >> 4) * 4;
  const part = (text: string, from: number, to: number): Part => ({ depth: 1, text, from: at + from, to: at + to });
  const end = Math.min(bytes.length, at + header);
  return [
    {
      depth: 0,
      text: `TCP  ${view.getUint16(at)} -> ${view.getUint16(at + 2)}, ${flagNames(view.getUint8(at + 13))}, ${length} bytes`,
      from: at,
      to: end,
    },
    part(`Sequence number ${view.getUint32(at + 4)}`, 4, 8),
    part(`Acknowledgment number ${view.getUint32(at + 8)}`, 8, 12),
    part(
      `Header length ${header}, flags 0x${view
        .getUint8(at + 13)
        .toString(16)
        .padStart(2, '0')} (${flagNames(view.getUint8(at + 13))})`,
      12,
      14,
    ),
    part(`Window ${view.getUint16(at + 14)}`, 14, 16),
    part(
      `Checksum 0x${view
        .getUint16(at + 16)
        .toString(16)
        .padStart(4, '0')} (not verified)`,
      16,
      18,
    ),
    ...options(view, at + 20, end),
  ];
}

function options(view: DataView, from: number, end: number): readonly Part[] {
  const parts: Part[] = [];
  for (let at = from; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === 0) break;
    if (kind === 1) {
      at += 1;
      continue;
    }
    const size = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (size < 2 || at + size > end) {
      parts.push({ depth: 1, text: `Option ${kind} with length ${size}: damaged`, from: at, to: end });
      break;
    }
    parts.push({ depth: 1, text: `Option: ${optionText(view, kind, at, size)}`, from: at, to: at + size });
    at += size;
  }
  return parts;
}

function optionText(view: DataView, kind: number, at: number, size: number): string {
  if (kind === 2 && size === 4) return `maximum segment size ${view.getUint16(at + 2)}`;
  if (kind === 3 && size === 3) return `window scale ${view.getUint8(at + 2)} (times ${2 ** Math.min(14, view.getUint8(at + 2))})`;
  if (kind === 4) return 'SACK permitted';
  if (kind === 5)
    return `SACK ${Array.from({ length: (size - 2) >> 3 }, (_, i) => `${view.getUint32(at + 2 + i * 8)}-${view.getUint32(at + 6 + i * 8)}`).join(', ')}`;
  if (kind === 8 && size === 10) return `timestamps ${view.getUint32(at + 2)}, echo ${view.getUint32(at + 6)}`;
  if (kind === 34) return size === 2 ? 'TCP Fast Open, cookie asked for' : `TCP Fast Open, cookie of ${size - 2} bytes`;
  if (kind === 30) return `Multipath TCP, ${size} bytes`;
  return `kind ${kind}, ${size} bytes`;
}
