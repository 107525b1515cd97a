/** What origins are called in everything that people read. */

import { bracketed } from '../analysis/fields.ts';
import type { Origin } from '../analysis/index.ts';

/** `shop.example:80`: the name that was asked for, or else the address. */
export function originName(origin: Origin): string {
  const { authority } = origin;
  if (authority === undefined) {
    const named = origin.serverHostName === undefined ? '' : ` (${origin.serverHostName})`;
    return `${bracketed(origin.server ?? '?')}:${origin.port}${named}`;
  }
  return /:\d+$/.test(authority) ? authority : `${authority}:${origin.port}`;
}

/** The same, told apart by their clients where two of the list have the same name. */
export function originNames(origins: readonly Origin[]): readonly string[] {
  const names = origins.map(originName);
  if (new Set(names).size === names.length) return names;
  return names.map((name, i) => {
    const { client } = origins[i]!;
    return client === undefined ? name : `${name} from ${bracketed(client)}`;
  });
}
