/** Advice: for every situation what to set, the lines to copy for the software seen or asked for, and the effect that a replay has. */

import { counted, grouped } from '../../counted.ts';
import type { Steps } from '../../steps.ts';
import type { Duration } from '../../time.ts';
import { second } from '../../time.ts';
import type { Advice, AdviceSetting } from '../analysis.ts';
import { known } from '../before-close.ts';
import { curveOf } from '../curve.ts';
import { clientName, originName } from '../finding-words.ts';
import type { Judgement } from '../judgement.ts';
import { percentile } from '../percentile.ts';
import { probeTimers } from '../probe-timer.ts';
import { inWords } from '../reasons/words.ts';
import type { Timer } from '../timer-table.ts';
import { type Effect, effectOfIdleLimit, effectOfSharing, idleGaps } from './effect.ts';
import { clientLimit, kneeOf, serverLimit } from './idle-limit.ts';
import { nginx } from './nginx.ts';
import { apacheBench } from './other-clients.ts';
import { type Situation, situationsOf } from './situations.ts';
import { type Change, type Software, versionIn } from './software.ts';
import { type Recognised, recognise, softwares } from './softwares.ts';

export interface Advised {
  readonly advice: readonly Advice[];
  readonly missing: readonly string[];
}

/** Fewer idle gaps say nothing about an idle limit, fewer connections nothing about anything else. */
const fewestGaps = 20;
const fewestConnections = 2;

/** What is decided on, before it is put into the words of some software. */
interface Decision {
  readonly current: string | undefined;
  readonly suggested: string;
  readonly seconds: number;
  readonly effect: Effect;
  readonly gaps: readonly Duration[] | undefined;
}

export function* advising(judgement: Judgement): Steps<Advised> {
  const advice: Advice[] = [];
  const missing: string[] = [];
  for (const situation of yield* situationsOf(judgement)) {
    yield;
    const decision = decide(judgement, situation);
    if (typeof decision === 'string') missing.push(`${nameOf(judgement, situation)}: ${decision}`);
    else if (decision !== undefined) advice.push(...inLines(judgement, situation, decision));
  }
  advice.sort((a, b) => Number(b.seen) - Number(a.seen) || b.saves - a.saves || b.savesHandshakes - a.savesHandshakes);
  return { advice, missing };
}

/** A text says what is missing; undefined: there is nothing to be gained. */
function decide(judgement: Judgement, situation: Situation): Decision | string | undefined {
  switch (situation.setting) {
    case 'server_idle_timeout':
    case 'client_idle_timeout':
      return situation.races > 0 ? againstRaces(judgement, situation) : longerIdle(judgement, situation);
    case 'http_2':
      return multiplexing(judgement, situation);
    case 'tcp_keep_alive':
      return probing(judgement, situation);
    default:
      return otherwise(judgement, situation);
  }
}

/** The side that closes idle connections should keep them longer. */
function longerIdle(judgement: Judgement, situation: Situation): Decision | string | undefined {
  const { why } = judgement;
  const isServer = situation.setting === 'server_idle_timeout';
  const timer = isServer ? why.limits.server(situation.example) : why.limits.client(situation.example);
  const gaps = idleGaps(judgement, situation.keys);
  const announced = isServer ? timer?.announcedSeconds : undefined;
  const current = timer?.high ?? (announced === undefined ? undefined : announced * second);
  if (current === undefined) return undefined;
  if (timer?.several === true)
    return `the ${situation.role} closes idle connections after times that differ, as soon as after ${inWords(current)}: more than one limit, or restarts`;
  if (gaps.length < fewestGaps)
    return `${counted(gaps.length, 'idle gap was', 'idle gaps were')} seen, ${fewestGaps} are needed to suggest a limit (${situation.role} ${timer?.high === undefined ? 'announces' : 'closes after'} ${inWords(current)})`;
  const knee = kneeOf(curveOf(judgement.requests, judgement.pool, situation.keys), actualOf(judgement, situation));
  if (knee === undefined) return undefined;
  const wanted = serverLimit(knee.idleTimeout, isServer ? callersLimit(judgement, situation) : undefined);
  const suggested = isServer ? wanted : Math.min(wanted, mostOfClient(judgement, situation));
  if (suggested <= current) return undefined;
  const effect = effectOfIdleLimit(judgement, situation, suggested);
  if (effect.handshakes === 0) return undefined;
  return { current: limitWords(current), suggested: limitWords(suggested), seconds: suggested / second, effect, gaps };
}

/** A client that kept connections as long as the server does would meet its closes. */
function mostOfClient({ trace, why }: Judgement, { example }: Situation): Duration {
  const server = why.limits.serverLimit(example);
  if (Number.isNaN(server)) return Number.POSITIVE_INFINITY;
  return clientLimit(server, known(trace.columns.roundTrip(example))) ?? 0;
}

/** The client should give connections up before the server does. */
function againstRaces(judgement: Judgement, situation: Situation): Decision | string | undefined {
  const { trace, why } = judgement;
  const server = why.limits.serverLimit(situation.example);
  if (Number.isNaN(server)) return 'requests met the close of their connection, but the server closes after times that differ';
  const roundTrip = trace.columns.roundTrip(situation.example);
  const suggested = clientLimit(server, Number.isNaN(roundTrip) ? 0 : roundTrip);
  if (suggested === undefined) return `the server closes after ${inWords(server)}: too soon for any limit of a client to stay below it`;
  const effect = { handshakes: 0, saves: 0, peak: undefined, races: situation.races };
  return { current: undefined, suggested: limitWords(suggested), seconds: suggested / second, effect, gaps: undefined };
}

function multiplexing(judgement: Judgement, situation: Situation): Decision | undefined {
  const effect = effectOfSharing(judgement, situation);
  if (effect.handshakes < fewestConnections) return undefined;
  return { current: 'HTTP/1.1', suggested: 'HTTP/2', seconds: 0, effect, gaps: undefined };
}

/** Often enough that nothing on the way forgets the flow. */
function probing(judgement: Judgement, situation: Situation): Decision | undefined {
  const { timers } = judgement.options;
  const least = timers.reduce(
    (shortest, timer) =>
      timer.role === 'network_idle' && timer.verified && timer.value !== undefined ? Math.min(shortest, timer.value) : shortest,
    Number.POSITIVE_INFINITY,
  );
  if (!Number.isFinite(least)) return undefined;
  const seconds = Math.floor(least / 4);
  const effect = { handshakes: situation.connections, saves: situation.saves, peak: undefined, races: 0 };
  return { current: undefined, suggested: `every ${seconds} s`, seconds, effect, gaps: undefined };
}

/** No time to be chosen: the thing itself is to be done otherwise. */
function otherwise(judgement: Judgement, situation: Situation): Decision | undefined {
  if (situation.connections < fewestConnections) return undefined;
  const { options, pool, requests } = judgement;
  let peak: number | undefined;
  const effect: Effect = {
    handshakes: situation.connections,
    saves: situation.saves,
    races: 0,
    // A replay, and nothing that the choice among advice depends on: made for what is shown.
    get peak(): number {
      peak ??= curveOf(requests, pool, situation.keys, [options.idleTimeout])[0]!.idleConnectionsPeak;
      return peak;
    },
  };
  const values = isUnannounced(judgement, situation)
    ? { current: undefined, suggested: 'kept after a response' }
    : valuesOf[situation.setting];
  return { ...values, seconds: options.idleTimeout / second, effect, gaps: undefined };
}

const valuesOf: Readonly<Record<AdviceSetting, { readonly current: string | undefined; readonly suggested: string }>> = {
  server_idle_timeout: { current: undefined, suggested: 'longer' },
  client_idle_timeout: { current: undefined, suggested: 'longer' },
  server_max_requests: { current: undefined, suggested: 'no limit, or a high one' },
  server_max_age: { current: undefined, suggested: 'no limit, or a long one' },
  client_pool_size: { current: undefined, suggested: 'more idle connections' },
  share_pool: { current: undefined, suggested: 'one pool for all requests' },
  read_responses: { current: 'closed within the response', suggested: 'read to the end' },
  send_no_close: { current: 'Connection: close', suggested: 'no Connection: close' },
  http_version: { current: 'HTTP/1.0', suggested: 'HTTP/1.1' },
  http_2: { current: 'HTTP/1.1', suggested: 'HTTP/2' },
  tcp_keep_alive: { current: undefined, suggested: 'on' },
  tls_resumption: { current: undefined, suggested: 'on' },
};

const actionOf: Readonly<Record<AdviceSetting, string>> = {
  server_idle_timeout: "raise the server's idle limit",
  client_idle_timeout: "raise the client's idle limit",
  server_max_requests: "raise the server's limit of requests on a connection",
  server_max_age: "raise the server's limit of a connection's age",
  client_pool_size: 'let the client keep more idle connections',
  share_pool: "share the client's connections among all requests",
  read_responses: 'let the client read every response to its end',
  send_no_close: 'keep connections: send no Connection: close',
  http_version: 'speak HTTP/1.1, or ask to keep the connection',
  http_2: 'serve by HTTP/2',
  tcp_keep_alive: 'send TCP keep-alive probes',
  tls_resumption: 'resume TLS sessions',
};

/** The server closes after its responses and does not say so. */
const isUnannounced = ({ why }: Judgement, { example, role, setting }: Situation): boolean =>
  setting === 'send_no_close' && role === 'server' && why.closes.code(example) === 'after_response';

function actionWords(judgement: Judgement, situation: Situation, { current, suggested }: Decision): string {
  const { races, setting } = situation;
  if (isUnannounced(judgement, situation)) return 'let the server keep connections after a response';
  if (races > 0) return `let the client close idle connections after ${suggested}, before the server does`;
  const isLimit = setting === 'server_idle_timeout' || setting === 'client_idle_timeout';
  return isLimit ? `${actionOf[setting]} ${current} -> ${suggested}` : actionOf[setting];
}

/** One for the software that was seen (or in plain words, where none was), and one for every other that was asked for. */
function inLines(judgement: Judgement, situation: Situation, decision: Decision): Advice[] {
  const { options } = judgement;
  const change: Change = {
    setting: situation.setting,
    role: situation.role,
    seconds: decision.seconds,
    host: nameOf(judgement, situation),
  };
  const seen = recognised(judgement, situation);
  const wanted = (software: Software): boolean => options.adviseFor.includes('all') || options.adviseFor.includes(software.name);
  const line = seen?.software.directive(change, seen.version);
  const advice = [adviceOf(judgement, situation, decision, seen, line)];
  for (const software of softwares) {
    if (software === seen?.software || !wanted(software) || !software.roles.includes(situation.role)) continue;
    const directive = software.directive(change, '');
    if (directive !== undefined) advice.push(adviceOf(judgement, situation, decision, { software, version: '' }, directive, false));
  }
  return advice;
}

function adviceOf(
  judgement: Judgement,
  situation: Situation,
  decision: Decision,
  who: Recognised | undefined,
  directive: string | undefined,
  seen: boolean = who !== undefined,
): Advice {
  const { current, suggested, effect, gaps } = decision;
  const place = judgement.placeOf[mostWasted(judgement, situation)[0]!]!;
  let text: string | undefined;
  const title =
    who && `${who.software.title}${who.version === '' ? '' : ` ${who.version}`}${who.by === undefined ? '' : `, by its ${who.by}`}`;
  return {
    setting: situation.setting,
    current,
    suggested,
    directive: directive ?? actionWords(judgement, situation, decision),
    software: title,
    seen,
    savesHandshakes: effect.handshakes,
    saves: effect.saves,
    get costsIdleConnectionsPeak(): number | undefined {
      return effect.peak;
    },
    evidenceGaps: gaps?.length,
    origin: place < 0 ? undefined : place,
    get text(): string {
      text ??= textOf(judgement, situation, decision);
      return text;
    },
  };
}

/** `api.shop: raise the server's idle limit 5 s -> 65 s: saves 371 handshakes, 33.9 s, holds at most 14 idle connections (idle gaps: p95 41 s)` */
function textOf(judgement: Judgement, situation: Situation, decision: Decision): string {
  const { effect, gaps } = decision;
  const effects = [
    effect.races === 0 ? '' : `avoids ${counted(effect.races, 'race')}`,
    effect.handshakes === 0 ? '' : `saves ${counted(effect.handshakes, 'handshake')}`,
    effect.saves === 0 ? '' : inWords(effect.saves),
    effect.peak === undefined ? '' : `holds at most ${counted(effect.peak, 'idle connection')}`,
  ].filter((words) => words !== '');
  const usual = gaps === undefined ? undefined : percentile(gaps, 95);
  const evidence = usual === undefined ? '' : ` (idle gaps: p95 ${inWords(usual)})`;
  return `${nameOf(judgement, situation)}: ${actionWords(judgement, situation, decision)}${whom(judgement, situation)}: ${effects.join(', ')}${evidence}`;
}

/** A client of which no line is known by the name that it gives itself: several may have to change. */
function whom(judgement: Judgement, situation: Situation): string {
  if (situation.role === 'server' || recognised(judgement, situation) !== undefined) return '';
  const name = clientName(judgement, situation.example);
  return name === undefined ? '' : ` (${name})`;
}

/** The most wasted origin, and how many more. */
function nameOf(judgement: Judgement, situation: Situation): string {
  const [first, ...more] = mostWasted(judgement, situation);
  const name = originName(judgement, first!);
  return more.length === 0 ? name : `${name} and ${grouped(more.length)} more`;
}

/** Its origins, as they are listed. */
const mostWasted = ({ placeOf }: Judgement, { keys }: Situation): number[] => [...keys].sort((a, b) => placeOf[a]! - placeOf[b]!);

/** By what it calls itself, else by its timers. */
function recognised(judgement: Judgement, { example, role }: Situation): Recognised | undefined {
  const { options, trace, why } = judgement;
  const { columns } = trace;
  const exchange = why.usage.answered[example]!;
  const header = exchange < 0 ? 0 : role === 'server' ? columns.server(exchange) : columns.userAgent(exchange);
  if (header > 0) {
    const named = recognise(role, columns.product(header));
    // The client's own name goes through a proxy; nginx asks so of its upstreams unless told otherwise, and hardly anybody else does.
    const isForwarded = role === 'client' && columns.oneShot(exchange) && (columns.closeHeader(exchange) & 1) !== 0;
    return isForwarded && named?.software !== apacheBench ? { software: nginx, version: '', by: 'requests' } : named;
  }
  const timer = role === 'server' ? why.limits.server(example) : why.limits.client(example);
  // A row that nobody has checked is no ground for advice.
  const [probes] = role === 'client' ? probeTimers(trace, options.timers, example) : [];
  const probing = probes?.timer.verified ? probes.timer.software : undefined;
  // Nor is one of a server that says who it is unless it is made to keep silent.
  const isGround = ({ products, verified }: Timer): boolean => verified && (role === 'client' || products.length === 0);
  const isChecked = options.timers.some((row) => isGround(row) && row.software === timer?.named);
  const name = probing ?? (isChecked || versionIn(timer?.named ?? '', ['node.js http.server']) !== undefined ? timer?.named : undefined);
  const known = name === undefined ? undefined : recognise(role, name);
  return known && { ...known, by: 'timer' };
}

/** The longest of those whose limit is seen. */
function callersLimit({ keys, why }: Judgement, situation: Situation): Duration | undefined {
  let longest: Duration | undefined;
  for (const key of situation.keys) {
    const timer = why.limits.client(keys.members[keys.offsets[key]!]!);
    if (timer?.high !== undefined && !timer.several && timer.closes >= fewestConnections) longest = Math.max(longest ?? 0, timer.high);
  }
  return longest;
}

const actualOf = ({ counts }: Judgement, { keys }: Situation): number => [...keys].reduce((sum, key) => sum + counts.actual[key]!, 0);

/** `65 s`, `2.5 s` */
const limitWords = (limit: Duration): string => `${Math.round((limit / second) * 10) / 10} s`;
