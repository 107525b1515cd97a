/** What conversations find out about their connection: a few words each, beside the TCP record. */

import type { Http2Facts } from '../http/index.ts';
import type { SocksFacts } from '../proxy/index.ts';
import { record } from '../tcp/index.ts';
import type { TlsFacts } from '../tls/index.ts';
import { type ProtocolName, protocolNames } from './connection.ts';
import { OuterNames } from './outer-names.ts';

// In the two words that a TCP record keeps for its reader: the row of the first exchange + 1; protocol (4 bits), how many conversations
// lie in one another (4 bits) and server name (24 bits).
const FIRST_EXCHANGE = record.NOTEPAD;
const PROTOCOL_AND_NAME = record.NOTEPAD + 1;
const MOST_NESTED = 15;
const MOST_NAMES = 2 ** 24;

export class ConnectionFacts {
  /** Of those connections that speak it. */
  readonly http2: Map<number, Http2Facts> = new Map();
  readonly tls: Map<number, TlsFacts> = new Map();
  /** Connections on which a response announced HTTP/3. */
  readonly announcingHttp3: Set<number> = new Set();
  /** Connections whose requests are authenticated by NTLM or Negotiate; those that ended within a response. */
  readonly bound: Set<number> = new Set();
  readonly cutShort: Set<number> = new Set();
  readonly outerNames: OuterNames = new OuterNames();
  readonly socks: Map<number, SocksFacts> = new Map();
  /** Behind a PROXY header: host * 2^16 + port of the client. */
  readonly #proxied = new Map<number, number>();
  readonly #records: record.ConnectionRecords;

  constructor(records: record.ConnectionRecords) {
    this.#records = records;
  }

  protocol(connection: number): ProtocolName {
    return protocolNames[this.#word(connection, PROTOCOL_AND_NAME) & 15] ?? 'unknown';
  }

  setProtocol(connection: number, name: ProtocolName): void {
    this.#set(connection, PROTOCOL_AND_NAME, (this.#word(connection, PROTOCOL_AND_NAME) & ~15) | protocolNames.indexOf(name));
  }

  /** Row of the exchange log, or -1. */
  firstExchange(connection: number): number {
    return this.#word(connection, FIRST_EXCHANGE) - 1;
  }

  setFirstExchange(connection: number, row: number): void {
    this.#set(connection, FIRST_EXCHANGE, row + 1);
  }

  /** Interned SNI; 0 for none. */
  serverName(connection: number): number {
    return this.#word(connection, PROTOCOL_AND_NAME) >>> 8;
  }

  setServerName(connection: number, id: number): void {
    if (id < MOST_NAMES) this.#set(connection, PROTOCOL_AND_NAME, (this.#word(connection, PROTOCOL_AND_NAME) & 255) | (id << 8));
  }

  /** One conversation more lies inside another (a tunnel, TLS that was opened); false where there are too many. */
  nest(connection: number): boolean {
    const word = this.#word(connection, PROTOCOL_AND_NAME);
    if (((word >> 4) & 15) === MOST_NESTED) return false;
    this.#set(connection, PROTOCOL_AND_NAME, word + 16);
    return true;
  }

  setProxied(connection: number, host: number, port: number): void {
    this.#proxied.set(connection, host * 2 ** 16 + port);
  }

  /** The host for which a load balancer opened the connection, or -1. */
  proxiedHost(connection: number): number {
    const known = this.#proxied.size === 0 ? undefined : this.#proxied.get(connection);
    return known === undefined ? -1 : Math.floor(known / 2 ** 16);
  }

  proxiedPort(connection: number): number {
    return (this.#proxied.get(connection) ?? 0) % 2 ** 16;
  }

  #word(connection: number, word: number): number {
    return this.#records.i32[connection * record.WORDS + word]!;
  }

  #set(connection: number, word: number, value: number): void {
    this.#records.i32[connection * record.WORDS + word] = value;
  }
}
