/** Says what a file looks like that is no capture. */

import { latin1 } from '../bytes.ts';
import { isSectionHeader } from './magic.ts';

const changedAsText = 'it looks like pcapng whose line ends were changed on the way: transfer it again, as binary';
const other = (format: string): string => `it looks like a ${format} capture: convert it with editcap -F pcapng`;

const signatures: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x1f, 0x8b], 'it looks like gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it looks like zstd'],
  [[0x04, 0x22, 0x4d, 0x18], 'it looks like lz4'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it looks like xz: unpack it first (xz -dc FILE | warmwire -)'],
  [[0x42, 0x5a, 0x68], 'it looks like bzip2: unpack it first (bzip2 -dc FILE | warmwire -)'],
  [[0x50, 0x4b, 0x03, 0x04], 'it looks like a zip archive: unpack it first'],
  [[0xff, 0xd8, 0xff], 'it looks like a JPEG picture'],
  [[0x89, 0x50, 0x4e, 0x47], 'it looks like a PNG picture'],
  [[0x47, 0x49, 0x46, 0x38], 'it looks like a GIF picture'],
  [[0x25, 0x50, 0x44, 0x46], 'it looks like a PDF document'],
  [[0x7f, 0x45, 0x4c, 0x46], 'it looks like a program (ELF)'],
  // 0a 0d 0d 0a, with which pcapng begins, was chosen to show it.
  [[0x0d, 0x0a, 0x0d, 0x0d], changedAsText],
  [[0x0a, 0x0d, 0x0a], changedAsText],
  [[0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00], other('snoop')],
  [[0x58, 0x43, 0x50, 0x00], other('NetXRay')],
  [[0x47, 0x4d, 0x42, 0x55], other('Network Monitor')],
  [[0x52, 0x54, 0x53, 0x53], other('Network Monitor')],
  [[0x54, 0x52, 0x53, 0x4e, 0x49, 0x46, 0x46], other('Sniffer')],
  [[0x4f, 0x62, 0x73, 0x65, 0x72, 0x76, 0x65, 0x72], other('Observer')],
  [[0x05, 0x56, 0x4e, 0x46], other('Visual Networks')],
];

/** `it looks like …`, or what its first bytes are. */
export function looksLike(head: Uint8Array): string {
  if (isSectionHeader(head[0]!, head[1]!, head[2]!, head[3]!))
    return `it begins as pcapng does, but bytes 8 to 11 are ${hex(head.subarray(8, 12))}, no byte-order magic`;
  for (const [bytes, what] of signatures) if (bytes.every((byte, i) => head[i] === byte)) return what;
  const text = latin1(head, 0, Math.min(head.length, 64));
  if (/^\s*(<!doctype html|<html)/i.test(text)) return 'it looks like an HTML page';
  if (/^\s*[[{]/.test(text)) return 'it looks like JSON';
  if (/^[\t\r\n\x20-\x7e]+$/.test(text)) return 'it looks like text';
  return `it begins with the bytes ${hex(head.subarray(0, 4))}`;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
