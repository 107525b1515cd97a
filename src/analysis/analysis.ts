/** What each connection cost, whether it was needed, and where; the result of pass 2 as plain data. */

import type { Duration, Time } from '../time.ts';
import type { Connection, Trace } from '../trace/index.ts';
import type { Coalescable } from './coalescing.ts';
import type { Timer } from './timer-table.ts';
import type { TimerMatch } from './timers.ts';

/** Why a connection was opened when it was (first that fits). */
export const openingClasses = ['failed', 'unused', 'first', 'missed_reuse', 'churn', 'parallel', 'late'] as const;
export type OpeningClass = (typeof openingClasses)[number];

/** Latency classes of set-up: below 20, 100, 200, 500 ms, and above. */
export const setupClasses = ['under_20_ms', '20_to_100_ms', '100_to_200_ms', '200_to_500_ms', 'over_500_ms'] as const;
export type SetupClass = (typeof setupClasses)[number];

export const poolKeys = ['authority', 'host', 'ip'] as const;
export type PoolKey = (typeof poolKeys)[number];

export interface AnalyseOptions {
  /** T: how long an idle connection is assumed to be kept; Infinity is allowed. */
  readonly idleTimeout: Duration;
  /** What connections must share to serve one another's requests: client with server address and authority, with authority only, with server address only. */
  readonly poolKey: PoolKey;
  /** Timers of known software by which observed times are named. */
  readonly timers: readonly Timer[];
  /** "Now": the end of the trace. */
  readonly now?: Time;
}

/** The pool's view of one connection. */
export interface Verdict {
  /** undefined where nothing can be said: its opening is not in the capture, or its requests cannot be seen (TLS without keys, other protocols). */
  readonly opening: OpeningClass | undefined;
  /** Whether an earlier connection may have existed before the capture began. */
  readonly openingCensored: boolean;
  /** The replay with the idle timeout serves its first request from a connection that it already has. */
  readonly avoidable: boolean;
  /** Its set-up time if avoidable, else 0; undefined where that time, or everything (see `opening`), is unknown. */
  readonly wasted: Duration | undefined;
  /** Its share of the time for which its client waited for avoidable set-ups. */
  readonly wastedBlocking: Duration | undefined;
  readonly wastedBytes: number | undefined;
  readonly wastedRoundTrips: number | undefined;
  readonly setupClass: SetupClass | undefined;
  /** Known software whose TCP keep-alive timers fit its probes, the most convincing first. */
  readonly keepAliveTimers: readonly TimerMatch[];
  /** The connection that could have served (missed reuse), whose end made this one necessary (churn), that was busy (parallel), or that was the last one before (late). */
  readonly previous: number | undefined;
  readonly origin: number | undefined;
  /** An open HTTP/2 connection to the same address, under another name, that could have carried its requests. */
  readonly coalescable?: Coalescable | undefined;
}

/** One connection with its verdict: what every report format and every TUI row is made of. */
export interface Row {
  readonly connection: Connection;
  readonly verdict: Verdict;
}

export interface PoolCounts {
  readonly actual: number;
  /** Opens of a pool that gives each request to the connection idle longest: the least possible for T. */
  readonly min: number;
  /** Opens of a pool that gives each request to the connection used last, as most clients do. */
  readonly lifo: number;
  readonly avoidable: number;
  readonly surplus: number;
  /** max(0, actual - min) */
  readonly net: number;
}

export interface CurvePoint {
  /** Infinity for "never closed". */
  readonly idleTimeout: Duration;
  readonly opensMin: number;
  readonly opensLifo: number;
  readonly wasted: Duration;
  /** The price: Σ idle time held, in connection-seconds, and the most idle connections held at once. */
  readonly idleConnectionSeconds: number;
  readonly idleConnectionsPeak: number;
}

export interface Totals {
  readonly connections: number;
  readonly established: number;
  readonly httpConnections: number;
  readonly tlsConnections: number;
  readonly requests: number;
  readonly responses: number;
  readonly reuses: number;
  /** reuses / requests; undefined without requests. */
  readonly reuseRatio: number | undefined;
  readonly probes: number;
  readonly handshakes: number;
  /** Sum of set-up times, of all and of the avoidable ones. */
  readonly setupTotal: Duration;
  readonly pool: PoolCounts;
  readonly wasted: Duration;
  readonly wastedBlocking: Duration;
  readonly wastedBytes: number;
  readonly wastedRoundTrips: number;
  readonly openings: Readonly<Record<OpeningClass, number>>;
  readonly setupClasses: Readonly<Record<SetupClass, number>>;
  readonly curve: readonly CurvePoint[];
}

export interface Origin {
  readonly index: number;
  /** The pool key's parts. */
  readonly client: string | undefined;
  readonly server: string | undefined;
  readonly port: number;
  readonly authority: string | undefined;
  readonly tls: boolean;
  readonly connections: readonly number[];
  readonly requests: number;
  readonly reuses: number;
  readonly reuseRatio: number | undefined;
  readonly requestsPerConnectionP50: number | undefined;
  readonly requestsPerConnectionP95: number | undefined;
  readonly idleGapP50: Duration | undefined;
  readonly idleGapP95: Duration | undefined;
  readonly setupP50: Duration | undefined;
  readonly setupP95: Duration | undefined;
  readonly setupClass: SetupClass | undefined;
  readonly pool: PoolCounts;
  readonly wasted: Duration;
  readonly wastedBlocking: Duration;
  readonly openings: Readonly<Record<OpeningClass, number>>;
  readonly curve: readonly CurvePoint[];
  /** `unknown` where no request could be seen. */
  readonly verdict: 'reused' | 'avoidable' | 'needed' | 'unknown';
  /** Why most of the avoidable connections were opened, in words; undefined without any. */
  readonly mainReason: string | undefined;
}

export interface Analysis {
  readonly options: Required<AnalyseOptions>;
  readonly totals: Totals;
  /** Most wasted first. */
  readonly origins: readonly Origin[];
  /** The connections that are listed and summed up, in ascending order; undefined for all. Their numbers stay the same. */
  readonly selected: Uint32Array | undefined;
  verdict(connection: number): Verdict;
  /** The same verdicts, with only these connections (ascending) listed and summed up. */
  select(rows: Uint32Array): Analysis;
}

/** The connections that a list shows, by their numbers. */
export function* listed(trace: Pick<Trace, 'size'>, { selected }: Pick<Analysis, 'selected'>): Generator<number> {
  const size = selected?.length ?? trace.size;
  for (let at = 0; at < size; at += 1) yield selected === undefined ? at : selected[at]!;
}
