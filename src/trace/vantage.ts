/** Where a capture was taken, found from the two halves of clean handshakes between the same two hosts. */

import { record, type TcpTracker } from '../tcp/index.ts';
import { type Duration, microsecond } from '../time.ts';
import type { Vantage } from './connection.ts';

export interface RoundTrips {
  /** Least time from SYN-ACK to ACK: the way to the client and back; least time from SYN to SYN-ACK: to the server and back. */
  readonly client: Duration;
  readonly server: Duration;
}

const LOOPBACK: Duration = 500 * microsecond;

export function vantageOf({ client, server }: RoundTrips): Vantage {
  if (client < LOOPBACK && server < LOOPBACK) return 'loopback';
  if (client < 0.2 * server) return 'client';
  if (server < 0.2 * client) return 'server';
  return 'middle';
}

/** Least round trips per pair of hosts, gathered when first asked for, again when an eighth more connections were added, and at the end. */
export class Vantages {
  readonly #tracker: TcpTracker;
  #pairs = new Map<number, { client: Duration; server: Duration }>();
  #gathered = -1;

  constructor(tracker: TcpTracker) {
    this.#tracker = tracker;
  }

  roundTrips(connection: number): RoundTrips | undefined {
    const { records } = this.#tracker;
    if (this.#gathered < 0 || records.size > this.#gathered + (this.#gathered >> 3)) this.#gather();
    return this.#pairs.get(this.#key(connection));
  }

  /** Nothing will be added any more: what is asked for from now on is of all. */
  end(): void {
    this.#gathered = -1;
  }

  #key(connection: number): number {
    const words = this.#tracker.records.i32;
    const w = connection * record.WORDS;
    return words[w + record.CLIENT_HOST]! * 2 ** 26 + words[w + record.SERVER_HOST]!;
  }

  #gather(): void {
    const { records } = this.#tracker;
    this.#pairs = new Map();
    for (let c = 0; c < records.size; c += 1) {
      const flags = records.i32[c * record.WORDS + record.FLAGS]!;
      // Clean: SYN and SYN-ACK were sent once, and the ACK came without data.
      if ((flags & (record.HANDSHAKE | record.ACK_WITH_DATA | record.SYN_ACK_AGAIN)) !== record.HANDSHAKE) continue;
      if ((records.i32[c * record.WORDS + record.SYN_COUNT]! & 0xffff) !== 0) continue;
      const synAck = records.f64[c * record.SLOTS + record.SYN_ACK_TIME]!;
      const server = synAck - records.synTime(c);
      const client = records.f64[c * record.SLOTS + record.ACK_TIME]! - synAck;
      if (server < 0 || client < 0) continue;
      const key = this.#key(c);
      const known = this.#pairs.get(key);
      if (!known) this.#pairs.set(key, { client, server });
      else {
        known.client = Math.min(known.client, client);
        known.server = Math.min(known.server, server);
      }
    }
    this.#gathered = records.size;
  }
}
