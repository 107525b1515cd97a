/** What conversations find out about their connection: a few words each, beside the TCP record. */

import type { Http2Facts } from '../http/index.ts';
import { record } from '../tcp/index.ts';
import type { TlsFacts } from '../tls/index.ts';
import { type ProtocolName, protocolNames } from './connection.ts';
import { OuterNames } from './outer-names.ts';

// In the two words that a TCP record keeps for its reader: the row of the first exchange + 1; protocol (4 bits) and server name (28 bits).
const FIRST_EXCHANGE = record.NOTEPAD;
const PROTOCOL_AND_NAME = record.NOTEPAD + 1;

export class ConnectionFacts {
  /** Of those connections that speak it. */
  readonly http2: Map<number, Http2Facts> = new Map();
  readonly tls: Map<number, TlsFacts> = new Map();
  readonly outerNames: OuterNames = new OuterNames();
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
    return this.#word(connection, PROTOCOL_AND_NAME) >>> 4;
  }

  setServerName(connection: number, id: number): void {
    this.#set(connection, PROTOCOL_AND_NAME, (this.#word(connection, PROTOCOL_AND_NAME) & 15) | (id << 4));
  }

  #word(connection: number, word: number): number {
    return this.#records.i32[connection * record.WORDS + word]!;
  }

  #set(connection: number, word: number, value: number): void {
    this.#records.i32[connection * record.WORDS + word] = value;
  }
}
