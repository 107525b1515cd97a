/** Addresses and networks as a filter compares them: `10.0.0.0/8`, `fe80::1`. */

/** IPv4 as two, IPv6 as eight numbers of 16 bits; undefined for what is no address. */
function groupsOf(text: string): number[] | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return bare.includes(':') ? groupsOf6(bare) : groupsOf4(bare);
}

function groupsOf4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  return [(a << 8) | b, (c << 8) | d];
}

function groupsOf6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const sides = halves.map(partsOf);
  const [before, after] = sides;
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const missing = 8 - before.length - (after?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...(after ?? [])];
}

/** The last part may be written as IPv4. */
function partsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 && part.includes('.') ? groupsOf4(part) : undefined;
    if (four) groups.push(...four);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** A test for addresses of this network; undefined where `text` is neither an address nor a network. */
export function networkOf(text: string): ((address: string) => boolean) | undefined {
  const [, base = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const groups = groupsOf(base);
  if (groups === undefined) return undefined;
  const bits = length === undefined ? groups.length * 16 : Number(length);
  if (bits > groups.length * 16) return undefined;
  const masks = groups.map((_, i) => 0xffff & ~(0xffff >>> Math.max(0, Math.min(16, bits - i * 16))));
  return (address) => {
    const given = groupsOf(address);
    return given?.length === groups.length && masks.every((mask, i) => ((given[i]! ^ groups[i]!) & mask) === 0);
  };
}
