/** Sorts connections by what they must share to serve one another's requests: the pool key. */

import { KeyTable } from '../key-table.ts';
import { inBlocks, type Steps } from '../steps.ts';
import type { Columns } from '../trace/index.ts';
import type { ClientSplit, PoolKey } from './analysis.ts';
import type { ColumnMemory } from './column-memory.ts';
import { Numbering, type Numbers } from './numbering.ts';

export interface PoolKeys {
  readonly count: number;
  /** Number of a connection's key. */
  readonly of: Numbers;
  /** Number of a connection's client: its address (that behind the load balancer, where one says so) and link. */
  readonly clients: number;
  readonly clientOf: Numbers;
  /** Connections key by key, in their own order: those of key k lie in `members` from `offsets[k]` to `offsets[k + 1]`. */
  readonly offsets: Int32Array;
  readonly members: Int32Array;
}

const noKey = 0;
const severalKeys = -1;

/**
 * `authority`: client, server address and port, TLS or not, and authority where it is known. A TLS connection without SNI knows none: such
 * connections share a key of their own, apart from every named one. `host`: the same without the server's address. `ip`: without the authority.
 * Connections that carried neither HTTP nor TLS (failed, unused) show no authority: they belong to the key of the same client, server and
 * port if there is exactly one such, else to a key of their own.
 */
export function* groupByPoolKey(
  columns: Columns,
  poolKey: PoolKey,
  splitClients: ClientSplit | undefined,
  memory: ColumnMemory,
): Steps<PoolKeys> {
  const size = columns.connections;
  const clients = new KeyTable();
  const servers = new KeyTable();
  const keys = new KeyTable();
  const clientOf = new Numbering(size, memory);
  const lent = memory.lend();
  const serverOf = lent.int32(size);
  const of = new Numbering(size, memory);
  const traitOf = traits(columns, splitClients);
  yield* inBlocks(size, (from, to) => {
    for (let each = from; each < to; each += 1) {
      const client = clients.of(columns.requestingHost(each), columns.linkTag(each), traitOf(each));
      clientOf.set(each, client);
      serverOf[each] = servers.of(client, columns.serverHost(each), columns.serverPort(each));
    }
  });

  /** A client's certificate makes it another one: it parts pools, not the client that waits. */
  const identities = new KeyTable();
  const keyAt = (each: number, authority: number): number => {
    const certificate = columns.clientCertificate(each);
    const tls = columns.encrypted(each) ? 1 + (certificate === 0 ? 0 : 1 + identities.of(certificate, 0, 0)) : 0;
    if (poolKey === 'host' && authority > 0) return keys.of(clientOf.of[each]!, columns.serverPort(each) + 2 ** 16 * tls, authority);
    return keys.of(~serverOf[each]!, tls, authority);
  };
  /** Per client, server and port: its only key + 1, or one of the two above. */
  const onlyKey = new Int32Array(servers.count);
  const silent = lent.uint8(size);
  let areSilent = 0;
  yield* inBlocks(size, (from, to) => {
    for (let each = from; each < to; each += 1) {
      const authority = columns.authority(each);
      if (authority === 0 && !columns.encrypted(each) && !columns.isHttp(each)) {
        silent[each] = 1;
        areSilent += 1;
        continue;
      }
      const key = keyAt(each, poolKey === 'ip' ? 0 : authority);
      of.set(each, key);
      const only = onlyKey[serverOf[each]!]!;
      if (only !== key + 1) onlyKey[serverOf[each]!] = only === noKey ? key + 1 : severalKeys;
    }
  });
  if (areSilent > 0)
    yield* inBlocks(size, (from, to) => {
      for (let each = from; each < to; each += 1) {
        if (silent[each] === 0) continue;
        const only = onlyKey[serverOf[each]!]!;
        of.set(each, only > 0 ? only - 1 : keyAt(each, 0));
      }
    });
  memory.takeBack(lent);
  return { count: keys.count, of: of.of, clients: clients.count, clientOf: clientOf.of, ...membersOf(of.of, keys.count, memory) };
}

/** A number for what tells the clients at one address apart; 0 where nothing does. */
function traits(columns: Columns, splitClients: ClientSplit | undefined): (connection: number) => number {
  if (splitClients === undefined) return () => 0;
  if (splitClients === 'synfp') return (connection) => columns.synPrint(connection);
  if (splitClients === 'ua') return (connection) => agentOf(columns, connection);
  const numbers = new Map<string, number>();
  return (connection) => {
    const fingerprint = columns.fingerprint(connection);
    if (fingerprint === undefined) return 0;
    const number = numbers.get(fingerprint) ?? numbers.size + 1;
    numbers.set(fingerprint, number);
    return number;
  };
}

/** Of the first request that names one. */
function agentOf(columns: Columns, connection: number): number {
  for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange))
    if (columns.userAgent(exchange) > 0) return columns.userAgent(exchange);
  return 0;
}

function membersOf(of: Numbers, count: number, memory: ColumnMemory): { offsets: Int32Array; members: Int32Array } {
  const offsets = new Int32Array(count + 1);
  for (const key of of) offsets[key + 1]! += 1;
  for (let key = 0; key < count; key += 1) offsets[key + 1]! += offsets[key]!;
  const members = memory.int32(of.length);
  const next = offsets.slice(0, count);
  for (let each = 0; each < of.length; each += 1) {
    const key = of[each]!;
    members[next[key]!] = each;
    next[key]! += 1;
  }
  return { offsets, members };
}
