/** Why connections were opened and closed, and what met their close; made when first asked for, from the judgement's columns. */

import { allAtOnce, type Steps } from '../steps.ts';
import type { Duration } from '../time.ts';
import { type CloseReason, type Explanation, openingClasses } from './analysis.ts';
import { IdleLimits } from './idle-limits.ts';
import type { Judgement } from './judgement.ts';
import { Patterns } from './patterns.ts';
import { percentile } from './percentile.ts';
import { Races } from './race.ts';
import { Closes } from './reasons/closes.ts';
import type { CloseRule, Known, Measures } from './reasons/ending.ts';
import { Opens } from './reasons/opens.ts';
import { Usage } from './usage.ts';

/** Connections looked at to name an origin's main reason. */
const examples = 1000;

type Cause = Omit<Judgement, 'why' | 'bounds' | 'bounding'>;

export class Why {
  readonly #judgement: Cause;
  #usage: Usage | undefined;
  #patterns: Patterns | undefined;
  #limits: IdleLimits | undefined;
  #races: Races | undefined;
  #closes: Closes | undefined;
  #opens: Opens | undefined;

  constructor(judgement: Cause) {
    this.#judgement = judgement;
  }

  get usage(): Usage {
    return this.#usage ?? allAtOnce(this.#makeUsage());
  }

  get patterns(): Patterns {
    return this.#patterns ?? allAtOnce(this.#makePatterns());
  }

  get limits(): IdleLimits {
    return this.#limits ?? allAtOnce(this.#makeLimits());
  }

  get races(): Races {
    const { keys, requests, trace } = this.#judgement;
    this.#races ??= new Races(trace.columns, this.usage, this.limits, keys, requests);
    return this.#races;
  }

  get closes(): Closes {
    return this.#closes ?? allAtOnce(this.#makeCloses());
  }

  get opens(): Opens {
    const { keys, openings, options } = this.#judgement;
    const { closes, races } = this;
    this.#opens ??= new Opens({ ...this.#known(), openings, keys, races, closes, idleTimeout: options.idleTimeout });
    return this.#opens;
  }

  /** Everything of it, a step at a time; each part needs the one before. */
  *making(): Steps<void> {
    if (this.#usage === undefined) yield* this.#makeUsage();
    if (this.#patterns === undefined) yield* this.#makePatterns();
    if (this.#limits === undefined) yield* this.#makeLimits();
    void this.races.kind;
    yield;
    if (this.#closes === undefined) yield* this.#makeCloses();
    void this.opens;
    this.#judgement.memory.settle();
    yield;
  }

  *#makeUsage(): Steps<Usage> {
    const usage = new Usage(this.#judgement.trace.columns, this.#judgement.memory);
    yield* usage.filling();
    this.#usage = usage;
    return usage;
  }

  *#makePatterns(): Steps<Patterns> {
    const { memory, options, trace } = this.#judgement;
    const patterns = new Patterns(trace.columns, this.usage, options.timers, memory);
    yield* patterns.filling();
    this.#patterns = patterns;
    return patterns;
  }

  *#makeLimits(): Steps<IdleLimits> {
    const { memory, options, trace } = this.#judgement;
    const { patterns } = this;
    const limits = new IdleLimits(trace.columns, this.usage, options.timers, memory);
    yield* limits.filling(patterns);
    this.#limits = limits;
    return limits;
  }

  *#makeCloses(): Steps<Closes> {
    const closes = new Closes(this.#known());
    yield* closes.filling();
    this.#closes = closes;
    return closes;
  }

  close(connection: number): Explanation<CloseReason> | undefined {
    return this.closes.explain(connection);
  }

  reason(connection: number): Explanation | undefined {
    return this.opens.explain(connection);
  }

  /** What ended the predecessors of most avoidable connections, in words. */
  mainReason(connections: Int32Array): string | undefined {
    const { costs, openings } = this.#judgement;
    const avoidable = connections.filter((each) => costs.avoidable[each] === 1 && openings.previous[each]! >= 0);
    const step = Math.max(1, avoidable.length / examples);
    const byKind = new Map<string, Alike>();
    for (let at = 0; at < avoidable.length; at += step) {
      const each = avoidable[Math.floor(at)]!;
      const opening = openingClasses[openings.opening[each]!];
      if (opening !== 'missed_reuse' && opening !== 'churn') continue;
      const previous = openings.previous[each]!;
      const rule = opening === 'churn' ? this.closes.ruleOf(previous) : undefined;
      const measures = this.closes.measures(previous);
      const kind = rule === undefined ? 'missed_reuse' : `${rule.code} ${measures.by}`;
      const same = byKind.get(kind);
      if (same) same.measures.push(measures);
      else byKind.set(kind, { rule, measures: [measures] });
    }
    let most: Alike | undefined;
    for (const same of byKind.values()) if (same.measures.length > (most?.measures.length ?? 0)) most = same;
    if (most === undefined) return undefined;
    return most.rule?.words(usual(most.measures)) ?? 'connection was still open and idle (missed reuse)';
  }

  #known(): Known {
    const { options, trace } = this.#judgement;
    const { limits, patterns, usage } = this;
    return { columns: trace.columns, usage, patterns, limits, timers: options.timers, now: options.now };
  }
}

interface Alike {
  readonly rule: CloseRule<CloseReason> | undefined;
  readonly measures: Measures[];
}

/** The middle one of everything that was measured. */
function usual(all: readonly Measures[]): Measures {
  const middle = (values: readonly (Duration | undefined)[]): number | undefined =>
    percentile(
      values.filter((value) => value !== undefined).sort((a, b) => a - b),
      50,
    );
  const isUsual = (holds: (each: Measures) => boolean): boolean => all.filter(holds).length * 2 > all.length;
  return {
    by: all[0]!.by,
    reset: isUsual(({ reset }) => reset),
    idle: middle(all.map(({ idle }) => idle)),
    cutShort: all.every(({ cutShort }) => cutShort),
    silence: middle(all.map(({ silence }) => silence)),
    age: middle(all.map(({ age }) => age)) ?? 0,
    served: middle(all.map(({ served }) => served)) ?? 1,
    announced: middle(all.map(({ announced }) => announced)),
    isWaiting: isUsual(({ isWaiting }) => isWaiting),
    left: all.every(({ left }) => left === all[0]!.left) ? all[0]!.left : undefined,
    toldTooShort: isUsual(({ toldTooShort }) => toldTooShort),
    keepsOthers: isUsual(({ keepsOthers }) => keepsOthers),
  };
}
