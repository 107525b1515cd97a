/** The numbers of exchanges by row, read straight from their log. */

import {
  type ExchangeLog,
  HAS_REQUEST,
  HAS_RESPONSE,
  IS_CONNECT,
  LEFT_HTTP,
  type PersistenceRule,
  REQUEST_CLOSE,
  RESPONSE_CLOSE,
} from '../http/index.ts';
import type { Time } from '../time.ts';

export class ExchangeColumns {
  readonly exchanges: number;
  readonly #log: ExchangeLog;

  constructor(log: ExchangeLog) {
    this.#log = log;
    this.exchanges = log.size;
  }

  persistent(exchange: number): boolean {
    return this.#log.isPersistent(exchange);
  }

  nextExchange(exchange: number): number {
    return this.#log.next(exchange);
  }

  exchangeConnection(exchange: number): number {
    return this.#log.connection(exchange);
  }

  exchangeStart(exchange: number): Time {
    const log = this.#log;
    const start = log.requestStart(exchange);
    return Number.isNaN(start) ? log.responseStart(exchange) : start;
  }

  exchangeEnd(exchange: number): Time {
    const log = this.#log;
    let end = this.exchangeStart(exchange);
    if (log.requestEnd(exchange) > end) end = log.requestEnd(exchange);
    return log.responseEnd(exchange) > end ? log.responseEnd(exchange) : end;
  }

  countsForReuse(exchange: number): boolean {
    return (this.#log.flags(exchange) & (HAS_REQUEST | IS_CONNECT | LEFT_HTTP)) === HAS_REQUEST;
  }

  answered(exchange: number): boolean {
    return (this.#log.flags(exchange) & HAS_RESPONSE) !== 0;
  }

  hasRequest(exchange: number): boolean {
    return (this.#log.flags(exchange) & HAS_REQUEST) !== 0;
  }

  /** Final and interim ones. */
  responsesTo(exchange: number): number {
    return this.#log.interim(exchange) + (this.answered(exchange) ? 1 : 0);
  }

  isConnect(exchange: number): boolean {
    return (this.#log.flags(exchange) & IS_CONNECT) !== 0;
  }

  oneShot(exchange: number): boolean {
    return this.#log.isOneShot(exchange);
  }

  sameRequest(exchange: number, other: number): boolean {
    return this.#log.isSameRequest(exchange, other);
  }

  requestFrame(exchange: number): number {
    return this.#log.requestFrame(exchange);
  }

  responseFrame(exchange: number): number {
    return this.#log.responseFrame(exchange);
  }

  status(exchange: number): number {
    return this.#log.status(exchange);
  }

  closeHeader(exchange: number): number {
    const flags = this.#log.flags(exchange);
    return (flags & REQUEST_CLOSE ? 1 : 0) | (flags & RESPONSE_CLOSE ? 2 : 0);
  }

  persistenceRule(exchange: number): PersistenceRule {
    return this.#log.persistence(exchange).because;
  }

  userAgent(exchange: number): number {
    return this.#log.userAgent(exchange);
  }

  server(exchange: number): number {
    return this.#log.server(exchange);
  }

  keepAliveTimeout(exchange: number): number {
    return this.#log.keepAliveTimeout(exchange);
  }

  keepAliveMax(exchange: number): number {
    return this.#log.keepAliveMax(exchange);
  }
}
