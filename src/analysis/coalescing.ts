/** Connections whose requests an open HTTP/2 connection of another name could have carried (RFC 9113 §9.1.1): coalescing that was missed. */

import { KeyTable } from '../key-table.ts';
import type { Columns } from '../trace/index.ts';

/** What shows it: the certificate covers both names, or, where that is secret, both names have the same address. */
export const coalescingGrounds = ['certificate', 'address'] as const;
export type CoalescingGround = (typeof coalescingGrounds)[number];

export interface Coalescable {
  readonly with: number;
  readonly ground: CoalescingGround;
}

/** Open connections of one client to one address that are looked at for each new one, the latest ones. */
const candidates = 32;

/** Of a connection: the one to the same address, open when it was opened, that could have served its name. Found out when first asked for. */
export function coalescables(columns: Columns): (connection: number) => Coalescable | undefined {
  let found: ReadonlyMap<number, Coalescable> | undefined;
  return (connection) => {
    found ??= allOf(columns);
    return found.get(connection);
  };
}

function allOf(columns: Columns): ReadonlyMap<number, Coalescable> {
  const found = new Map<number, Coalescable>();
  const clients = new KeyTable();
  const servers = new KeyTable();
  const openTo = new Map<number, number[]>();
  /** A session that is resumed shows no certificate; it is the one that the name had. */
  const certificates = new Map<number, readonly string[]>();
  const namesOf = (each: number): readonly string[] | undefined => {
    const key = columns.serverHost(each) * 2 ** 26 + columns.authority(each);
    const own = columns.certificateNames(each);
    if (own) certificates.set(key, own);
    return own ?? certificates.get(key);
  };
  for (let each = 0; each < columns.connections; each += 1) {
    if (!columns.encrypted(each) || columns.authority(each) === 0 || !columns.established(each)) continue;
    const client = clients.of(columns.requestingHost(each), columns.linkTag(each), 0);
    const key = servers.of(client, columns.serverHost(each), columns.serverPort(each));
    const open = (openTo.get(key) ?? []).filter((other) => !(columns.closed(other) <= columns.opened(each)));
    const match = matchOf(columns, each, open, namesOf);
    if (match) found.set(each, match);
    namesOf(each);
    if (columns.mayMultiplex(each)) open.push(each);
    openTo.set(key, open.slice(-candidates));
  }
  return found;
}

function matchOf(
  columns: Columns,
  connection: number,
  open: readonly number[],
  namesOf: (connection: number) => readonly string[] | undefined,
): Coalescable | undefined {
  const name = columns.authority(connection);
  // One of its own name would be plain reuse.
  if (open.some((other) => columns.authority(other) === name)) return undefined;
  const host = columns.text(name);
  let byAddress: number | undefined;
  for (const other of open) {
    if (columns.fingerprint(other) !== columns.fingerprint(connection)) continue;
    const names = namesOf(other);
    if (names?.some((pattern) => covers(pattern, host))) return { with: other, ground: 'certificate' };
    if (!names) byAddress ??= other;
  }
  return byAddress === undefined ? undefined : { with: byAddress, ground: 'address' };
}

/** `*.shop.example` covers exactly one label more (RFC 9525 §6.3). */
export function covers(pattern: string, host: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), host.toLowerCase().replace(/:\d+$/, '')];
  if (!wanted.startsWith('*.')) return wanted === name;
  const dot = name.indexOf('.');
  return dot > 0 && name.slice(dot) === wanted.slice(1);
}
