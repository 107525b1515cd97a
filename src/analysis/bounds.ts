/**
 * What may have been avoidable where names or requests are secret. Low: encrypted connections of unknown origin never share a pool, and what cannot
 * be looked into needed its connection. High: all TLS connections of one client to one address and port share a pool as soon as the name of one of
 * them is unknown, and what cannot be looked into was idle whenever another connection was opened.
 */

import { KeyTable } from '../key-table.ts';
import { inBlocks, type Steps } from '../steps.ts';
import type { Time } from '../time.ts';
import type { Columns, Trace } from '../trace/index.ts';
import type { AnalyseOptions } from './analysis.ts';
import { known } from './before-close.ts';
import type { Costs } from './cost.ts';
import type { Openings } from './openings.ts';
import { unknownOpening } from './openings.ts';
import type { PoolKeys } from './pool-keys.ts';

/** Connections of one pool that are looked at for each new one, the latest ones. */
const candidates = 64;

/** A connection that may have been there for others. */
interface Candidate {
  /** Set up, or free again. */
  ready: Time;
  /** Last use and the idle timeout. */
  until: Time;
  /** Carries several exchanges at once: it stays free. */
  readonly shared: boolean;
}

export class Bounds {
  readonly #costs: Costs;
  readonly #openings: Openings;
  readonly #columns: Columns;
  /** By connection: 1 where another one of its pool may have served. */
  readonly #mayBeSpared: Uint8Array;

  private constructor(columns: Columns, costs: Costs, openings: Openings, mayBeSpared: Uint8Array) {
    this.#columns = columns;
    this.#costs = costs;
    this.#openings = openings;
    this.#mayBeSpared = mayBeSpared;
  }

  static *finding({ columns }: Trace, keys: PoolKeys, costs: Costs, openings: Openings, options: AnalyseOptions): Steps<Bounds> {
    return new Bounds(columns, costs, openings, yield* spared(columns, keys, options));
  }

  /** undefined where nothing can be said: it carries neither HTTP nor TLS, or its opening is not in the capture. */
  low(connection: number): boolean | undefined {
    if (!this.#isKnown(connection)) return undefined;
    const isNameless = this.#columns.encrypted(connection) && this.#columns.authority(connection) === 0;
    return this.#costs.avoidable[connection] === 1 && !isNameless;
  }

  high(connection: number): boolean | undefined {
    if (!this.#isKnown(connection)) return undefined;
    return this.#costs.avoidable[connection] === 1 || this.#mayBeSpared[connection] === 1;
  }

  #isKnown(connection: number): boolean {
    if (this.#openings.opening[connection] !== unknownOpening) return true;
    return this.#columns.openingSeen(connection) && !Number.isNaN(this.#columns.sealedUntil(connection));
  }
}

function* spared(columns: Columns, keys: PoolKeys, { idleTimeout }: Pick<AnalyseOptions, 'idleTimeout'>): Steps<Uint8Array> {
  const marks = new Uint8Array(columns.connections);
  const poolOf = poolsOf(columns, keys);
  if (poolOf === undefined) return marks;
  const pools = new Map<number, Candidate[]>();
  const look = (each: number): void => {
    const pool = poolOf[each]!;
    if (pool < 0) return;
    const now = columns.opened(each);
    const ready = now + known(columns.setup(each));
    const until = lastUse(columns, each, ready) + idleTimeout;
    const open = (pools.get(pool) ?? []).filter((other) => other.until >= now);
    const free = open.filter((other) => other.ready <= now).sort((a, b) => a.until - b.until)[0];
    if (free === undefined || !columns.openingSeen(each)) open.push({ ready, until, shared: columns.mayMultiplex(each) });
    else {
      marks[each] = 1;
      free.until = Math.max(free.until, until);
      if (!free.shared) free.ready = ready;
    }
    pools.set(pool, open.slice(-candidates));
  };
  yield* inBlocks(columns.connections, (from, to) => {
    for (let each = from; each < to; each += 1) look(each);
  });
  return marks;
}

/** Of every encrypted connection whose pool has one that cannot be looked into, or one without a name; -1 for others. undefined where there are none. */
function poolsOf(columns: Columns, keys: PoolKeys): Int32Array | undefined {
  const addresses = new KeyTable();
  let addressOf: Int32Array | undefined;
  const nameless = new Set<number>();
  const sealed = new Set<number>();
  for (let each = 0; each < columns.connections; each += 1) {
    if (!columns.encrypted(each) || !columns.established(each)) continue;
    const address = addresses.of(keys.clientOf[each]!, columns.serverHost(each), columns.serverPort(each));
    addressOf ??= new Int32Array(columns.connections).fill(-1);
    addressOf[each] = address;
    if (columns.authority(each) === 0) nameless.add(address);
    if (!Number.isNaN(columns.sealedUntil(each))) sealed.add(keys.of[each]!);
  }
  if (addressOf === undefined || nameless.size + sealed.size === 0) return undefined;
  const pools = new KeyTable();
  return addressOf.map((address, each) => {
    if (address < 0) return -1;
    if (nameless.has(address)) return pools.of(0, address, 0);
    return sealed.has(keys.of[each]!) ? pools.of(1, keys.of[each]!, 0) : -1;
  });
}

function lastUse(columns: Columns, connection: number, ready: Time): Time {
  const sealed = columns.sealedUntil(connection);
  if (!Number.isNaN(sealed)) return sealed;
  let last = ready;
  for (let exchange = columns.firstExchange(connection); exchange >= 0; exchange = columns.nextExchange(exchange))
    last = Math.max(last, known(columns.exchangeEnd(exchange)));
  return last;
}
