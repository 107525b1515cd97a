/**
 * One exchange, each member of which is read from the log when it is asked for: whoever wants a few of them pays for these. The plain record
 * (exchange-record.ts) is a copy of it.
 */

import type { NoteCode } from '../note.ts';
import { CLIENT } from '../stream.ts';
import type { Duration, Time } from '../time.ts';
import type { Exchange, HttpVersion, Persistence } from './exchange.ts';
import {
  HAS_REQUEST,
  ODDITIES,
  REQUEST_CLOSE,
  REQUEST_COOKIES,
  RESPONSE_CLOSE,
  RESPONSE_COOKIES,
  RESPONSE_HEAD,
} from './exchange-layout.ts';
import type { ExchangeLog } from './exchange-log.ts';
import { http2ErrorName } from './http2-facts.ts';
import { odditiesOf } from './oddity.ts';
import { judgePersistence, type PersistenceFacts, persistsByRequest, persistsByResponse } from './persistence.ts';

/** What only the connection of an exchange knows of it. */
export interface ExchangePlace {
  /** Among the exchanges of its connection, from 0. */
  readonly index: number;
  /** `https` where it is encrypted. */
  readonly scheme: string;
  /** When the ones before it had all ended; NaN for the first. */
  readonly endBefore: Time;
  readonly idleBefore: Duration | undefined;
}

export class ExchangeView implements Exchange {
  readonly #log: ExchangeLog;
  readonly #row: number;
  readonly #place: ExchangePlace;

  constructor(log: ExchangeLog, row: number, place: ExchangePlace) {
    this.#log = log;
    this.#row = row;
    this.#place = place;
  }

  get connection(): number {
    return this.#log.connection(this.#row);
  }
  get index(): number {
    return this.#place.index;
  }
  get streamId(): number | undefined {
    return this.#log.stream(this.#row) || undefined;
  }
  get method(): string | undefined {
    return this.#text(this.#log.method(this.#row));
  }
  get scheme(): string | undefined {
    return this.#hasRequest ? this.#place.scheme : undefined;
  }
  get authority(): string | undefined {
    return this.#text(this.#log.authority(this.#row));
  }
  get target(): string | undefined {
    return this.#log.target(this.#row);
  }
  get version(): HttpVersion | undefined {
    return this.#log.version(this.#row);
  }
  get status(): number | undefined {
    return this.#log.status(this.#row) || undefined;
  }
  get requestFirstFrame(): number | undefined {
    return this.#log.requestFirstFrame(this.#row) || undefined;
  }
  get requestFrame(): number | undefined {
    return this.#log.requestFrame(this.#row) || undefined;
  }
  get responseFirstFrame(): number | undefined {
    return this.#log.responseFirstFrame(this.#row) || undefined;
  }
  get responseFrame(): number | undefined {
    return this.#log.responseFrame(this.#row) || undefined;
  }
  get requestStart(): Time | undefined {
    return known(this.#log.requestStart(this.#row));
  }
  get requestEnd(): Time | undefined {
    return known(this.#log.requestEnd(this.#row));
  }
  get responseStart(): Time | undefined {
    return known(this.#log.responseStart(this.#row));
  }
  get responseEnd(): Time | undefined {
    return known(this.#log.responseEnd(this.#row));
  }
  get idleBefore(): Duration | undefined {
    return this.#place.idleBefore;
  }
  get queued(): Duration | undefined {
    if (!this.#hasRequest || this.#isStream) return undefined;
    return Math.max(0, this.#place.endBefore - this.#log.requestEnd(this.#row)) || 0;
  }
  get requestBytes(): number {
    return this.#log.requestBytes(this.#row);
  }
  get responseBytes(): number {
    return this.#log.responseBytes(this.#row);
  }
  get persistence(): Persistence | undefined {
    return this.#hasHead ? judgePersistence(this.#persistence) : undefined;
  }
  get persistentByRequest(): boolean | undefined {
    const facts = this.#persistence;
    return !this.#isStream && facts.requestVersion > 0 ? persistsByRequest(facts) : undefined;
  }
  get persistentByResponse(): boolean | undefined {
    return !this.#isStream && this.#hasHead ? persistsByResponse(this.#persistence) : undefined;
  }
  get keepAliveUnreadable(): string | undefined {
    return this.#log.unreadableKeepAlive(this.#row);
  }
  get requestCookies(): boolean | undefined {
    return this.#hasRequest ? this.#has(REQUEST_COOKIES) : undefined;
  }
  get responseCookies(): boolean | undefined {
    return this.#hasHead ? this.#has(RESPONSE_COOKIES) : undefined;
  }
  get keepAliveTimeoutSeconds(): number | undefined {
    return counted(this.#log.keepAliveTimeout(this.#row));
  }
  get keepAliveMax(): number | undefined {
    return counted(this.#log.keepAliveMax(this.#row));
  }
  get resetBy(): 'client' | 'server' | undefined {
    const reset = this.#reset;
    if (reset < 0) return undefined;
    return (reset & 1) === CLIENT ? 'client' : 'server';
  }
  get resetCode(): string | undefined {
    const reset = this.#reset;
    return reset < 0 ? undefined : http2ErrorName(reset >> 1);
  }
  get clientKeepAliveTimeoutSeconds(): number | undefined {
    return this.#log.clientKeepAlive(this.#row)?.timeout;
  }
  get clientKeepAliveMax(): number | undefined {
    return this.#log.clientKeepAlive(this.#row)?.max;
  }
  get requestClose(): boolean {
    return this.#has(REQUEST_CLOSE);
  }
  get responseClose(): boolean {
    return this.#has(RESPONSE_CLOSE);
  }
  get informational(): number {
    return this.#log.interim(this.#row);
  }
  get userAgent(): string | undefined {
    return this.#text(this.#log.userAgent(this.#row));
  }
  get server(): string | undefined {
    return this.#text(this.#log.server(this.#row));
  }
  get notes(): readonly NoteCode[] {
    return odditiesOf(this.#log.flags(this.#row) >> ODDITIES);
  }

  get #hasRequest(): boolean {
    return this.#has(HAS_REQUEST);
  }
  get #hasHead(): boolean {
    return this.#has(RESPONSE_HEAD);
  }
  get #isStream(): boolean {
    return this.#log.stream(this.#row) !== 0;
  }
  get #persistence(): PersistenceFacts {
    return this.#log.persistenceFacts(this.#row);
  }
  /** Kept in the place of a stream's `max`: who reset it, and the code; negative where nobody did. */
  get #reset(): number {
    return -2 - this.#log.keepAliveMax(this.#row);
  }

  #has(flag: number): boolean {
    return (this.#log.flags(this.#row) & flag) !== 0;
  }

  #text(id: number): string | undefined {
    return id === 0 ? undefined : this.#log.texts.text(id);
  }
}

const known = (time: number): number | undefined => (Number.isNaN(time) ? undefined : time);
const counted = (count: number): number | undefined => (count < 0 ? undefined : count);
