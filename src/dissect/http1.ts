/** Lines of an HTTP/1 head (RFC 9112); secrets have been covered before. */

import type { Part } from './dissect.ts';

const begin = /^(?:[!#$%&'*+.^`|~\w-]{1,30} \S+ HTTP\/\d\.\d|HTTP\/\d\.\d \d{3}( |$))/;
const mostLines = 100;
const longestLine = 400;

/** undefined where the packet does not begin with a head. */
export function http1(bytes: Uint8Array, from: number, to: number): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = from; at < to && parts.length < mostLines; ) {
    const found = bytes.indexOf(10, at);
    const end = found < 0 || found >= to ? to : found;
    const last = end > at && bytes[end - 1] === 13 ? end - 1 : end;
    const line = String.fromCharCode(...bytes.subarray(at, Math.min(last, at + longestLine)));
    if (parts.length === 0) {
      if (!begin.test(line)) return undefined;
      parts.push({ depth: 0, text: `HTTP  ${line}`, from: at, to: Math.min(to, end + 1) });
    } else if (line === '') {
      const body = end + 1;
      if (body < to) parts.push({ depth: 0, text: `Body, ${to - body} bytes in this packet`, from: body, to });
      break;
    } else parts.push({ depth: 1, text: line, from: at, to: Math.min(to, end + 1) });
    at = end + 1;
  }
  return parts.length === 0 ? undefined : parts;
}
