/** Keep-alive races: a request that was under way while the server closed the idle connection, and requests that nearly were. */

import type { Duration, Time } from '../time.ts';
import { second } from '../time.ts';
import type { Columns } from '../trace/index.ts';
import { known } from './before-close.ts';
import type { IdleLimits } from './idle-limits.ts';
import type { PoolKeys } from './pool-keys.ts';
import type { Requests } from './requests.ts';
import type { Usage } from './usage.ts';

/** A client sends the request again within this time. */
export const retryWithin: Duration = second;
/** A reuse this close before the server's limit (or half of it) was luck; round trips come on top. */
const luck: Duration = second;

export const confirmedRace = 1;
export const nearRace = 2;

export class Races {
  readonly confirmed: readonly number[];
  readonly #columns: Columns;
  readonly #usage: Usage;
  readonly #limits: IdleLimits;
  #kind: Uint8Array | undefined;
  readonly #retriedOn = new Map<number, number>();
  readonly #retryOf = new Map<number, number>();

  constructor(columns: Columns, usage: Usage, limits: IdleLimits, keys: PoolKeys, requests: Requests) {
    this.#columns = columns;
    this.#usage = usage;
    this.#limits = limits;
    const confirmed: number[] = [];
    for (let each = 0; each < columns.connections; each += 1) {
      if (!usage.isRaced(each)) continue;
      confirmed.push(each);
      const retry = findRetry(columns, usage, keys, requests, each);
      if (retry < 0) continue;
      this.#retriedOn.set(each, retry);
      this.#retryOf.set(retry, each);
    }
    this.confirmed = confirmed;
  }

  /** By connection: 0, or one of the two above. What only nearly was a race is looked for when this is first asked for. */
  get kind(): Uint8Array {
    this.#kind ??= this.#kinds();
    return this.#kind;
  }

  #kinds(): Uint8Array {
    const kind = new Uint8Array(this.#columns.connections);
    for (let each = 0; each < kind.length; each += 1) {
      if (this.#usage.isRaced(each)) kind[each] = confirmedRace;
      else if (isNear(this.#columns, this.#usage, this.#limits, each)) kind[each] = nearRace;
    }
    return kind;
  }

  /** Where the request was sent again; -1. */
  retriedOn(connection: number): number {
    return this.#retriedOn.get(connection) ?? -1;
  }

  /** The connection whose lost request was sent again on this one; -1. */
  retryOf(connection: number): number {
    return this.#retryOf.get(connection) ?? -1;
  }
}

/** Reused successfully, but shortly before the server would have closed. */
function isNear(columns: Columns, usage: Usage, limits: IdleLimits, connection: number): boolean {
  const gap = usage.longestGap(connection);
  if (Number.isNaN(gap)) return false;
  const limit = limits.serverLimit(connection);
  return gap >= limit - Math.min(luck, limit / 2) - known(columns.roundTrip(connection));
}

/** The connection to the same origin on which the same request came soon after the failure was known; -1. */
function findRetry(columns: Columns, usage: Usage, keys: PoolKeys, requests: Requests, connection: number): number {
  const lost = usage.pending(connection);
  const from = columns.exchangeStart(lost);
  const until = Math.max(from, columns.closed(connection)) + retryWithin;
  const key = keys.of[connection]!;
  let found = -1;
  let foundAt: Time = Number.POSITIVE_INFINITY;
  for (const lane of [2 * key, 2 * key + 1]) {
    for (let at = firstAfter(requests, lane, from - retryWithin); at < requests.lanes[lane + 1]!; at += 1) {
      if (requests.arrival[at]! > until) break;
      const start = requests.start(at);
      const other = requests.connection(at);
      if (other === connection || start < from || start > until + known(columns.setup(other)) || start >= foundAt) continue;
      if (!columns.sameRequest(requests.exchange[at]!, lost)) continue;
      found = other;
      foundAt = start;
    }
  }
  return found;
}

/** Position of the first request of a lane that arrived at this time or later. */
function firstAfter(requests: Requests, lane: number, time: Time): number {
  let low = requests.lanes[lane]!;
  let high = requests.lanes[lane + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (requests.arrival[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
