/** Findings in a sentence each, and how bad they are. */

import { counted } from '../counted.ts';
import type { Confidence, FindingCode, IdleTimer, Severity } from './analysis.ts';
import type { Trouble } from './findings.ts';
import type { Judgement } from './judgement.ts';
import { probeTimers } from './probe-timer.ts';
import { retryWithin } from './race.ts';
import { inWords } from './reasons/words.ts';

/** RFC 9110 §9.2.2: what a client may send again by itself. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

const inferred: ReadonlySet<FindingCode> = new Set(['near_race', 'race_possible', 'drain', 'nat_drop', 'age_limit', 'missed_coalescing']);
const informative: ReadonlySet<FindingCode> = new Set(['drain', 'unanswered_probes', 'missed_coalescing', 'race_possible']);

/** Closes that are a problem wherever they are seen. */
export const grave: ReadonlySet<string | undefined> = new Set<FindingCode>(['nat_drop', 'framing_error']);

export const confidenceOf = (code: FindingCode): Confidence => (inferred.has(code) ? 'inferred' : 'observed');

export function severityOf(judgement: Judgement, { code, connections }: Trouble): Severity {
  if (grave.has(code)) return 'problem';
  if (code === 'keep_alive_race') return connections.some((each) => isUnrepeatable(judgement, each)) ? 'problem' : 'warning';
  return informative.has(code) ? 'info' : 'warning';
}

export function wordsOf(judgement: Judgement, trouble: Trouble): string {
  const { code, connections, count, key } = trouble;
  const name = originName(judgement, key);
  const example = connections[0]!;
  const avoidable = `${counted(count, 'handshake')} avoidable`;
  switch (code) {
    case 'keep_alive_race':
      return `${name}: ${raceWords(judgement, trouble)}; ${timersInWords(judgement, example)}`;
    case 'near_race':
      return `${name}: ${counted(count, 'connection')} reused within a second and a round trip of the server's close; ${timersInWords(judgement, example)}`;
    case 'race_possible':
      return `${name}: a request may meet the close of its connection; ${timersInWords(judgement, example)}`;
    case 'missed_reuse':
      return `${name}: an open connection was idle and another was opened (${avoidable})`;
    case 'server_idle_limit_short':
      return `${name}: ${serverWords(judgement, previousOf(judgement, example))}, and the next request came later (${avoidable})`;
    case 'client_idle_limit_short':
      return `${name}: ${clientWords(judgement, previousOf(judgement, example))}, and asked again later (${avoidable})`;
    case 'drain':
      return `${name}: ${counted(count, 'idle connection')} closed in the same moment (restart, or a pool that was emptied)`;
    case 'unanswered_probes':
      return `${name}: TCP keep-alive probes without an answer on ${counted(count, 'connection')}`;
    case 'missed_coalescing':
      return `${name}: an open HTTP/2 connection of another name could have served ${counted(count, 'connection')}`;
    case 'nat_drop':
    case 'peer_dead':
    case 'framing_error':
      return `${name}: ${judgement.why.close(example)?.text ?? code} (${counted(count, 'connection')})`;
    default:
      return `${name}: ${judgement.why.close(previousOf(judgement, example))?.text ?? code} (${avoidable})`;
  }
}

function raceWords(judgement: Judgement, { connections, count }: Trouble): string {
  const lost = connections.filter((each) => isLost(judgement, each)).length;
  const again = connections.filter((each) => judgement.why.races.retriedOn(each) >= 0).length;
  const fates = [again === 0 ? '' : `${again} sent again`, lost === 0 ? '' : `${lost} lost for good`].filter((text) => text !== '');
  const met = `${counted(count, 'request')} met the close of ${count === 1 ? 'its' : 'their'} idle connection (keep-alive race)`;
  return fates.length === 0 ? met : `${met}: ${fates.join(', ')}`;
}

/** A request that no client may repeat by itself, and that was not seen again, though the capture went on. */
const isLost = (judgement: Judgement, connection: number): boolean =>
  judgement.why.races.retriedOn(connection) < 0 &&
  judgement.options.now - judgement.trace.columns.closed(connection) >= retryWithin &&
  isUnrepeatable(judgement, connection);

/** Its user has seen the error, also where it was sent again. */
function isUnrepeatable({ trace, why }: Judgement, connection: number): boolean {
  const lost = why.usage.pending(connection);
  const method = trace.exchangeViews(connection).numbered(lost)?.method;
  return method === undefined || !idempotent.has(method);
}

/** Both timers, with their names. */
const timersInWords = (judgement: Judgement, connection: number): string =>
  `${serverWords(judgement, connection)}; ${clientWords(judgement, connection)}`;

function serverWords({ trace, why }: Judgement, connection: number): string {
  const timer = why.limits.server(connection);
  const exchange = why.usage.answered[connection]!;
  const product = exchange < 0 ? 0 : trace.columns.server(exchange);
  const server = product > 0 ? `server (${trace.columns.product(product).slice(0, 40)})` : 'server';
  if (timer?.high === undefined) {
    return timer?.announcedSeconds === undefined
      ? 'the limit of the server is not known'
      : `${server} announces timeout=${timer.announcedSeconds}`;
  }
  const details = [timer.announcedSeconds === undefined ? '' : `timeout=${timer.announcedSeconds}`, namedWords(timer)].filter(
    (text) => text !== '',
  );
  const shortest = timer.several ? 'as soon as after ' : 'after ';
  return `${server} closes ${shortest}${inWords(timer.high)} idle${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}

function clientWords(judgement: Judgement, connection: number): string {
  const { why } = judgement;
  const timer = why.limits.client(connection);
  const who = clientName(judgement, connection);
  const whose = who === undefined ? 'client' : `client (${who})`;
  const low = timer?.low;
  const closes = timer?.high !== undefined && !timer.several && !(low !== undefined && low >= timer.high);
  if (closes) return `${whose} closes after ${inWords(timer.high!)} idle${namedWords(timer) === '' ? '' : ` (${namedWords(timer)})`}`;
  return low === undefined ? `${whose} shows no limit` : `${whose} keeps connections idle for ${inWords(low)} and more`;
}

/** `nginx, keepalive_timeout unless set`; `like ` before it where only the time speaks for it. */
export const namedWords = ({ named, namedBy }: IdleTimer): string =>
  named === undefined ? '' : namedBy === 'observed' ? named : `like ${named}`;

/** By its User-Agent, else by its TCP keep-alive probes. */
export function clientName({ options, trace, why }: Judgement, connection: number): string | undefined {
  const exchange = why.usage.answered[connection]!;
  const agent = exchange < 0 ? 0 : trace.columns.userAgent(exchange);
  if (agent > 0) return productOf(trace.columns.product(agent));
  const [probing] = probeTimers(trace, options.timers, connection);
  return probing && `${probing.confidence === 'observed' ? '' : 'like '}${probing.timer.software}`;
}

/** `curl/7.88.1`, of browsers the last name that is theirs. */
function productOf(agent: string): string {
  const products = agent.split(' ').filter((word) => /^[\w.-]+\/[\w.]+$/.test(word));
  const own = products.find((word) => /^(?:Firefox|Edg|OPR|Chrome|HeadlessChrome)\//.test(word));
  return own ?? products[0] ?? agent.slice(0, 40);
}

const previousOf = ({ openings }: Judgement, connection: number): number => Math.max(0, openings.previous[connection]!);

export function originName({ keys, trace }: Judgement, key: number): string {
  const { columns } = trace;
  const members = keys.members.subarray(keys.offsets[key]!, keys.offsets[key + 1]!);
  const example = members.find((each) => columns.authority(each) > 0) ?? members[0]!;
  const authority = columns.authority(example);
  if (authority > 0) return columns.text(authority);
  const address = columns.address(columns.serverHost(example));
  return `${address.includes(':') ? `[${address}]` : address}:${columns.serverPort(example)}`;
}
