/** What the rules look at to tell why a connection was closed; one object, moved from connection to connection. */

import type { Duration, Time } from '../../time.ts';
import type { Columns, PersistenceRule } from '../../trace/index.ts';
import type { Confidence } from '../analysis.ts';
import { endedAt, endedBy, idleBeforeClose, isRaced, known } from '../before-close.ts';
import type { IdleLimits } from '../idle-limits.ts';
import type { Patterns } from '../patterns.ts';
import type { Timer } from '../timer-table.ts';
import type { Usage } from '../usage.ts';

/** What was measured of one end, or is usual among several. */
export interface Measures {
  readonly by: 'client' | 'server' | undefined;
  /** By RST. */
  readonly reset: boolean;
  readonly idle: Duration | undefined;
  readonly age: Duration;
  readonly served: number;
  /** `Keep-Alive: timeout=` of the server. */
  readonly announced: number | undefined;
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
  connection = 0;

  constructor(known: Known) {
    this.known = known;
  }

  at(connection: number): this {
    this.connection = connection;
    return this;
  }

  get columns(): Columns {
    return this.known.columns;
  }

  get by(): 0 | 1 | -1 {
    return endedBy(this.columns, this.connection);
  }

  get time(): Time {
    return endedAt(this.columns, this.connection);
  }

  /** The close itself, whoever announced the end before. */
  get isReset(): boolean {
    return this.columns.closedByReset(this.connection);
  }

  /** Last answered request; -1. */
  get last(): number {
    return this.known.usage.answered[this.connection]!;
  }

  /** First request after it that was not answered; -1. */
  get pending(): number {
    return this.known.usage.pending[this.connection]!;
  }

  get served(): number {
    return this.known.usage.served[this.connection]!;
  }

  get isRaced(): boolean {
    return isRaced(this.columns, this.known.usage, this.connection);
  }

  /** NaN where it was not idle. */
  get idle(): Duration {
    return idleBeforeClose(this.columns, this.known.usage, this.connection);
  }

  get age(): Duration {
    return this.time - this.columns.opened(this.connection);
  }

  get roundTrip(): Duration {
    return known(this.columns.roundTrip(this.connection));
  }

  /** By what rule it could not be used again; undefined where it could. */
  get unusable(): PersistenceRule | undefined {
    if (this.last < 0 || this.columns.persistent(this.last)) return undefined;
    return this.columns.persistenceRule(this.last);
  }

  /** Seconds; -1 where the server says nothing. */
  get announced(): number {
    return this.last < 0 ? -1 : this.columns.keepAliveTimeout(this.last);
  }

  /** Who said close in the last exchange: bits, 1 the client, 2 the server. */
  get closeHeader(): number {
    return this.last < 0 ? 0 : this.columns.closeHeader(this.last);
  }

  measures(): Measures {
    const { by, idle, announced } = this;
    return {
      by: by < 0 ? undefined : by === 0 ? 'client' : 'server',
      reset: this.isReset,
      idle: Number.isNaN(idle) ? undefined : idle,
      age: this.age,
      served: this.served,
      announced: announced > 0 ? announced : undefined,
    };
  }
}
