/** What the rules look at to tell why a connection was opened; one object, moved from connection to connection. */

import type { Duration, Time } from '../../time.ts';
import type { Columns } from '../../trace/index.ts';
import { type Confidence, type OpeningClass, openingClasses } from '../analysis.ts';
import { known } from '../before-close.ts';
import type { Openings } from '../openings.ts';
import type { PoolKeys } from '../pool-keys.ts';
import type { Races } from '../race.ts';
import type { Closes } from './closes.ts';
import type { Known } from './ending.ts';

export interface OpeningKnown extends Known {
  readonly openings: Openings;
  readonly keys: PoolKeys;
  readonly races: Races;
  readonly closes: Closes;
  readonly idleTimeout: Duration;
}

/** The first rule that holds explains. */
export interface OpenRule<Code extends string> {
  readonly code: Code;
  holds(opening: Opening): boolean;
  confidence(opening: Opening): Confidence;
  words(opening: Opening): string;
  frames(opening: Opening): readonly number[];
}

export class Opening {
  readonly known: OpeningKnown;
  connection = 0;
  /** Several rules and their words ask for it. */
  #lastBefore: number | undefined;

  constructor(known: OpeningKnown) {
    this.known = known;
  }

  at(connection: number): this {
    if (connection !== this.connection) this.#lastBefore = undefined;
    this.connection = connection;
    return this;
  }

  get columns(): Columns {
    return this.known.columns;
  }

  get opened(): Time {
    return this.columns.opened(this.connection);
  }

  get class(): OpeningClass | undefined {
    return openingClasses[this.known.openings.opening[this.connection]!];
  }

  /** The connection that could have served, or whose end made this one necessary; -1. */
  get previous(): number {
    return this.known.openings.previous[this.connection]!;
  }

  /** The exchange of the previous one that had been answered last by then; -1. */
  get lastBefore(): number {
    this.#lastBefore ??= this.#findLastBefore();
    return this.#lastBefore;
  }

  #findLastBefore(): number {
    const { columns, opened } = this;
    const { usage } = this.known;
    // Nearly always the last one of all, and a walk along the others would wait for memory at each.
    if (usage.isLastInTime(this.previous)) {
      const answered = usage.answered[this.previous]!;
      if (columns.exchangeEnd(answered) <= opened) return answered;
    }
    let last = -1;
    for (let exchange = columns.firstExchange(this.previous); exchange >= 0; exchange = columns.nextExchange(exchange)) {
      if (!columns.answered(exchange)) continue;
      const end = columns.exchangeEnd(exchange);
      if (end <= opened && (last < 0 || end > columns.exchangeEnd(last))) last = exchange;
    }
    return last;
  }

  /** How long the previous one had not been used; a connection without a use counts from its set-up. */
  get gap(): Duration {
    const { columns, lastBefore, opened, previous } = this;
    const last = lastBefore >= 0 ? columns.exchangeEnd(lastBefore) : columns.opened(previous) + known(columns.setup(previous));
    return Math.max(0, opened - last);
  }

  /** Its own SYN: the first frame, where the capture shows it. */
  get syn(): number {
    return this.columns.firstFrame(this.connection);
  }

  /** The request that it was opened for; -1. */
  get request(): number {
    return this.columns.firstExchange(this.connection);
  }

  /** Product of its first request, in small letters; '' where it names none. */
  get agent(): string {
    const id = this.request < 0 ? 0 : this.columns.userAgent(this.request);
    return id > 0 ? this.columns.product(id).toLowerCase() : '';
  }

  get isBrowser(): boolean {
    return this.agent.startsWith('mozilla/');
  }

  /** Connections of its key that were open when it was opened, itself included; counted no further than `most`. */
  openAtOnce(most: number): number {
    const { keys } = this.known;
    const key = keys.of[this.connection]!;
    const from = keys.offsets[key]!;
    let place = from;
    for (let beyond = keys.offsets[key + 1]!; place < beyond; ) {
      const middle = (place + beyond) >> 1;
      if (keys.members[middle]! < this.connection) place = middle + 1;
      else beyond = middle;
    }
    let open = 1;
    const lookedAt = 8 * most;
    for (let at = place - 1; at >= from && at >= place - lookedAt && open < most; at -= 1) {
      const other = keys.members[at]!;
      if (this.columns.established(other) && !(this.columns.closed(other) <= this.opened)) open += 1;
    }
    return open;
  }
}
