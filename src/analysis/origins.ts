/** Origins: what was seen and judged of each pool key. A view on the judgement, since a million origins of one connection each are common. */

import type { Duration } from '../time.ts';
import type { CurvePoint, IdleTimer, OpeningClass, Origin, PoolCounts, SetupClass } from './analysis.ts';
import { openingClasses } from './analysis.ts';
import { curveOf } from './curve.ts';
import type { Judgement } from './judgement.ts';
import { percentile } from './percentile.ts';
import { setupClassOf } from './setup-class.ts';
import { membersOf, sumAmong, Walks } from './walks.ts';

export function originsOf(judgement: Judgement): readonly Origin[] {
  const walks = new Walks(judgement);
  return Array.from(judgement.listed, (key, index) => new OriginView(judgement, key, index, walks));
}

/** How often each opening class occurs among some connections; those of which none can be told are left out. */
export function countOpenings(opening: Uint8Array, connections: Iterable<number>): Record<OpeningClass, number> {
  const counts: Record<OpeningClass, number> = { failed: 0, unused: 0, first: 0, missed_reuse: 0, churn: 0, parallel: 0, late: 0 };
  for (const connection of connections) {
    const name = openingClasses[opening[connection]!];
    if (name !== undefined) counts[name] += 1;
  }
  return counts;
}

class OriginView implements Origin {
  readonly index: number;
  readonly #judgement: Judgement;
  readonly #key: number;
  readonly #walks: Walks;
  #curve: readonly CurvePoint[] | undefined;
  #low: number | undefined;
  #high: number | undefined;
  #reason: { readonly text: string | undefined } | undefined;

  constructor(judgement: Judgement, key: number, index: number, walks: Walks) {
    this.#judgement = judgement;
    this.#key = key;
    this.#walks = walks;
    this.index = index;
  }

  get #columns(): Judgement['trace']['columns'] {
    return this.#judgement.trace.columns;
  }

  get #members(): Int32Array {
    return membersOf(this.#judgement, this.#key);
  }

  /** A connection that shows what all of them share: one with TLS or HTTP, rather than one that failed. */
  get #example(): number {
    return this.#members.find((each) => this.#columns.encrypted(each) || this.#columns.isHttp(each)) ?? this.#members[0]!;
  }

  get client(): string | undefined {
    return this.#columns.address(this.#columns.requestingHost(this.#example));
  }

  /** undefined where the key spans several servers. */
  get server(): string | undefined {
    const { options } = this.#judgement;
    const host = this.#columns.serverHost(this.#example);
    const shared = options.poolKey !== 'host' || this.#members.every((each) => this.#columns.serverHost(each) === host);
    return shared ? this.#columns.address(host) : undefined;
  }

  get serverHostName(): string | undefined {
    return this.server === undefined ? undefined : this.#columns.hostName(this.#columns.serverHost(this.#example));
  }

  get port(): number {
    return this.#columns.serverPort(this.#example);
  }

  /** undefined where it is unknown, or not part of the key and not the same for all. */
  get authority(): string | undefined {
    const id = this.#columns.authority(this.#example);
    if (id === 0) return undefined;
    const shared =
      this.#judgement.options.poolKey !== 'ip' ||
      this.#members.every((each) => this.#columns.authority(each) === id || this.#columns.authority(each) === 0);
    return shared ? this.#columns.text(id) : undefined;
  }

  get tls(): boolean {
    return this.#columns.encrypted(this.#example);
  }

  get connections(): readonly number[] {
    return Array.from(this.#members);
  }

  get requests(): number {
    return this.#walks.requests(this.#key);
  }

  get reuses(): number {
    return this.#walks.reuses(this.#key);
  }

  get reuseRatio(): number | undefined {
    const { requests } = this;
    return requests === 0 ? undefined : this.reuses / requests;
  }

  get requestsPerConnectionP50(): number | undefined {
    return percentile(this.#walks.requestsPerConnection(this.#key), 50);
  }

  get requestsPerConnectionP95(): number | undefined {
    return percentile(this.#walks.requestsPerConnection(this.#key), 95);
  }

  get idleGapP50(): Duration | undefined {
    return percentile(this.#walks.idleGaps(this.#key), 50);
  }

  get idleGapP95(): Duration | undefined {
    return percentile(this.#walks.idleGaps(this.#key), 95);
  }

  get setupP50(): Duration | undefined {
    return percentile(this.#walks.setups(this.#key), 50);
  }

  get setupP95(): Duration | undefined {
    return percentile(this.#walks.setups(this.#key), 95);
  }

  get setupClass(): SetupClass | undefined {
    return setupClassOf(this.setupP50);
  }

  get pool(): PoolCounts {
    const { counts } = this.#judgement;
    const key = this.#key;
    const actual = counts.actual[key]!;
    const min = counts.min[key]!;
    return {
      actual,
      min,
      get lifo(): number {
        return counts.lifo()[key]!;
      },
      avoidable: counts.avoidable[key]!,
      surplus: counts.surplus[key]!,
      net: Math.max(0, actual - min),
    };
  }

  get wasted(): Duration {
    return this.#judgement.counts.wasted[this.#key]!;
  }

  get wastedBlocking(): Duration {
    return this.#judgement.counts.wastedBlocking[this.#key]!;
  }

  get openings(): Readonly<Record<OpeningClass, number>> {
    return countOpenings(this.#judgement.openings.opening, this.#members);
  }

  get curve(): readonly CurvePoint[] {
    this.#curve ??= curveOf(this.#judgement.requests, this.#judgement.pool, [this.#key]);
    return this.#curve;
  }

  get verdict(): Origin['verdict'] {
    const { actual, avoidable, net } = this.pool;
    if (actual === 0 && this.requests === 0) return 'unknown';
    if (net > 0) return 'avoidable';
    return this.reuses > 0 && avoidable === 0 ? 'reused' : 'needed';
  }

  get serverTimer(): IdleTimer | undefined {
    return this.#judgement.why.limits.server(this.#example);
  }

  get clientTimer(): IdleTimer | undefined {
    return this.#judgement.why.limits.client(this.#example);
  }

  get mainReason(): string | undefined {
    this.#reason ??= { text: this.#judgement.why.mainReason(this.#members) };
    return this.#reason.text;
  }

  get avoidableLow(): number {
    const bounds = this.#judgement.bounds();
    this.#low ??= sumAmong(this.#members, (each) => (bounds.low(each) === true ? 1 : 0));
    return this.#low;
  }

  get avoidableHigh(): number {
    const bounds = this.#judgement.bounds();
    this.#high ??= sumAmong(this.#members, (each) => (bounds.high(each) === true ? 1 : 0));
    return this.#high;
  }
}
