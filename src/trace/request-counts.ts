/** How many requests each connection carried: one walk along the exchanges, not one along each connection's. */

import { type ExchangeLog, HAS_REQUEST, HAS_RESPONSE, IS_CONNECT } from '../http/index.ts';
import type { Columns } from './trace.ts';

/** So many have a byte of their own; of more it says that they are counted apart. */
const MANY = 255;

export class RequestCounts {
  /** Response messages in all, interim ones included. */
  readonly responses: number;
  readonly #requests: Uint8Array;
  readonly #many = new Map<number, number>();
  readonly #connects = new Map<number, number>();

  constructor(log: ExchangeLog, { connections, exchanges }: Pick<Columns, 'connections' | 'exchanges'>) {
    const requests = new Uint8Array(connections);
    const many = this.#many;
    const connects = this.#connects;
    let responses = 0;
    for (let e = 0; e < exchanges; e += 1) {
      const c = log.connection(e);
      const flags = log.flags(e);
      if (flags & HAS_REQUEST) {
        const count = requests[c]!;
        if (count < MANY) requests[c] = count + 1;
        if (count >= MANY - 1) many.set(c, (many.get(c) ?? MANY - 1) + 1);
      }
      if (flags & IS_CONNECT) connects.set(c, (connects.get(c) ?? 0) + 1);
      responses += log.interim(e) + (flags & HAS_RESPONSE ? 1 : 0);
    }
    this.#requests = requests;
    this.responses = responses;
  }

  requests(c: number): number {
    const count = this.#requests[c]!;
    return count < MANY ? count : this.#many.get(c)!;
  }

  /** CONNECT requests among them. */
  connects(c: number): number {
    return this.#connects.get(c) ?? 0;
  }
}

/** Of one connection: along its own exchanges. */
export function requestsOf(c: number, columns: Pick<Columns, 'firstExchange'>, log: ExchangeLog): number {
  let requests = 0;
  for (let e = columns.firstExchange(c); e >= 0; e = log.next(e)) if (log.flags(e) & HAS_REQUEST) requests += 1;
  return requests;
}
