/** Addresses as text. */

export const ipv4Text = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** Of 16 bytes, one character each. RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
export function ipv6Text(bytes: string): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes.charCodeAt(2 * i) << 8) | bytes.charCodeAt(2 * i + 1));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let best = -1;
  let longest = 1;
  for (let i = 0; i < 8; i += 1) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n += 1;
    if (n > longest) {
      best = i;
      longest = n;
    }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + longest, 8)}`;
}

/** The 4 or 16 bytes of an address as text; undefined for anything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return ipv4Bytes(text);
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const first = groupBytes(head);
  const last = tail === undefined ? [] : groupBytes(tail);
  if (first === undefined || last === undefined) return undefined;
  const missing = 16 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...first, ...new Array<number>(missing).fill(0), ...last]);
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const isWhole = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isWhole ? Uint8Array.from(parts, Number) : undefined;
}

/** `2001:db8:ffff:1.2.3.4` without `::`. */
function groupBytes(text: string): number[] | undefined {
  const bytes: number[] = [];
  if (text === '') return bytes;
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const v4 = index === groups.length - 1 && group.includes('.') ? ipv4Bytes(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[\da-f]{1,4}$/i.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}
