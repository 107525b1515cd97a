/** Networks as a filter compares them with addresses: `10.0.0.0/8`, `fe80::1`. */

import { addressBytes } from '../../address.ts';

/** In brackets, too, as reports write IPv6. */
const bytesOf = (text: string): Uint8Array | undefined =>
  addressBytes(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);

/** A test for addresses of this network; undefined where `text` is neither an address nor a network. */
export function networkOf(text: string): ((address: string) => boolean) | undefined {
  const [, base = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bytes = bytesOf(base);
  if (bytes === undefined) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  if (bits > bytes.length * 8) return undefined;
  const masks = bytes.map((_, i) => 0xff & ~(0xff >>> Math.max(0, Math.min(8, bits - i * 8))));
  return (address) => {
    const given = bytesOf(address);
    return given?.length === bytes.length && masks.every((mask, i) => ((given[i]! ^ bytes[i]!) & mask) === 0);
  };
}
