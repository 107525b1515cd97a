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

/** By what origins of the same name may differ: the words that say so, '' for what is usual. */
const marks: readonly ((origin: Origin) => string)[] = [
  ({ server }) => (server === undefined ? '' : ` at ${bracketed(server)}`),
  ({ tls }) => (tls ? ' (TLS)' : ''),
  ({ authority }) => (authority === undefined ? ' (no name seen)' : ''),
];

/** The same, told apart where two of the list have the same name: all by their clients, those that are still alike by what they differ in. */
export function originNames(origins: readonly Origin[]): readonly string[] {
  const names = origins.map(originName);
  if (new Set(names).size === names.length) return names;
  if (differ(names, origins, ({ client }) => client ?? '')) {
    for (const [i, { client }] of origins.entries()) if (client !== undefined) names[i] += ` from ${bracketed(client)}`;
  }
  for (const mark of marks) {
    const alike = differ(names, origins, mark);
    if (alike !== undefined) for (const [i, origin] of origins.entries()) if (alike.has(names[i]!)) names[i] += mark(origin);
  }
  return names;
}

/** Names that several have of which the mark is not the same; undefined where there are none. */
function differ(names: readonly string[], origins: readonly Origin[], mark: (origin: Origin) => string): ReadonlySet<string> | undefined {
  const first = new Map<string, string>();
  const found = new Set<string>();
  for (const [i, origin] of origins.entries()) {
    const own = mark(origin);
    const other = first.get(names[i]!);
    if (other === undefined) first.set(names[i]!, own);
    else if (other !== own) found.add(names[i]!);
  }
  return found.size > 0 ? found : undefined;
}
