/** What ends, servers and origins are called. */

import type { Analysis, Origin } from '../analysis/index.ts';
import type { Connection, Endpoint } from '../trace/index.ts';
import type { Theme } from './theme.ts';

/** A host and its `:port`, which must not be cut off. */
export interface Name {
  readonly text: string;
  readonly tail: string;
  /** Beside an address, what the capture calls it. */
  readonly aside?: string | undefined;
}

export const safely = ({ text, tail, aside = '' }: Name, theme: Theme): Name => ({
  text: theme.safe(text),
  tail,
  aside: theme.safe(aside),
});
export const joined = ({ text, tail }: Name): string => text + tail;

export const endpointName = ({ address, port, name }: Endpoint): Name => ({
  text: address.includes(':') ? `[${address}]` : address,
  tail: `:${port}`,
  aside: name === undefined ? undefined : ` (${name})`,
});

/** `10.0.0.7:443`, `[2001:db8::1]:443` */
export const endpoint = (end: Endpoint): string => joined(endpointName(end));

/** The server by the name that the client used, else by its address. */
export function serverName({ serverName: sni, authority, server }: Connection): Name {
  const name = sni ?? authority;
  return name === undefined ? endpointName(server) : withPort(name, server.port);
}

export function originName({ authority, server, serverHostName, port }: Origin): Name {
  return authority === undefined ? endpointName({ address: server ?? '', port, name: serverHostName }) : withPort(authority, port);
}

/** What stays the same of an origin from one analysis to the next. */
export const originKey = ({ client, server, port, authority, tls }: Origin): string => [client, server, port, authority, tls].join(' ');

const keyed = new WeakMap<Analysis, ReadonlyMap<string, Origin>>();

/** The origins of an analysis by their keys. */
export function originsOf(analysis: Analysis): ReadonlyMap<string, Origin> {
  const known = keyed.get(analysis) ?? new Map(analysis.origins.map((origin) => [originKey(origin), origin]));
  keyed.set(analysis, known);
  return known;
}

export function withPort(name: string, port: number): Name {
  if (!name.includes(':')) return { text: name, tail: `:${port}` };
  const [, host = name, tail = `:${port}`] = /^(.*)(:\d{1,5})$/s.exec(name) ?? [];
  return { text: host, tail };
}
