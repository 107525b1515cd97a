/** The parts of the report around its rows, as plain data under the names of the contract. */

import { bracketed, findingFields } from '../analysis/fields.ts';
import {
  type Advice,
  type Analysis,
  type CurvePoint,
  type IdleTimer,
  knownTimers,
  type Origin,
  type PoolCounts,
  type Totals,
} from '../analysis/index.ts';
import { type Duration, second, toIso8601, toMilliseconds } from '../time.ts';
import { type CaptureFacts, type Comment, type InterfaceFacts, linkTypeName, type SectionFacts, type Trace } from '../trace/index.ts';
import type { RenderOptions } from './format.ts';

/** Members that are undefined are left out when they are written. */
export type Part = Readonly<Record<string, unknown>>;

export const isComplete = (trace: Trace, options: RenderOptions): boolean => trace.complete && options.interrupted !== true;

/** Everything that changes a number. */
export const optionsPart = (trace: Trace, { options }: Analysis, render: RenderOptions): Part => ({
  idle_timeout_s: secondsPart(options.idleTimeout),
  pool_key: options.poolKey,
  split_clients: options.splitClients,
  advise_for: options.adviseFor.length === 0 ? undefined : options.adviseFor,
  timers: options.timers === knownTimers ? undefined : options.timers.filter((timer) => !knownTimers.includes(timer)).map(({ id }) => id),
  reader: trace.readWith.reader,
  keep_duplicates: trace.readWith.keepDuplicates,
  verify_checksums: trace.readWith.verifyChecksums,
  ignore_encapsulation: trace.readWith.ignoreEncapsulation,
  frame_limit: trace.readWith.frameLimit,
  max_uncompressed_bytes: trace.readWith.maxUncompressed,
  filter: render.filter,
  decode_as: render.decodeAs,
  show_secrets: trace.redaction?.secretsShown || undefined,
  anonymize: trace.redaction?.anonymized || undefined,
});

export const capturePart = (capture: CaptureFacts): Part => ({
  name: capture.name,
  container: capture.container,
  compression: capture.compression,
  bytes: capture.bytes,
  frames: capture.frames,
  first_time: capture.firstTime === undefined ? undefined : toIso8601(capture.firstTime, 0, capture.timeDigits),
  last_time: capture.lastTime === undefined ? undefined : toIso8601(capture.lastTime, 0, capture.timeDigits),
  link_types: capture.linkTypes,
  frames_truncated: capture.framesTruncated,
  frames_dropped_by_capture: capture.framesDropped,
  frames_duplicate: capture.framesDuplicate,
  damaged_at_offset: capture.damagedAtOffset,
  sections: capture.sections.length === 0 ? undefined : capture.sections.map(sectionPart),
  sections_not_listed: capture.sectionCount - capture.sections.length || undefined,
  interfaces: capture.interfaces.length === 0 ? undefined : capture.interfaces.map(interfacePart),
  comments: capture.comments.length === 0 ? undefined : capture.comments.map(commentPart),
  comments_not_listed: capture.commentCount - capture.comments.length || undefined,
});

const sectionPart = ({ hardware, system, application }: SectionFacts): Part => ({ hardware, os: system, application });

const interfacePart = (facts: InterfaceFacts): Part => ({
  name: facts.name,
  description: facts.description,
  hardware: facts.hardware,
  os: facts.system,
  speed_bits_per_s: facts.speed,
  capture_filter: facts.filter,
  link_type: linkTypeName(facts.linkType),
  snap_length: facts.snapLength || undefined,
  frames_received: facts.received,
  frames_dropped: facts.dropped,
});

const commentPart = ({ about, number, text }: Comment): Part => ({
  about,
  frame: about === 'frame' ? number : undefined,
  interface: about === 'interface' || about === 'statistics' ? number : undefined,
  text,
});

export function accountingPart({ accounting }: Trace): Part {
  const { givenUp, ...payload } = accounting.payload;
  return {
    bytes: accounting.bytes,
    frames: accounting.frames,
    payload: { ...payload, given_up: givenUp },
    connections: accounting.connections,
  };
}

export const totalsPart = (totals: Totals, { options }: Analysis, lowerBound: boolean): Part => ({
  connections: totals.connections,
  established: totals.established,
  http_connections: totals.httpConnections,
  tls_connections: totals.tlsConnections,
  handshakes: totals.handshakes,
  requests: totals.requests,
  responses: totals.responses,
  reuses: totals.reuses,
  reuse_ratio: rounded(totals.reuseRatio),
  tcp_keep_alive_probes: totals.probes,
  setup_ms: toMilliseconds(totals.setupTotal),
  ...poolPart(totals.pool),
  wasted_ms: toMilliseconds(totals.wasted),
  wasted_blocking_ms: toMilliseconds(totals.wastedBlocking),
  wasted_bytes: totals.wastedBytes,
  wasted_rtts: totals.wastedRoundTrips,
  avoidable_low: totals.avoidableLow,
  avoidable_high: totals.avoidableHigh,
  wasted_high_ms: toMilliseconds(totals.wastedHigh),
  races: totals.races,
  openings: totals.openings,
  setup_classes: totals.setupClasses,
  idle_timeout_s: secondsPart(options.idleTimeout),
  curve: totals.curve.map(curvePart),
  lower_bound: lowerBound || undefined,
});

export const originPart = (origin: Origin): Part => ({
  id: origin.index,
  client_address: origin.client === undefined ? undefined : bracketed(origin.client),
  server_address: origin.server === undefined ? undefined : bracketed(origin.server),
  server_host_name: origin.serverHostName,
  server_port: origin.port,
  authority: origin.authority,
  tls: origin.tls,
  connections: origin.connections.length,
  requests: origin.requests,
  reuses: origin.reuses,
  reuse_ratio: rounded(origin.reuseRatio),
  requests_per_connection_p50: origin.requestsPerConnectionP50,
  requests_per_connection_p95: origin.requestsPerConnectionP95,
  idle_gap_p50_ms: inMilliseconds(origin.idleGapP50),
  idle_gap_p95_ms: inMilliseconds(origin.idleGapP95),
  setup_p50_ms: inMilliseconds(origin.setupP50),
  setup_p95_ms: inMilliseconds(origin.setupP95),
  setup_class: origin.setupClass,
  ...poolPart(origin.pool),
  wasted_ms: toMilliseconds(origin.wasted),
  wasted_blocking_ms: toMilliseconds(origin.wastedBlocking),
  avoidable_low: origin.avoidableLow,
  avoidable_high: origin.avoidableHigh,
  openings: origin.openings,
  server_timer: timerPart(origin.serverTimer),
  client_timer: timerPart(origin.clientTimer),
  curve: origin.curve.map(curvePart),
  verdict: origin.verdict,
  main_reason: origin.mainReason,
  connection_ids: origin.connections,
});

export const findingParts = (trace: Trace, { findings }: Analysis): readonly Part[] =>
  findings.map((finding) => Object.fromEntries(findingFields.map((field) => [field.name, field.value(finding, trace)])));

export const advicePart = (advice: Advice): Part => ({
  setting: advice.setting,
  current: advice.current,
  suggested: advice.suggested,
  directive: advice.directive,
  software: advice.software,
  seen: advice.seen,
  saves_handshakes: advice.savesHandshakes,
  saves_ms: toMilliseconds(advice.saves),
  costs_idle_connections_peak: advice.costsIdleConnectionsPeak,
  evidence_gaps: advice.evidenceGaps,
  origin: advice.origin,
  text: advice.text,
});

export const noteParts = ({ notes, captures }: Trace): readonly Part[] =>
  notes.map(({ code, count, firstFrame, detail, capture }) => ({
    code,
    count,
    first_frame: firstFrame || undefined,
    file: captures.length > 1 && firstFrame > 0 ? capture : undefined,
    detail: detail || undefined,
  }));

const timerPart = (timer: IdleTimer | undefined): Part | undefined =>
  timer && {
    low_s: timer.low === undefined ? undefined : timer.low / second,
    high_s: timer.high === undefined ? undefined : timer.high / second,
    named: timer.named,
    named_confidence: timer.namedBy,
    announced_s: timer.announcedSeconds,
    several: timer.several || undefined,
    closes: timer.closes,
  };
export const quicParts = ({ quic }: Trace): readonly Part[] =>
  quic.map(({ serverName, serverAddress, serverPort, flows, announced, firstFrame }) => ({
    server_name: serverName,
    server_address: bracketed(serverAddress),
    server_port: serverPort,
    flows,
    announced,
    first_frame: firstFrame,
  }));

const poolPart = (pool: PoolCounts): Part => ({
  opens_actual: pool.actual,
  opens_min: pool.min,
  opens_lifo: pool.lifo,
  avoidable: pool.avoidable,
  surplus: pool.surplus,
  net_saving: pool.net,
});

const curvePart = (point: CurvePoint): Part => ({
  idle_timeout_s: secondsPart(point.idleTimeout),
  opens_min: point.opensMin,
  opens_lifo: point.opensLifo,
  wasted_ms: toMilliseconds(point.wasted),
  idle_connection_seconds: point.idleConnectionSeconds,
  idle_connections_peak: point.idleConnectionsPeak,
});

/** JSON has no infinity: a limit that never closes is the word. */
export const secondsPart = (duration: Duration): number | 'infinity' =>
  duration === Number.POSITIVE_INFINITY ? 'infinity' : duration / second;

const inMilliseconds = (duration: Duration | undefined): number | undefined =>
  duration === undefined ? undefined : toMilliseconds(duration);

/** Four decimals say what a ratio of counts can say. */
const rounded = (ratio: number | undefined): number | undefined => (ratio === undefined ? undefined : Math.round(ratio * 1e4) / 1e4);
