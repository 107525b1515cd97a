/** What HTTP did on one connection, found in one walk along its exchanges. */

import {
  type ExchangeLog,
  HAS_REQUEST,
  HAS_RESPONSE,
  IS_CONNECT,
  LEFT_HTTP,
  type Persistence,
  REQUEST_CLOSE,
  RESPONSE_CLOSE,
  RESPONSE_HEAD,
} from '../http/index.ts';
import type { Duration, Time } from '../time.ts';
import { Announcements } from './announcements.ts';
import type { RecordColumns } from './columns.ts';
import type { KeepAliveAnnouncements } from './connection.ts';
import { isCrossed } from './crossing.ts';

/** Names kept of those that were asked for on one connection. */
const AUTHORITIES = 100;
const nobody: readonly number[] = [];
/** RFC 9110 §15.5.20 */
const MISDIRECTED = 421;

/** Members as in `Connection`. */
export class HttpSummary {
  requests = 0;
  responses = 0;
  reuses = 0;
  pipelined = 0;
  maxConcurrent = 0;
  idleMax: Duration | undefined = undefined;
  idleTotal: Duration | undefined = undefined;
  misdirected = 0;
  /** Interned names, in the order in which they were asked for. */
  authorities: readonly number[] = nobody;
  persistence: Persistence | undefined = undefined;
  keepAliveTimeoutSeconds: number | undefined = undefined;
  keepAliveMax: number | undefined = undefined;
  clientKeepAliveTimeoutSeconds: number | undefined = undefined;
  clientKeepAliveMax: number | undefined = undefined;
  keepAliveAnnouncements: KeepAliveAnnouncements | undefined = undefined;
  closeHeaderBy: 'client' | 'server' | undefined = undefined;
  /** When the last of its exchanges ended, without requests that met the close; undefined where it waited for an answer, or went on as something else. */
  lastUse: Time | undefined = undefined;

  constructor(c: number, log: ExchangeLog, columns: RecordColumns) {
    // Times that change with each exchange are numbers of their own: each one put into a member would be a new object.
    let announced: Announcements | undefined;
    let judged = -1;
    let reusable = 0;
    let requests = 0;
    let responses = 0;
    let authority = 0;
    let end = Number.NaN;
    let lastEnd = Number.NaN;
    let lastUse = Number.NaN;
    let idleTotal = Number.NaN;
    let idleMax = 0;
    let index = 0;
    let served = false;
    let goesOn = false;
    for (let e = columns.firstExchange(c); e >= 0; e = log.next(e)) {
      const flags = log.flags(e);
      const isAnswered = (flags & HAS_RESPONSE) !== 0;
      if (flags & HAS_REQUEST) requests += 1;
      responses += log.interim(e) + (isAnswered ? 1 : 0);
      if ((flags & (HAS_REQUEST | IS_CONNECT)) === HAS_REQUEST) reusable += 1;
      if (log.authority(e) !== authority) {
        authority = log.authority(e);
        this.#name(authority);
      }
      if (log.status(e) === MISDIRECTED) this.misdirected += 1;
      if (!Number.isNaN(end)) {
        const idle = Math.max(0, columns.exchangeStart(e) - end);
        idleTotal = Number.isNaN(idleTotal) ? idle : idleTotal + idle;
        // Exchanges that overlap leave no gap; streams that do are not pipelined but multiplexed.
        if (idle > idleMax) idleMax = idle;
        if (log.requestStart(e) < lastEnd && log.stream(e) === 0) this.pipelined += 1;
      }
      if (flags & RESPONSE_HEAD) judged = e;
      if (flags & (REQUEST_CLOSE | RESPONSE_CLOSE)) this.closeHeaderBy ??= flags & REQUEST_CLOSE ? 'client' : 'server';
      const timeout = Math.max(-1, log.keepAliveTimeout(e));
      const max = Math.max(-1, log.keepAliveMax(e));
      if (timeout >= 0) this.keepAliveTimeoutSeconds = timeout;
      if (max >= 0) this.keepAliveMax = max;
      if (timeout >= 0 || max >= 0) {
        announced ??= new Announcements();
        announced.add(index, timeout, max);
      }
      const client = log.clientKeepAlive(e);
      if (client?.timeout !== undefined) this.clientKeepAliveTimeoutSeconds = client.timeout;
      if (client?.max !== undefined) this.clientKeepAliveMax = client.max;
      const own = columns.exchangeEnd(e);
      end = Number.isNaN(end) ? own : Math.max(end, own);
      // Of an interim response alone no time is known.
      if (!Number.isNaN(own)) {
        lastEnd = later(lastEnd, own);
        // What was asked of a connection that was closed already was no use of it.
        const isMet = !isAnswered && served && (columns.exchangeStart(e) >= columns.closed(c) || isCrossed(columns, c, e));
        if (!isMet) {
          lastUse = later(lastUse, own);
          goesOn = (flags & LEFT_HTTP) !== 0 || ((flags & (HAS_REQUEST | HAS_RESPONSE)) === HAS_REQUEST && log.stream(e) === 0);
        }
        served ||= isAnswered;
      }
      index += 1;
    }
    this.requests = requests;
    this.responses = responses;
    this.reuses = Math.max(0, reusable - 1);
    this.maxConcurrent = index > 0 ? 1 : 0;
    this.persistence = judged < 0 ? undefined : log.persistence(judged);
    this.keepAliveAnnouncements = announced?.facts;
    if (idleMax > 0) this.idleMax = idleMax;
    if (!Number.isNaN(idleTotal)) this.idleTotal = idleTotal;
    if (!Number.isNaN(lastUse) && !goesOn) this.lastUse = lastUse;
  }

  #name(authority: number): void {
    const known = this.authorities;
    if (authority !== 0 && known.length < AUTHORITIES && !known.includes(authority))
      this.authorities = known.length === 0 ? [authority] : [...known, authority];
  }
}

/** `now`, unless `before` is known and was later. A capture out of order has times below zero. */
const later = (before: Time, now: Time): Time => (before > now ? before : now);
