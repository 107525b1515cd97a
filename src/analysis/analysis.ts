/** What each connection cost, whether it was needed, and where; the result of pass 2 as plain data. */

import type { Steps } from '../steps.ts';
import type { Duration, Time } from '../time.ts';
import type { Connection, Trace } from '../trace/index.ts';
import type { Coalescable } from './coalescing.ts';
import type { Simulation, SimulationSettings } from './simulate.ts';
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

/** Why a connection was closed (the first rule that explains it). */
export const closeReasons = [
  'server_idle_limit',
  'client_idle_limit',
  'request_cap',
  'close_header_client',
  'close_header_server',
  'http_1_0',
  'until_close_body',
  'goaway',
  'age_limit',
  'drain',
  'reset',
  'peer_dead',
  'nat_drop',
  'framing_error',
  'tls_alert',
  'after_response',
  'unused',
  'open_at_end',
  'unknown',
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** Why a connection was opened: for churn why its predecessor was closed, else one of the others. */
export const openReasons = [
  'refused',
  'no_answer',
  'speculative',
  'raced_addresses',
  'health_check',
  'first_to_origin',
  'misdirected',
  'keep_alive_race',
  'pool_not_shared',
  'stream_limit',
  'browser_limit',
  'all_busy',
  'idle_too_long',
] as const;
export type Reason = CloseReason | (typeof openReasons)[number];

/** Whether something was seen in the capture or follows from what was seen. */
export const confidences = ['observed', 'inferred'] as const;
export type Confidence = (typeof confidences)[number];

/** A request met the close of its connection, or nearly. */
export const raceKinds = ['confirmed', 'near'] as const;
export type RaceKind = (typeof raceKinds)[number];

/** One answer to "why", with the frames that show it. */
export interface Explanation<Code extends string = Reason> {
  readonly code: Code;
  /** One line. */
  readonly text: string;
  readonly confidence: Confidence;
  readonly frames: readonly number[];
}

export const findingCodes = [
  'keep_alive_race',
  'near_race',
  'race_possible',
  'missed_reuse',
  'server_idle_limit_short',
  'client_idle_limit_short',
  'request_cap',
  'age_limit',
  'close_header',
  'http_1_0',
  'until_close_body',
  'drain',
  'nat_drop',
  'peer_dead',
  'missed_coalescing',
  'smuggling_risk',
  'framing_error',
  'unanswered_probes',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export const severities = ['info', 'warning', 'problem'] as const;
export type Severity = (typeof severities)[number];

/** Something that deserves attention, with what shows it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Connections concerned; of very many the first ones only. */
  readonly count: number;
  readonly connections: readonly number[];
  readonly frames: readonly number[];
  /** Place of its origin, where it concerns a single one. */
  readonly origin: number | undefined;
  readonly text: string;
}

export const adviceSettings = [
  'server_idle_timeout',
  'client_idle_timeout',
  'server_max_requests',
  'server_max_age',
  'client_pool_size',
  'share_pool',
  'read_responses',
  'send_no_close',
  'http_version',
  'http_2',
  'tcp_keep_alive',
  'tls_resumption',
] as const;
export type AdviceSetting = (typeof adviceSettings)[number];

/** What to change, with the line to copy and the effect that a replay of this capture's requests has. */
export interface Advice {
  readonly setting: AdviceSetting;
  /** As observed or announced: `5 s`. */
  readonly current: string | undefined;
  readonly suggested: string;
  /** A line to copy into a configuration. */
  readonly directive: string;
  /** What the directive is for: `nginx 1.22.1`; undefined where nothing tells. */
  readonly software: string | undefined;
  /** Whether that software was seen in this capture, or the directive was asked for. */
  readonly seen: boolean;
  readonly savesHandshakes: number;
  readonly saves: Duration;
  readonly costsIdleConnectionsPeak: number | undefined;
  /** Idle gaps that the suggestion rests on. */
  readonly evidenceGaps: number | undefined;
  /** Place of the most wasted origin that it concerns. */
  readonly origin: number | undefined;
  readonly text: string;
}

/** How long a side keeps an idle connection, as far as the capture tells. */
export interface IdleTimer {
  /** Longest idle time after which a connection was still good, and shortest after which it was closed. */
  readonly low: Duration | undefined;
  readonly high: Duration | undefined;
  /** Whose usual limit that is: `nginx`, `Node.js http.Server`. */
  readonly named: string | undefined;
  /** Whether that side says that it is that software, or only its time is like it. */
  readonly namedBy: Confidence | undefined;
  /** `Keep-Alive: timeout=` of that side. */
  readonly announcedSeconds: number | undefined;
  /** It closed after less than it had kept others: more than one limit is at work. */
  readonly several: boolean;
  /** Idle connections that it closed. */
  readonly closes: number;
}

/** By what clients at one address are told apart, beside it: User-Agent, ClientHello (JA4), SYN. */
export const clientSplits = ['ua', 'ja4', 'synfp'] as const;
export type ClientSplit = (typeof clientSplits)[number];

export interface AnalyseOptions {
  /** T: how long an idle connection is assumed to be kept; Infinity is allowed. */
  readonly idleTimeout: Duration;
  /** What connections must share to serve one another's requests: client with server address and authority, with authority only, with server address only. */
  readonly poolKey: PoolKey;
  /** Many programs, or many hosts behind a NAT, can share one address: their pools are apart. undefined: an address is one client. */
  readonly splitClients: ClientSplit | undefined;
  /** Timers of known software by which observed times are named. */
  readonly timers: readonly Timer[];
  /** Software that directives are wanted for, whether it was seen or not: names of `softwareNames`, or `all`. */
  readonly adviseFor: readonly string[];
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
  /** Why it was opened, where a class can be told. */
  readonly reason: Explanation | undefined;
  /** Why it was closed; undefined where it never was established. */
  readonly close: Explanation<CloseReason> | undefined;
  /** Its code alone. */
  readonly closeReason: CloseReason | undefined;
  readonly race: RaceKind | undefined;
  /** The connection on which the request that met the close was sent again. */
  readonly raceRetriedOn: number | undefined;
  /** As `avoidable`, if encrypted connections of unknown origin never share a pool, and if they always do; also of those that cannot be looked into. */
  readonly avoidableLow: boolean | undefined;
  readonly avoidableHigh: boolean | undefined;
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
  /** Opens that were avoidable at least and at most, where names or requests are secret (see `Verdict`), and what these at most took. */
  readonly avoidableLow: number;
  readonly avoidableHigh: number;
  readonly wastedHigh: Duration;
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
  /** Requests that met the close of their connection. */
  readonly races: number;
}

export interface Origin {
  readonly index: number;
  /** The pool key's parts. */
  readonly client: string | undefined;
  readonly server: string | undefined;
  /** What the capture calls that address. */
  readonly serverHostName: string | undefined;
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
  readonly serverTimer: IdleTimer | undefined;
  readonly clientTimer: IdleTimer | undefined;
  /** Why most of the avoidable connections were opened, in words; undefined without any. */
  readonly mainReason: string | undefined;
  /** As in the totals. */
  readonly avoidableLow: number;
  readonly avoidableHigh: number;
}

export interface Analysis {
  readonly options: Required<AnalyseOptions>;
  readonly totals: Totals;
  /** Most wasted first. */
  readonly origins: readonly Origin[];
  /** The connections that are listed and summed up, in ascending order; undefined for all. Their numbers stay the same. */
  readonly selected: Uint32Array | undefined;
  /** Problems first. */
  readonly findings: readonly Finding[];
  /** Those of them that are problems: told without looking for the others. */
  readonly problems: readonly Finding[];
  /** What saves most first. */
  readonly advice: readonly Advice[];
  /** What is missing for advice that was looked for: "3 idle gaps, 20 are needed". */
  readonly adviceMissing: readonly string[];
  verdict(connection: number): Verdict;
  /** Findings, advice, reasons and the curve, which are made when first asked for and take long with a million connections: in steps. */
  explaining(): Steps<void>;
  /** Of that what every row needs: reasons and races. */
  reasoning(): Steps<void>;
  /** The same verdicts, with only these connections (ascending) listed and summed up. */
  select(rows: Uint32Array): Analysis;
  selecting(rows: Uint32Array): Steps<Analysis>;
  /** The same requests with other settings; of what is listed. */
  simulate(settings: SimulationSettings): Simulation;
  simulating(settings: SimulationSettings): Steps<Simulation>;
}

/** The connections that a list shows, by their numbers. */
export const listed = (trace: Pick<Trace, 'size'>, { selected }: Pick<Analysis, 'selected'>): Iterable<number> =>
  new Listed(selected?.length ?? trace.size, selected);

/** A generator would make an object for each of them. */
class Listed implements IterableIterator<number> {
  readonly #size: number;
  readonly #selected: Uint32Array | undefined;
  readonly #result = { done: false, value: 0 };
  #at = 0;

  constructor(size: number, selected: Uint32Array | undefined) {
    this.#size = size;
    this.#selected = selected;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<number> {
    const at = this.#at;
    this.#at = at + 1;
    this.#result.done = at >= this.#size;
    this.#result.value = this.#selected === undefined ? at : (this.#selected[at] ?? 0);
    return this.#result;
  }
}
