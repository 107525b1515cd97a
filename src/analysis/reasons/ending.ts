/** What the rules look at to tell why a connection was closed; one object, moved from connection to connection. */

import { type Duration, millisecond, type Time } from '../../time.ts';
import type { Columns, PersistenceRule } from '../../trace/index.ts';
import type { Confidence } from '../analysis.ts';
import { known } from '../before-close.ts';
import type { IdleLimits } from '../idle-limits.ts';
import type { Patterns } from '../patterns.ts';
import type { Timer } from '../timer-table.ts';
import type { Usage } from '../usage.ts';

/** Idle for less than this before it was closed: at once. */
export const atOnce: Duration = 50 * millisecond;

/** What was measured of one end, or is usual among several. */
export interface Measures {
  readonly by: 'client' | 'server' | undefined;
  /** By RST. */
  readonly reset: boolean;
  readonly idle: Duration | undefined;
  readonly age: Duration;
  readonly served: number;
  /** Before the response was whole. */
  readonly cutShort: boolean;
  /** Before the request that found nobody. */
  readonly silence: Duration | undefined;
  /** `Keep-Alive: timeout=` of the server. */
  readonly announced: number | undefined;
  /** A request had no answer yet. */
  readonly isWaiting: boolean;
  /** What it had become after its last request. */
  readonly left: 'websocket' | 'tunnel' | undefined;
  /** Closed at once after its only request by a client that keeps no connection for so short a time as the server announced. */
  readonly toldTooShort: boolean;
  /** Closed so by a client that keeps others. */
  readonly keepsOthers: boolean;
}

/** The first rule that holds explains. */
export interface CloseRule<Code extends string> {
  readonly code: Code;
  holds(ending: Ending): boolean;
  confidence(ending: Ending): Confidence;
  words(measures: Measures): string;
  /** Beside the last response and the close. */
  frames?(ending: Ending): readonly number[];
}

export interface Known {
  readonly columns: Columns;
  readonly usage: Usage;
  readonly patterns: Patterns;
  readonly limits: IdleLimits;
  readonly timers: readonly Timer[];
  readonly now: Time;
}

export class Ending {
  readonly known: Known;
  readonly columns: Columns;
  connection = 0;
  by: 0 | 1 | -1 = -1;
  /** NaN where it was not idle. */
  idle: Duration = Number.NaN;
  /** Last answered request; -1. */
  last = -1;
  /** First request after it that was not answered; -1. */
  pending = -1;
  served = 0;
  /** By what rule it could not be used again; undefined where it could. */
  unusable: PersistenceRule | undefined = undefined;

  constructor(known: Known) {
    this.known = known;
    this.columns = known.columns;
  }

  /** What most rules look at is looked up once. */
  at(connection: number): this {
    const { columns } = this;
    const { usage } = this.known;
    const last = usage.answered[connection]!;
    this.connection = connection;
    this.by = usage.endedBy[connection]! as 0 | 1 | -1;
    this.idle = usage.idle[connection]!;
    this.last = last;
    this.pending = usage.pending(connection);
    this.served = usage.served(connection);
    this.unusable = last < 0 || usage.isReusable(connection) ? undefined : columns.persistenceRule(last);
    return this;
  }

  /** The close itself, whoever announced the end before. */
  get isReset(): boolean {
    return this.columns.closedByReset(this.connection);
  }

  /** From the last use to the request that was not answered; NaN without one. */
  get silence(): Duration {
    return this.known.usage.silence(this.connection);
  }

  get age(): Duration {
    return this.known.usage.endedAt(this.connection) - this.columns.opened(this.connection);
  }

  get roundTrip(): Duration {
    return known(this.columns.roundTrip(this.connection));
  }

  /** Seconds; -1 where the server says nothing. */
  get announced(): number {
    return this.last < 0 ? -1 : this.columns.keepAliveTimeout(this.last);
  }

  /** Who said close in the last exchange: bits, 1 the client, 2 the server. */
  get closeHeader(): number {
    return this.last < 0 ? 0 : this.columns.closeHeader(this.last);
  }

  /** A request had no answer yet; where nothing of the server is seen, nobody knows. */
  get isWaiting(): boolean {
    return this.pending >= 0 && !Number.isNaN(this.columns.lastHeard(this.connection, 1));
  }

  get left(): 'websocket' | 'tunnel' | undefined {
    if (this.unusable !== 'left_http') return undefined;
    return this.columns.protocol(this.connection) === 'websocket' ? 'websocket' : 'tunnel';
  }

  /** Its client closed it at once after its only request. */
  get #isSingle(): boolean {
    return this.by === 0 && this.served === 1 && this.idle < atOnce;
  }

  /** See Measures. Node.js keeps connections for a second less than announced, undici for two: what leaves nothing is closed at once. */
  get toldTooShort(): boolean {
    const { announced, columns, last } = this;
    if (announced <= 0 || announced > 2 || !this.#isSingle) return false;
    const agent = columns.userAgent(last);
    const name = agent > 0 ? columns.product(agent).toLowerCase() : '';
    if (/^(?:node|undici)\b/.test(name)) return true;
    return announced === 1 && (name === '' || /^(?:axios|got|node-fetch|superagent)\b/.test(name));
  }

  measures(): Measures {
    const { by, idle, announced, toldTooShort } = this;
    return {
      toldTooShort,
      keepsOthers: this.#isSingle && !toldTooShort && (this.known.limits.client(this.connection)?.low ?? 0) >= atOnce,
      by: by < 0 ? undefined : by === 0 ? 'client' : 'server',
      reset: this.isReset,
      idle: Number.isNaN(idle) ? undefined : idle,
      age: this.age,
      cutShort: this.columns.cutShort(this.connection),
      isWaiting: this.isWaiting,
      left: this.left,
      silence: this.pending < 0 ? undefined : this.silence,
      served: this.served,
      announced: announced > 0 ? announced : undefined,
    };
  }
}
