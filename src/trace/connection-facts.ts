/** What conversations find out about their connection: a few words each, beside the TCP record. */

import { type ProtocolName, protocolNames } from './connection.ts';

const WORDS = 4;
const PROTOCOL = 0;
const FIRST_EXCHANGE = 1;
const SERVER_NAME = 2;

export class ConnectionFacts {
  #words = new Int32Array(WORDS * 1024);

  protocol(connection: number): ProtocolName {
    return protocolNames[this.#word(connection, PROTOCOL)] ?? 'unknown';
  }

  setProtocol(connection: number, name: ProtocolName): void {
    this.#set(connection, PROTOCOL, protocolNames.indexOf(name));
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
    return this.#word(connection, SERVER_NAME);
  }

  setServerName(connection: number, id: number): void {
    this.#set(connection, SERVER_NAME, id);
  }

  #word(connection: number, word: number): number {
    return this.#words[connection * WORDS + word] ?? 0;
  }

  #set(connection: number, word: number, value: number): void {
    const at = connection * WORDS + word;
    if (at >= this.#words.length) {
      const larger = new Int32Array(Math.max(this.#words.length * 2, (connection + 1) * WORDS));
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[at] = value;
  }
}
