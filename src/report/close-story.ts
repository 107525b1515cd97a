/** The end of a connection in its story: who closed, why, and a request that met the close. */

import { type Analysis, type IdleTimer, namedWords, type Verdict } from '../analysis/index.ts';
import { show } from '../show.ts';
import { second } from '../time.ts';
import type { Connection, ExchangeViews } from '../trace/index.ts';
import { requestLine } from './sheet.ts';
import { type Event, framesText, idleWorthTelling } from './story.ts';
import { counted, span } from './words.ts';

export function* closeStory(analysis: Analysis, connection: Connection, exchanges: ExchangeViews): Generator<Event> {
  const verdict = analysis.verdict(connection.id);
  yield close(analysis, connection, verdict);
  const limit = verdict.origin === undefined ? undefined : analysis.origins[verdict.origin]?.serverTimer?.high;
  if (verdict.race === 'near') yield near(connection, limit);
  else if (verdict.race !== undefined) yield race(verdict, exchanges);
}

function close(analysis: Analysis, connection: Connection, verdict: Verdict): Event {
  const { closed, closedBy, closedWith, closeFrame, duration, start } = connection;
  const why = [...because(analysis, connection, verdict)];
  if (closedBy === undefined) {
    const said = verdict.close?.code === 'open_at_end' ? [] : why;
    return { at: duration, what: 'still open at the end of the capture', shown: said };
  }
  return {
    at: closed === undefined ? undefined : closed - start,
    what: `${closedBy} ${(closedWith ?? '').toUpperCase()}`,
    shown: [...(closeFrame === undefined ? [] : [`frame ${closeFrame}`]), ...why],
  };
}

function* because(analysis: Analysis, connection: Connection, verdict: Verdict): Generator<string> {
  const { close } = verdict;
  const { idleBeforeClose: idle, keepAliveTimeoutSeconds: announced } = connection;
  const reasons = close === undefined ? [] : [...reason(analysis, verdict, close)];
  const isTold = reasons.some((text) => /idle after|after the response/.test(text));
  if (idle !== undefined && idle >= idleWorthTelling && !isTold) yield `after ${exactly(idle)} idle`;
  yield* reasons;
  if (announced !== undefined) yield `header says timeout=${announced}`;
}

/** Of a limit what all connections of the origin show of it, of anything else the rule's own words. */
function* reason(analysis: Analysis, { origin }: Verdict, { code, confidence, text }: NonNullable<Verdict['close']>): Generator<string> {
  const sure = confidence === 'inferred' ? ' (inferred)' : '';
  const side = code === 'server_idle_limit' ? 'server' : code === 'client_idle_limit' ? 'client' : undefined;
  const timer = side && origin !== undefined ? analysis.origins[origin]?.[`${side}Timer`] : undefined;
  yield (side === undefined || timer?.high === undefined || isNoLimit(timer) ? show(text) : limitWords(side, timer, timer.high)) + sure;
}

/** Idle connections were used again after as long a time: what closed this one was no timer. */
const isNoLimit = ({ high, low, several }: IdleTimer): boolean => !several && low !== undefined && high !== undefined && low >= high;

/** `idle limit of the server: 5.0 s on 380 connections (nginx)` */
function limitWords(side: 'client' | 'server', timer: IdleTimer, high: number): string {
  const { closes, several } = timer;
  const named = namedWords(timer);
  if (several) return `idle limit of the ${side}: more than one, ${span(high)} the shortest`;
  return `idle limit of the ${side}: ${span(high)} on ${counted(closes, 'connection')}${named === '' ? '' : ` (${named})`}`;
}

function near({ idleMax, keepAliveTimeoutSeconds: announced = 0 }: Connection, limit: number = announced * second): Event {
  return {
    at: undefined,
    what: `nearly a keep-alive race: used after ${span(idleMax ?? 0)} idle, and the server closes after ${span(limit)}`,
  };
}

function race({ raceRetriedOn }: Verdict, exchanges: ExchangeViews): Event {
  const lost = exchanges.find(({ status, method }) => status === undefined && method !== undefined);
  const fate = raceRetriedOn === undefined ? 'not seen again' : `sent again on connection ${raceRetriedOn}`;
  return {
    at: undefined,
    what: `keep-alive race: ${lost === undefined ? 'a request' : show(requestLine(lost))} met the close; ${fate}`,
    shown: lost?.requestFrame === undefined ? [] : [framesText([lost.requestFrame])],
    striking: true,
  };
}

/** Idle times are told to the millisecond: timers are recognised by them. */
export const exactly = (duration: number): string => (duration < second ? span(duration) : `${(duration / second).toFixed(3)} s`);
