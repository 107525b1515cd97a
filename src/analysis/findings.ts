/** What deserves attention: connections with the same trouble, gathered by origin in one pass, each with what shows it. */

import { grouped } from '../counted.ts';
import { inBlocks, type Steps } from '../steps.ts';
import type { Finding, FindingCode } from './analysis.ts';
import { openingClasses } from './analysis.ts';
import type { Coalescable } from './coalescing.ts';
import { confidenceOf, grave, severityOf, wordsOf } from './finding-words.ts';
import type { Judgement } from './judgement.ts';
import { nearRace } from './race.ts';

/** Findings of one kind, connections and frames of one finding that are listed. */
const listedFindings = 50;
const listedConnections = 100;
const listedFrames = 50;

/** Connections of one origin with the same trouble. */
export interface Trouble {
  readonly code: FindingCode;
  readonly key: number;
  count: number;
  readonly connections: number[];
}

const byClose: Readonly<Record<string, FindingCode>> = {
  server_idle_limit: 'server_idle_limit_short',
  client_idle_limit: 'client_idle_limit_short',
  request_cap: 'request_cap',
  age_limit: 'age_limit',
  close_header_client: 'close_header',
  close_header_server: 'close_header',
  http_1_0: 'http_1_0',
  until_close_body: 'until_close_body',
};
/** What is trouble by itself, whether or not a connection had to be opened for it. */
const alwaysTrouble: Readonly<Record<string, FindingCode>> = {
  drain: 'drain',
  nat_drop: 'nat_drop',
  peer_dead: 'peer_dead',
  framing_error: 'framing_error',
};

/** All, or those that somebody should look at first (severity `problem`): then nothing is gathered that cannot be one. */
export function* findingsOf(
  judgement: Judgement,
  coalescable: (connection: number) => Coalescable | undefined,
  only?: 'problems',
): Steps<readonly Finding[]> {
  const gathered = new Map<FindingCode, Map<number, Trouble>>();
  const { keys, rows, trace } = judgement;
  const note = (code: FindingCode, connection: number): void => {
    const key = keys.of[connection]!;
    const troubles = gathered.get(code) ?? new Map<number, Trouble>();
    gathered.set(code, troubles);
    const trouble = troubles.get(key);
    if (trouble === undefined) troubles.set(key, { code, key, count: 1, connections: [connection] });
    else {
      trouble.count += 1;
      if (trouble.connections.length < listedConnections) trouble.connections.push(connection);
    }
  };
  const size = rows?.length ?? trace.size;
  yield* inBlocks(size, (from, to) => {
    for (let at = from; at < to; at += 1) {
      const each = rows === undefined ? at : rows[at]!;
      gatherWorst(judgement, each, note);
      if (only === undefined) gatherOthers(judgement, coalescable, each, note);
    }
  });
  // Where it has happened nobody needs to hear that it may.
  for (const key of gathered.get('keep_alive_race')?.keys() ?? []) gathered.get('race_possible')?.delete(key);
  const findings = [...gathered.values()].flatMap((troubles) => mostOf(judgement, [...troubles.values()]));
  const smuggling = trace.notes.find(({ code }) => code === 'smuggling-risk');
  if (smuggling !== undefined) findings.push(smugglingOf(smuggling.count, smuggling.firstFrame));
  const wanted = only === undefined ? findings : findings.filter(({ severity }) => severity === 'problem');
  const rank = (finding: Finding): number => ['problem', 'warning', 'info'].indexOf(finding.severity);
  return wanted.sort((a, b) => rank(a) - rank(b) || b.count - a.count || (a.origin ?? 0) - (b.origin ?? 0));
}

/** What can be a problem. */
function gatherWorst({ why }: Judgement, connection: number, note: (code: FindingCode, connection: number) => void): void {
  if (why.usage.isRaced(connection)) note('keep_alive_race', connection);
  const close = why.closes.code(connection);
  if (grave.has(close)) note(alwaysTrouble[close!]!, connection);
}

function gatherOthers(
  judgement: Judgement,
  coalescable: (connection: number) => Coalescable | undefined,
  connection: number,
  note: (code: FindingCode, connection: number) => void,
): void {
  const { costs, openings, trace, why } = judgement;
  const race = why.races.kind[connection]!;
  if (race === nearRace) note('near_race', connection);
  const close = why.closes.code(connection);
  const trouble = close === undefined ? undefined : alwaysTrouble[close];
  if (trouble === undefined) {
    if (trace.columns.unansweredProbes(connection) > 0) note('unanswered_probes', connection);
  } else if (!grave.has(trouble)) note(trouble, connection);
  if (race === 0 && close === 'server_idle_limit' && outlives(judgement, connection)) note('race_possible', connection);
  if (costs.avoidable[connection] === 1) {
    const opening = openingClasses[openings.opening[connection]!];
    if (opening === 'missed_reuse') note('missed_reuse', connection);
    const cause = opening === 'churn' ? byClose[why.closes.code(openings.previous[connection]!) ?? ''] : undefined;
    if (cause !== undefined) note(cause, connection);
  }
  if (coalescable(connection) !== undefined) note('missed_coalescing', connection);
}

/** The client has been seen to use connections after as long an idle time as the server keeps them: one day they meet. */
function outlives({ trace, why }: Judgement, connection: number): boolean {
  const limit = why.limits.serverLimit(connection);
  const longest = why.limits.client(connection)?.low;
  if (longest === undefined || Number.isNaN(limit)) return false;
  const roundTrip = trace.columns.roundTrip(connection);
  return longest >= limit - (Number.isNaN(roundTrip) ? 0 : roundTrip);
}

/** The most frequent ones; what is left out is said. */
function mostOf(judgement: Judgement, troubles: readonly Trouble[]): Finding[] {
  const sorted = [...troubles].sort((a, b) => b.count - a.count || a.connections[0]! - b.connections[0]!);
  const findings = sorted.slice(0, listedFindings).map((trouble) => findingOf(judgement, trouble));
  const left = sorted.slice(listedFindings);
  if (left.length === 0) return findings;
  const count = left.reduce((sum, trouble) => sum + trouble.count, 0);
  const [last] = findings;
  return [
    ...findings,
    {
      ...last!,
      severity: 'info',
      count,
      connections: left.flatMap(({ connections }) => connections.slice(0, 1)).slice(0, listedConnections),
      frames: [],
      origin: undefined,
      text: `the same on ${grouped(count)} connections of ${grouped(left.length)} more origins`,
    },
  ];
}

function findingOf(judgement: Judgement, trouble: Trouble): Finding {
  const { placeOf } = judgement;
  const place = placeOf[trouble.key]!;
  let frames: readonly number[] | undefined;
  return {
    code: trouble.code,
    severity: severityOf(judgement, trouble),
    confidence: confidenceOf(trouble.code),
    count: trouble.count,
    connections: trouble.connections,
    // Explanations of up to a hundred connections: made when they are looked at.
    get frames(): readonly number[] {
      frames ??= framesOf(judgement, trouble);
      return frames;
    },
    origin: place < 0 ? undefined : place,
    text: wordsOf(judgement, trouble),
  };
}

/** Of races the request, the close and the reset; of others what shows why a connection was opened, or ended. */
function framesOf({ costs, trace, why }: Judgement, { code, connections }: Trouble): readonly number[] {
  const { columns } = trace;
  const frames = new Set<number>();
  for (const each of connections) {
    if (frames.size >= listedFrames) break;
    const shown: number[] = [];
    if (code === 'keep_alive_race') {
      shown.push(columns.requestFrame(why.usage.pending(each)), columns.closeFrame(each));
      if (columns.sentReset(each, 1)) shown.push(columns.lastFrame(each));
    } else if (costs.avoidable[each] === 1 && !(code in alwaysTrouble)) shown.push(...(why.reason(each)?.frames ?? []));
    else shown.push(...(why.close(each)?.frames ?? []));
    for (const frame of shown) if (frame > 0) frames.add(frame);
  }
  return [...frames].slice(0, listedFrames).sort((a, b) => a - b);
}

const smugglingOf = (count: number, frame: number): Finding => ({
  code: 'smuggling_risk',
  severity: 'problem',
  confidence: 'observed',
  count,
  connections: [],
  frames: [frame],
  origin: undefined,
  text: `${count === 1 ? 'a message gives' : `${grouped(count)} messages give`} its length in a way that receivers read differently (request smuggling)`,
});
