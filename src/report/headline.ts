/** The first lines of the text report: what was read, and the answer. */

import { type Analysis, droppedFrames, isLowerBound, listed, oneSided } from '../analysis/index.ts';
import { show } from '../show.ts';
import type { CaptureFacts, Trace } from '../trace/index.ts';
import { cut } from './table.ts';
import { openBefore } from './warnings.ts';
import { amount, counted, grouped, limit, percent, size, span } from './words.ts';

/** Of several captures so many are named; a rotated set may have hundreds. */
const namedAtMost = 4;

/** What was read: a line for each capture, or for many one line for all. */
export function subjects(trace: Trace, width: number): readonly string[] {
  const { captures } = trace;
  const lines = captures.slice(0, namedAtMost).map((capture) => subject(capture, width));
  if (captures.length === 1) return lines;
  const frames = captures.reduce((sum, capture) => sum + capture.frames, 0);
  const bytes = captures.reduce((sum, capture) => sum + capture.bytes, 0);
  const all = [`${grouped(captures.length)} captures`, size(bytes), `${amount(frames)} frames`, span(trace.lastTime)].join('  ');
  return captures.length > namedAtMost ? [all] : [...lines, all];
}

/** `web.pcapng  1.2 GB  8.4 M frames  10 min 02 s` */
function subject(capture: CaptureFacts, width: number): string {
  const name = capture.name === '-' ? 'standard input' : show(capture.name);
  const parts = [
    cut(name, Math.max(20, width - 45)),
    size(capture.bytes),
    `${amount(capture.frames)} ${capture.frames === 1 ? 'frame' : 'frames'}`,
  ];
  if (capture.frames > 1 && capture.firstTime !== undefined && capture.lastTime !== undefined)
    parts.push(span(Number(capture.lastTime - capture.firstTime)));
  return parts.join('  ');
}

/** `Filter conn.avoidable: 37 of 1,204 connections` */
export const filtered = (trace: Trace, { totals }: Analysis, filter: string): string =>
  `Filter ${show(filter)}: ${grouped(totals.connections)} of ${counted(trace.size, 'connection')}`;

/** The answer in one sentence, and the honest alternative where there is none. */
export function headline(trace: Trace, analysis: Analysis): string {
  const { totals, options } = analysis;
  if (trace.size === 0) return nothing(trace);
  if (totals.connections === 0) return 'No connection satisfies the filter.';
  if (totals.httpConnections + totals.tlsConnections === 0) return noHttp(trace, totals.connections);
  const handshakes = Math.max(totals.handshakes, totals.pool.avoidable);
  const atLeast = isLowerBound(trace) || oneSided(trace.columns).some((count) => count > 0);
  const { avoidableHigh, pool } = totals;
  if (pool.avoidable === 0 && avoidableHigh > 0) {
    const most = handshakes === 1 ? 'The only TCP handshake' : `Up to ${grouped(avoidableHigh)} of ${grouped(handshakes)} TCP handshakes`;
    return `${most} may have been avoidable (idle limit ${limit(options.idleTimeout)}); TLS hides their requests.`;
  }
  if (pool.avoidable === 0) {
    if (handshakes === 0) {
      const isEach = openBefore(trace) === trace.size;
      return `No ${isEach ? '' : 'completed '}TCP handshake is in the capture${isEach ? ': every connection was open before it began' : ''}.`;
    }
    const none =
      handshakes === 1 ? 'The only TCP handshake was not avoidable' : `None of the ${grouped(handshakes)} TCP handshakes was avoidable`;
    return `${none} (idle limit ${limit(options.idleTimeout)})${atLeast ? ', as far as the capture shows' : ''}.`;
  }
  const share = `${atLeast ? 'At least ' : ''}${grouped(totals.pool.avoidable)} of ${grouped(handshakes)} TCP handshakes`;
  const verb = totals.pool.avoidable === 1 && !atLeast ? 'was' : 'were';
  return `${share} ${verb} avoidable (idle limit ${limit(options.idleTimeout)}): ${cost(trace, analysis)}`;
}

/** What the avoidable handshakes took, and how much of it somebody waited for. */
function cost(trace: Trace, analysis: Analysis): string {
  const { totals } = analysis;
  if (totals.wasted === 0)
    return isFree(trace, analysis)
      ? 'their set-up cost no time (TCP Fast Open: the request left with the SYN)'
      : 'their set-up is not in the capture';
  if (totals.wastedBlocking >= 0.99 * totals.wasted) return `${span(totals.wasted)} of client waiting`;
  if (totals.wastedBlocking === 0) return `${span(totals.wasted)} of set-up that no request waited for`;
  return `${span(totals.wasted)} of set-up, ${span(totals.wastedBlocking)} of it client waiting`;
}

/** The set-up of an avoidable connection is known, and took no time. */
function isFree(trace: Trace, analysis: Analysis): boolean {
  for (const each of listed(trace, analysis)) {
    const { avoidable, wasted } = analysis.verdict(each);
    if (avoidable && wasted === 0) return true;
  }
  return false;
}

/** The second sentence: how much reuse there was, and what of it the capture could not see. */
export function summary(trace: Trace, { totals }: Analysis): string {
  if (totals.connections === 0) return '';
  const probes = totals.probes === 0 ? '' : ` ${counted(totals.probes, 'TCP keep-alive probe')}.`;
  const lost = dropped(trace);
  if (totals.requests === 0) return (probes + lost).trim();
  const on = `${counted(totals.requests, 'request')} on ${counted(totals.httpConnections, 'connection')}`;
  const reused = totals.reuses === 0 ? 'no connection was used twice' : `${percent(totals.reuseRatio ?? 0)} of them reused one`;
  return `${on}: ${reused}.${secret(totals)}${probes}${lost}`;
}

/** Beside what was seen to be avoidable. */
function secret({ avoidableHigh, pool }: Analysis['totals']): string {
  const more = avoidableHigh - pool.avoidable;
  return pool.avoidable === 0 || more <= 0 ? '' : ` Up to ${counted(more, 'more handshake')} may have been avoidable, in TLS without keys.`;
}

/** Beside every verdict that depends on a complete capture. */
function dropped(trace: Trace): string {
  const count = droppedFrames(trace);
  return count === 0 ? '' : ` The capture is missing ${counted(count, 'frame')} that the capturing system dropped.`;
}

function nothing(trace: Trace): string {
  const frames = trace.accounting.frames;
  if (frames.seen === 0) return 'The capture holds no frames.';
  const kinds = Object.entries(frames.other)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([kind, count]) => `${show(kind)} ${grouped(count)}`);
  return `No TCP connection is in this capture${kinds.length === 0 ? '' : ` (frames seen: ${kinds.join(', ')})`}.`;
}

function noHttp({ accounting: { payload } }: Trace, connections: number): string {
  const { seen, delivered, givenUp } = payload;
  // What came before the first byte that was expected are probes mostly.
  if (seen > (givenUp['before-begin'] ?? 0) && delivered === 0) {
    const bytes = `The bytes of the ${connections === 1 ? 'only TCP connection' : `${grouped(connections)} TCP connections`}`;
    return `${bytes} are not in the capture: nothing can be said about ${connections === 1 ? 'its' : 'their'} reuse.`;
  }
  const count = connections === 1 ? 'The only TCP connection carries no' : `None of the ${grouped(connections)} TCP connections carries`;
  return `${count} HTTP or TLS: nothing can be said about its reuse.`;
}
