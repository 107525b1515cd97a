/** The story of one connection, line by line: set-up, requests, idle time, close, and what had to be opened after it. */

import { bracketed } from '../analysis/fields.ts';
import { type Analysis, droppedFrames, isCutAway, sideSeen, type Verdict } from '../analysis/index.ts';
import { type Clock, moment, type TimeFormat } from '../clock.ts';
import { noteMeanings } from '../note.ts';
import { show } from '../show.ts';
import { millisecond, type Time } from '../time.ts';
import type { Connection, Endpoint, Exchange, ExchangeViews, Trace } from '../trace/index.ts';
import { closeStory, exactly } from './close-story.ts';
import { commentsOn, written } from './comments.ts';
import type { RenderOptions } from './format.ts';
import { http2Story } from './http2-story.ts';
import { openedBecause } from './opening.ts';
import { paintOf } from './paint.ts';
import { requestLine } from './sheet.ts';
import { type Event, framesText, idleWorthTelling, inOrder } from './story.ts';
import { cut, widthOf, wrap } from './table.ts';
import { tlsStory } from './tls-story.ts';
import { counted, span } from './words.ts';

const requestsAtBegin = 40;
const requestsAtEnd = 10;
const narrowest = 60;
const widestWhat = 48;

export function* explain(trace: Trace, analysis: Analysis, index: number, options: RenderOptions = {}): Generator<string> {
  const paint = paintOf(options.color);
  const width = Math.max(narrowest, options.width ?? 100);
  const connection = trace.connection(index);
  yield `${paint.strong(title(connection))}\n`;
  yield `${paint.faint(`  ${facts(trace, connection)}`)}\n`;
  for (const line of wrap(opening(trace, analysis, connection), width - 2)) yield `  ${line}\n`;
  const lost = droppedFrames(trace);
  if (lost > 0) {
    const said = `The capturing system dropped ${counted(lost, 'frame')}: a request, an answer or the close may be missing here.`;
    for (const line of wrap(said, width - 2)) yield `  ${paint.warn(line)}\n`;
  }
  const side = sideSeen(trace.columns, index);
  if (side !== undefined) {
    const said = `Only what the ${side === 0 ? 'client' : 'server'} sent is in the capture: its end and its reuse cannot be judged.`;
    for (const line of wrap(said, width - 2)) yield `  ${paint.warn(line)}\n`;
  }
  yield '\n';
  const events = inOrder(story(trace, analysis, connection));
  const times = timesOf(events, connection, trace, options.times);
  const timeWidth = Math.max(5, ...times.map((time) => time.length));
  const whatWidth = Math.max(...events.map((event) => widthOf(event.what)).filter((wide) => wide <= widestWhat), 0);
  for (const [i, event] of events.entries()) {
    const [first = '', ...more] = laidOut(event, whatWidth, width - timeWidth - 4);
    yield `  ${paint.faint(times[i]!.padStart(timeWidth))}  ${event.striking === true ? paint.warn(first) : first}\n`;
    for (const line of more) yield `${' '.repeat(timeWidth + 4)}${line}\n`;
  }
}

/** As asked for; without that, since the connection began. */
function timesOf(events: readonly Event[], { start }: Connection, { epoch }: Trace, format: TimeFormat = 'relative'): readonly string[] {
  const clock: Clock = { format, epoch, decimals: 3 };
  const base = format === 'absolute' ? start : 0;
  let before: Time | undefined;
  return events.map(({ at }) => {
    if (at === undefined) return '....';
    const text = moment(base + at, before, clock);
    before = base + at;
    return text;
  });
}

/** What happened, and beside it what shows it; what does not fit beside goes below, in the same place. */
function laidOut({ what, shown = [] }: Event, column: number, width: number): readonly string[] {
  const lines: string[] = [];
  let line = cut(what, width);
  let begun = false;
  for (const piece of shown) {
    const gap = begun ? '; ' : ' '.repeat(Math.max(2, column + 2 - widthOf(line)));
    if (widthOf(line) + gap.length + widthOf(piece) > width) {
      lines.push(line);
      line = ' '.repeat(Math.min(column + 2, Math.max(0, width - widthOf(piece)))) + piece;
    } else line += gap + piece;
    begun = true;
  }
  return [...lines, line];
}

/** `Connection 17  10.1.2.3:51544 -> 10.9.9.9:443  api.shop` */
function title(connection: Connection): string {
  const name = connection.serverName ?? connection.authority;
  const known = name === undefined ? '' : `  ${show(name)}`;
  return `Connection ${connection.id}  ${ends(connection.client)} -> ${ends(connection.server)}${known}`;
}

function facts(trace: Trace, connection: Connection): string {
  const wireshark = connection.tcpStream === undefined ? '' : `   Wireshark: tcp.stream eq ${connection.tcpStream}`;
  return `${connection.protocol}   ${framesOf(trace, connection)}${wireshark}`;
}

/** Of several captures, those that the connection may be in: each has frame numbers of its own. */
function framesOf({ captures, epoch }: Trace, { file, firstFrame, lastFrame, start, duration }: Connection): string {
  if (captures.length === 1) return `frames ${firstFrame}-${lastFrame}`;
  const end = epoch + BigInt(Math.round(start + duration));
  const later = captures.filter(({ firstTime }, i) => i > file && firstTime !== undefined && firstTime <= end).at(-1);
  const own = show(captures[file]?.name ?? '');
  if (later === undefined) return `frames ${firstFrame}-${lastFrame} of ${own}`;
  return `from frame ${firstFrame} of ${own} to ${show(later.name)}; frames are numbered in each file`;
}

/** Why it was opened, in a sentence. */
function opening(trace: Trace, analysis: Analysis, connection: Connection): string {
  const verdict = analysis.verdict(connection.id);
  const { reason } = verdict;
  if (reason !== undefined) {
    // With the idle limit assumed, one that was closed before would have been there for it.
    const but =
      verdict.avoidable && reason.code === 'all_busy' && !trace.columns.multiplexes(connection.id)
        ? '; one that was closed before would have served'
        : '';
    const said =
      verdict.previous === undefined ? capital(reason.text) : `${verdict.avoidable ? 'AVOIDABLE' : 'Needed'}: ${reason.text}${but}`;
    return `${said} (${[reason.confidence, framesText(reason.frames)].filter((text) => text !== '').join(', ')})`;
  }
  if (connection.protocol === 'websocket' || connection.protocol === 'tunnel')
    return `Its first request made it a ${connection.protocol}: such a connection serves no other request, and no other could have served it.`;
  const words = openedBecause(verdict, connection);
  if (words !== '-') return `Opened: ${words}.`;
  if (trace.columns.bound(connection.id))
    return 'Its requests are authenticated by their connection (NTLM or Negotiate): nobody else may use it, and no other could have served them.';
  if (connection.tls) return secret(verdict);
  const refused = trace.exchangeViews(connection.id).find(({ method }) => method === 'CONNECT');
  if (refused !== undefined && connection.protocol !== 'unknown')
    return `The proxy ${refused.status === undefined ? 'did not answer' : `answered ${refused.status} to`} CONNECT: no tunnel, and nothing that could be reused.`;
  if (isCutAway(connection)) return 'Its payload was not captured (snap length): nothing can be said about its requests.';
  if (connection.responses > 0) return 'Its requests are not in the capture: nothing can be said about its reuse.';
  return 'Neither HTTP nor TLS was recognised in it: nothing can be said about its reuse.';
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Of TLS without keys. */
function secret({ avoidableHigh }: Verdict): string {
  const what = 'What it carries is encrypted';
  if (avoidableHigh === undefined) return `${what}: without keys nothing can be said about its reuse.`;
  if (!avoidableHigh) return `${what}; needed all the same: no other connection of its client was there that could have served.`;
  return `${what}: perhaps avoidable, for another connection of its client was there; only keys would tell.`;
}

const ends = ({ address, port, name }: Endpoint): string => `${bracketed(address)}:${port}${name === undefined ? '' : ` (${show(name)})`}`;

function* story(trace: Trace, analysis: Analysis, connection: Connection): Generator<Event> {
  yield setup(connection);
  yield* proxyStory(connection);
  yield* tlsStory(connection);
  const exchanges = trace.exchangeViews(connection.id);
  yield* http2Story(connection, exchanges);
  yield* requests(exchanges, connection);
  yield* keepAliveProbes(connection, analysis.verdict(connection.id).keepAliveTimers);
  yield* closeStory(analysis, connection, exchanges);
  for (const comment of commentsOn(trace, connection, exchanges))
    yield { at: undefined, what: `comment: ${written(comment)}`, shown: [`frame ${comment.number}`] };
  for (const code of connection.notes) yield { at: undefined, what: `note: ${noteMeanings[code]}` };
  yield* after(trace, analysis, connection);
}

function setup(connection: Connection): Event {
  const frames = [connection.synFrame, connection.synAckFrame, connection.ackFrame].filter((frame) => frame !== undefined);
  if (connection.handshakeComplete) {
    const answer = connection.synToSynAck === undefined ? '' : ` +${span(connection.synToSynAck)}`;
    const last =
      connection.synAckToAck === undefined || connection.synAckToAck < millisecond / 20 ? '' : ` +${span(connection.synAckToAck)}`;
    const again = connection.synRetransmissions === 0 ? '' : `, ${counted(connection.synRetransmissions, 'SYN')} sent again`;
    return {
      at: 0,
      what: `SYN, SYN-ACK${answer}, ACK${last}${again}`,
      shown: named(framesText(frames)),
      striking: connection.synRetransmissions > 0,
    };
  }
  if (connection.synFrame === undefined) {
    const what = /^\^?h/i.test(connection.history) ? 'SYN-ACK, no SYN' : 'already open when the capture begins';
    return { at: 0, what, shown: [`frame ${connection.firstFrame}`] };
  }
  if (connection.simultaneousOpen)
    return { at: 0, what: 'SYN of both sides: no three frames are the handshake', shown: named(framesText(frames)), striking: true };
  const got = connection.synAckFrame === undefined ? 'SYN, no SYN-ACK' : 'SYN, SYN-ACK, no ACK';
  const tries = connection.synRetransmissions === 0 ? '' : `, sent ${counted(connection.synRetransmissions, 'more time')}`;
  return { at: 0, what: got + tries, shown: named(framesText(frames)), striking: true };
}

/** Whom a load balancer speaks for, and what a SOCKS proxy was asked; CONNECT is a request like others. */
function* proxyStory({ proxiedClient, proxy, start }: Connection): Generator<Event> {
  if (proxiedClient) yield { at: undefined, what: `PROXY header: on behalf of ${ends(proxiedClient)}` };
  if (!proxy || proxy.kind === 'connect' || proxy.asked === undefined) return;
  const took = proxy.setup === undefined ? '' : `   ${span(proxy.setup)}`;
  const asked = `${proxy.kind.toUpperCase()} to ${show(proxy.target ?? '?')}`;
  yield { at: proxy.asked - start, what: `${asked} -> ${proxy.setup === undefined ? 'answer not in the capture' : 'granted'}${took}` };
}

function* requests(exchanges: ExchangeViews, connection: Connection): Generator<Event> {
  const hidden = exchanges.length - requestsAtBegin - requestsAtEnd;
  const { length } = exchanges;
  for (let i = 0; i < length; i += 1) {
    if (hidden > 1 && i === requestsAtBegin) {
      yield { at: undefined, what: `${counted(hidden, 'more request')} (all of them: --exchanges in a report)` };
      i += hidden;
    }
    const exchange = exchanges.at(i)!;
    if (exchange.idleBefore !== undefined && exchange.idleBefore >= idleWorthTelling) {
      yield { at: undefined, what: `idle ${exactly(exchange.idleBefore)}` };
    }
    yield request(exchange, connection);
  }
}

function request(exchange: Exchange, connection: Connection): Event {
  const { requestStart, responseStart, responseEnd } = exchange;
  const start = requestStart ?? responseStart;
  const took = requestStart !== undefined && responseEnd !== undefined ? `   ${span(responseEnd - requestStart)}` : '';
  const reset = exchange.resetBy === undefined ? undefined : `reset by the ${exchange.resetBy} (${exchange.resetCode})`;
  const answer = [exchange.status, reset].filter((said) => said !== undefined).join(', ') || 'no response';
  const closing = [exchange.requestClose ? 'client says close' : '', exchange.responseClose ? 'server says close' : ''];
  const frames = framesText([exchange.requestFrame, exchange.responseFrame].filter((frame) => frame !== undefined));
  return {
    at: start === undefined ? undefined : start - connection.start,
    what: `${show(requestLine(exchange))} -> ${answer}${took}`,
    shown: named(frames, ...closing),
    striking: exchange.status === undefined || reset !== undefined,
  };
}

function* keepAliveProbes({ probes }: Connection, timers: Verdict['keepAliveTimers']): Generator<Event> {
  const [timer, ...others] = timers;
  const like = timer === undefined ? [] : [`as of ${timer.timer.software}${timer.confidence === 'inferred' ? ' (inferred)' : ''}`];
  if (others.length > 0) like.push(`or of ${others.map((other) => other.timer.software).join('; ')}`);

  for (const side of ['client', 'server'] as const) {
    if (probes[side] === 0) continue;
    const every = probes.interval === undefined ? '' : `, every ${span(probes.interval)}`;
    yield {
      at: undefined,
      what: `${counted(probes[side], 'TCP keep-alive probe')} of the ${side}${every}`,
      shown: [answered(probes.acks, probes.unanswered), ...((side === 'client') === probes.client >= probes.server ? like : [])],
    };
  }
}

function answered(acks: number, unanswered: number): string {
  if (unanswered === 0) return 'all answered';
  return acks === 0 ? 'none answered' : `${acks} answered, ${unanswered} not`;
}

/** What the pool had to open because this connection was gone, or although it was there. */
function* after(trace: Trace, analysis: Analysis, connection: Connection): Generator<Event> {
  const origin = analysis.origins.find((candidate) => candidate.index === analysis.verdict(connection.id).origin);
  if (origin === undefined) return;
  const followers = origin.connections.filter((id) => id !== connection.id && analysis.verdict(id).previous === connection.id);
  const closed = connection.closed;
  const next =
    closed === undefined ? undefined : origin.connections.find((id) => id !== connection.id && trace.columns.opened(id) >= closed);
  for (const id of followers.length > 0 ? followers.slice(0, 5) : next === undefined ? [] : [next]) {
    const verdict = analysis.verdict(id);
    const wasted = verdict.wasted === undefined ? '' : `, ${span(verdict.wasted)} wasted`;
    const judged = verdict.avoidable ? `: AVOIDABLE${wasted}` : '';
    const at = trace.columns.opened(id) - connection.start;
    yield { at, what: `client opens connection ${id} to the same origin${judged}`, striking: verdict.avoidable };
  }
  if (followers.length > 5) yield { at: undefined, what: `and ${counted(followers.length - 5, 'more connection')}` };
}

const named = (...pieces: readonly string[]): readonly string[] => pieces.filter((piece) => piece !== '');
