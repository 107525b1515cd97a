/** The Internet checksum (RFC 1071) of IPv4 headers and of TCP segments, for who wants it verified. */

const TCP = 6;

/** One's complement sum of the 16-bit words of [from, to) on top of another; an odd last byte counts as the upper half. */
function sum(buffer: Uint8Array, from: number, to: number, before: number): number {
  let total = before;
  let p = from;
  for (; p + 1 < to; p += 2) total += (buffer[p]! << 8) | buffer[p + 1]!;
  if (p < to) total += buffer[p]! << 8;
  return folded(total);
}

function folded(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}

/** A sum of 0 is left to the network card (offload). */
export const isIpv4HeaderRight = (buffer: Uint8Array, start: number, end: number): boolean =>
  (buffer[start + 10] === 0 && buffer[start + 11] === 0) || sum(buffer, start, end, 0) === 0xffff;

/** `offloaded`: not computed when the packet was captured, because the network card does it. The field is then 0 or the sum of the pseudo header alone. */
export type ChecksumVerdict = 'right' | 'offloaded' | 'wrong';

/** Of a whole segment [start, end); the addresses lie at `source` and `destination` in the same bytes, each `size` long. */
export function tcpChecksum(
  buffer: Uint8Array,
  start: number,
  end: number,
  source: number,
  destination: number,
  size: 4 | 16,
): ChecksumVerdict {
  const length = end - start;
  const addresses = sum(buffer, source, source + size, sum(buffer, destination, destination + size, 0));
  const pseudo = folded(addresses + TCP + (length & 0xffff) + (length >>> 16));
  if (sum(buffer, start, end, pseudo) === 0xffff) return 'right';
  const field = (buffer[start + 16]! << 8) | buffer[start + 17]!;
  return field === 0 || field === pseudo ? 'offloaded' : 'wrong';
}
