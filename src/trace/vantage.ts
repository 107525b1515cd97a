/** Where a capture was taken, found from the two halves of clean handshakes between the same two hosts. */

import { KeyTable } from '../key-table.ts';
import { record, type TcpTracker } from '../tcp/index.ts';
import { type Duration, microsecond } from '../time.ts';
import type { Vantage } from './connection.ts';

const LOOPBACK: Duration = 500 * microsecond;

/** By the round trips to either side. */
export function vantageOf(client: Duration, server: Duration): Vantage {
  if (client < LOOPBACK && server < LOOPBACK) return 'loopback';
  if (client < 0.2 * server) return 'client';
  if (server < 0.2 * client) return 'server';
  return 'middle';
}

/** Least round trips per pair of hosts, gathered when first asked for, again when an eighth more connections were added, and at the end. */
export class Vantages {
  readonly #tracker: TcpTracker;
  /** Numbers of pairs, from 0, and by number what is known; NaN where no clean handshake was seen. */
  #pairs = new KeyTable();
  #client: Duration[] = [];
  #server: Duration[] = [];
  /** Pair of each connection that was gathered: pass 2 asks for each several times. */
  #pairOf = new Int32Array(0);
  #gathered = -1;

  constructor(tracker: TcpTracker) {
    this.#tracker = tracker;
  }

  /** Least time from SYN-ACK to ACK, the way to the client and back; NaN where no clean handshake shows it, nor the other one. */
  client(connection: number): Duration {
    const pair = this.#pair(connection);
    return this.#client[pair] ?? Number.NaN;
  }

  /** Least time from SYN to SYN-ACK: the way to the server and back. */
  server(connection: number): Duration {
    const pair = this.#pair(connection);
    return this.#server[pair] ?? Number.NaN;
  }

  /** Nothing will be added any more: what is asked for from now on is of all. */
  end(): void {
    this.#gathered = -1;
  }

  #pair(connection: number): number {
    const { size } = this.#tracker.records;
    if (this.#gathered < 0 || size > this.#gathered + (this.#gathered >> 3)) this.#gather();
    return connection < this.#gathered ? this.#pairOf[connection]! : this.#numberOf(connection);
  }

  #gather(): void {
    const { records } = this.#tracker;
    const { size } = records;
    this.#client = [];
    this.#server = [];
    this.#pairOf = new Int32Array(size);
    this.#pairs = new KeyTable();
    for (let c = 0; c < size; c += 1) {
      const pair = this.#numberOf(c);
      this.#pairOf[c] = pair;
      if (pair === this.#client.length) {
        this.#client.push(Number.NaN);
        this.#server.push(Number.NaN);
      }
      const flags = records.i32[c * record.WORDS + record.FLAGS]!;
      // Clean: SYN and SYN-ACK were sent once, and the ACK came without data.
      if ((flags & (record.HANDSHAKE | record.ACK_WITH_DATA | record.SYN_ACK_AGAIN)) !== record.HANDSHAKE) continue;
      if ((records.i32[c * record.WORDS + record.SYN_COUNT]! & 0xffff) !== 0) continue;
      const synAck = records.synAckTime(c);
      const server = synAck - records.synTime(c);
      const client = records.ackTime(c) - synAck;
      if (server < 0 || client < 0) continue;
      if (!(this.#client[pair]! <= client)) this.#client[pair] = client;
      if (!(this.#server[pair]! <= server)) this.#server[pair] = server;
    }
    this.#gathered = size;
  }

  #numberOf(connection: number): number {
    const words = this.#tracker.records.i32;
    const w = connection * record.WORDS;
    const client = words[w + record.CLIENT_HOST]!;
    const server = words[w + record.SERVER_HOST]!;
    // Only one whose handshake is not in the capture is swapped, and it is as far from its client as the others.
    return (words[w + record.FLAGS]! & record.SWAPPED) === 0 ? this.#pairs.of(client, server, 0) : this.#pairs.of(server, client, 0);
  }
}
