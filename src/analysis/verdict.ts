/** The verdict on one connection, made when it is asked for; what takes longer only when that is asked for. */

import type { Duration } from '../time.ts';
import {
  type CloseReason,
  type Explanation,
  type OpeningClass,
  openingClasses,
  type RaceKind,
  raceKinds,
  type SetupClass,
  type Verdict,
} from './analysis.ts';
import type { Coalescable } from './coalescing.ts';
import type { Judgement } from './judgement.ts';
import { probeTimers } from './probe-timer.ts';
import { setupClassOf } from './setup-class.ts';
import type { TimerMatch } from './timers.ts';

export const verdictOf = (judgement: Judgement, connection: number, coalescable: Coalescable | undefined): Verdict =>
  new VerdictView(judgement, connection, coalescable);

class VerdictView implements Verdict {
  readonly opening: OpeningClass | undefined;
  readonly openingCensored: boolean;
  readonly avoidable: boolean;
  readonly wasted: Duration | undefined;
  readonly wastedBlocking: Duration | undefined;
  readonly wastedBytes: number | undefined;
  readonly wastedRoundTrips: number | undefined;
  readonly setupClass: SetupClass | undefined;
  readonly previous: number | undefined;
  readonly origin: number | undefined;
  readonly coalescable: Coalescable | undefined;
  readonly #judgement: Judgement;
  readonly #connection: number;
  #reason: { readonly is: Explanation | undefined } | undefined;
  #timers: readonly TimerMatch[] | undefined;
  #close: { readonly is: Explanation<CloseReason> | undefined } | undefined;

  constructor(judgement: Judgement, connection: number, coalescable: Coalescable | undefined) {
    const { costs, keys, openings, placeOf, setups, trace } = judgement;
    const opening = openingClasses[openings.opening[connection]!];
    const avoidable = costs.avoidable[connection] === 1;
    const previous = openings.previous[connection]!;
    this.opening = opening;
    this.openingCensored = openings.censored(connection);
    this.avoidable = avoidable;
    // Nothing is called wasted, not even 0, where nothing can be said.
    const isKnown = opening !== undefined;
    const wasted = costs.wasted(connection);
    this.wasted = isKnown && !Number.isNaN(wasted) ? wasted : undefined;
    this.wastedBlocking = isKnown && !(avoidable && Number.isNaN(wasted)) ? costs.wastedBlocking.get(connection) : undefined;
    this.wastedBytes = !isKnown ? undefined : avoidable ? trace.columns.setupBytes(connection) : 0;
    this.wastedRoundTrips = !isKnown ? undefined : avoidable ? trace.columns.setupRoundTrips(connection) : 0;
    this.setupClass = setupClassOf(setups.get(connection));
    this.previous = previous < 0 ? undefined : previous;
    const place = placeOf[keys.of[connection]!]!;
    this.origin = place < 0 ? undefined : place;
    this.coalescable = coalescable;
    this.#judgement = judgement;
    this.#connection = connection;
  }

  get reason(): Explanation | undefined {
    this.#reason ??= { is: this.#judgement.why.reason(this.#connection) };
    return this.#reason.is;
  }

  get close(): Explanation<CloseReason> | undefined {
    this.#close ??= { is: this.#judgement.why.close(this.#connection) };
    return this.#close.is;
  }

  get closeReason(): CloseReason | undefined {
    return this.#judgement.why.closes.code(this.#connection);
  }

  get keepAliveTimers(): readonly TimerMatch[] {
    this.#timers ??= probeTimers(this.#judgement.trace, this.#judgement.options.timers, this.#connection);
    return this.#timers;
  }

  get race(): RaceKind | undefined {
    const kind = this.#judgement.why.races.kind[this.#connection]!;
    return kind === 0 ? undefined : raceKinds[kind - 1];
  }

  get raceRetriedOn(): number | undefined {
    const retry = this.#judgement.why.races.retriedOn(this.#connection);
    return retry < 0 ? undefined : retry;
  }

  get avoidableLow(): boolean | undefined {
    return this.#judgement.bounds().low(this.#connection);
  }

  get avoidableHigh(): boolean | undefined {
    return this.#judgement.bounds().high(this.#connection);
  }
}
