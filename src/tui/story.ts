/** One connection's life, line by line: set-up, requests, idle times, probes, close; every line with its frames. */

import { type Duration, millisecond, type Time } from '../time.ts';
import type { CaptureFacts, Connection, Exchange, ExchangeViews } from '../trace/index.ts';
import { count, duration } from './format.ts';
import { few } from './slices.ts';
import type { Snapshot } from './source.ts';
import type { Theme } from './theme.ts';

export type EventKind = 'set-up' | 'TLS' | 'request' | 'reuse' | 'idle' | 'probes' | 'close' | 'open' | 'next' | 'comment' | 'more';

export interface StoryLine {
  readonly kind: EventKind;
  /** undefined where only the order is known. */
  readonly time: Time | undefined;
  readonly text: string;
  /** What must not be cut off: the status. */
  readonly tail?: string;
  /** What the headers say of the connection's future. */
  readonly says?: string;
  readonly took: Duration | undefined;
  readonly frames: readonly number[];
  /** The connection that it speaks of, where that is another. */
  readonly connection?: number;
}

/** Idle times below it are not worth a line of their own. */
const noticeable = 10 * millisecond;

/** Of more requests that many are told from the first on, and that many up to the last one; the list of requests has them all. */
const toldAtBegin = 4000;
const toldAtEnd = 1000;

/** In steps: every so many requests one. */
export function* story(id: number, snapshot: Snapshot, theme: Theme): Generator<unknown, readonly StoryLine[], void> {
  const connection = snapshot.trace.connection(id);
  const exchanges = snapshot.trace.exchangeViews(id);
  const comments = commentsOf(snapshot.trace.captures[connection.file]);
  return withComments(comments, [
    ...setUp(connection, theme),
    ...(yield* requests(exchanges, comments, theme)),
    ...idleAtEnd(connection, exchanges.at(-1)),
    ...probes(connection, theme),
    closing(connection),
    ...successors(connection, snapshot),
  ]);
}

function* requests(exchanges: ExchangeViews, comments: Comments, theme: Theme): Generator<unknown, readonly StoryLine[], void> {
  const lines: StoryLine[] = [];
  const { length } = exchanges;
  const hiddenTo = length > toldAtBegin + toldAtEnd + 1 ? length - toldAtEnd : 0;
  for (let i = 0; i < length; i += 1) {
    if (i % few === 0) yield;
    if (hiddenTo > 0 && i === toldAtBegin) {
      lines.push(unnamed('more', `${count(hiddenTo - i)} more (all: list of requests)`));
      if (comments.size > 0) lines.push(...(yield* commentsOnHidden(exchanges, i, hiddenTo, comments)));
      i = hiddenTo;
    }
    const exchange = exchanges.at(i)!;
    lines.push(...idleBefore(exchange), request(exchange, theme));
  }
  return lines;
}

function* commentsOnHidden(
  exchanges: ExchangeViews,
  from: number,
  to: number,
  comments: Comments,
): Generator<unknown, readonly StoryLine[], void> {
  const found = new Set<StoryLine>();
  for (let i = from; i < to; i += 1) {
    if (i % few === 0) yield;
    const { requestFrame, responseFrame } = exchanges.at(i)!;
    for (const frame of present(requestFrame, responseFrame)) for (const line of comments.get(frame) ?? []) found.add(line);
  }
  return [...found];
}

/** By frame, what people wrote on it. */
type Comments = ReadonlyMap<number, readonly StoryLine[]>;

function commentsOf(capture: CaptureFacts | undefined): Comments {
  const comments = new Map<number, StoryLine[]>();
  for (const { about, number, text } of capture?.comments ?? []) {
    if (about !== 'frame') continue;
    const line: StoryLine = { ...unnamed('comment', text.trim()), frames: [number] };
    const known = comments.get(number);
    if (known === undefined) comments.set(number, [line]);
    else known.push(line);
  }
  return comments;
}

/** In order, and behind each line what people wrote on its frames. */
const withComments = (comments: Comments, lines: readonly StoryLine[]): readonly StoryLine[] =>
  inOrder(lines).flatMap((line) => (line.kind === 'comment' ? line : [line, ...line.frames.flatMap((frame) => comments.get(frame) ?? [])]));

/** Of no time of its own: it stays behind the line before it. */
const unnamed = (kind: EventKind, text: string): StoryLine => ({ kind, time: undefined, text, took: undefined, frames: [] });

/** By time; a line without one stays with the line before it. */
function inOrder(lines: readonly StoryLine[]): StoryLine[] {
  let latest = Number.NEGATIVE_INFINITY;
  const timed = lines.map((line) => {
    latest = line.time ?? latest;
    return { line, time: latest };
  });
  return timed.sort((a, b) => a.time - b.time).map(({ line }) => line);
}

function* setUp(connection: Connection, { glyphs }: Theme): Generator<StoryLine> {
  const { start, synFrame, synAckFrame, ackFrame, synToSynAck, synAckToAck, handshake, synRetransmissions } = connection;
  const plus = (time: Duration | undefined): string => (time === undefined ? '' : ` +${duration(time, glyphs.micro)}`);
  const steps = [
    synFrame && (synRetransmissions > 0 ? `SYN (sent ${synRetransmissions + 1} times)` : 'SYN'),
    synAckFrame && `SYN-ACK${plus(synToSynAck)}`,
    ackFrame && `ACK${plus(synAckToAck)}`,
  ].filter((step) => step !== undefined);
  const text = synFrame === undefined ? ['its beginning is not in the capture', ...steps] : [...steps, ...failure(connection)];
  yield { kind: 'set-up', time: start, text: text.join(', '), took: handshake, frames: present(synFrame, synAckFrame, ackFrame) };
  const { tlsVersion, tlsHandshake, tlsResumed, tlsRoundTrips, alpn } = connection;
  if (tlsVersion === undefined && tlsHandshake === undefined) return;
  const facts = [
    tlsVersion === undefined ? 'TLS' : `TLS ${tlsVersion.replace(/^TLS ?v?/i, '')}`,
    tlsResumed === undefined ? '' : tlsResumed ? 'resumed' : 'full handshake',
    tlsRoundTrips === undefined ? '' : `${tlsRoundTrips} round trip${tlsRoundTrips === 1 ? '' : 's'}`,
    alpn ? `ALPN ${alpn}` : '',
  ];
  const time = handshake === undefined ? undefined : start + handshake;
  yield { kind: 'TLS', time, text: facts.filter(Boolean).join(', '), took: tlsHandshake, frames: [] };
}

function failure({ state, handshakeComplete, simultaneousOpen }: Connection): string[] {
  if (simultaneousOpen) return ['SYN of the server (simultaneous open)'];
  if (state === 'REJ') return ['refused'];
  if (state === 'S0') return ['no answer'];
  return handshakeComplete ? [] : ['handshake not complete in the capture'];
}

function* idleBefore({ idleBefore: idle, requestStart }: Exchange): Generator<StoryLine> {
  if (idle === undefined || idle < noticeable) return;
  const time = requestStart === undefined ? undefined : requestStart - idle;
  yield { kind: 'idle', time, text: 'no exchange in progress', took: idle, frames: [] };
}

function request(exchange: Exchange, { glyphs }: Theme): StoryLine {
  const { method, target, status, requestStart, responseStart, responseEnd, index } = exchange;
  const asked = method === undefined ? '(its request is not in the capture)' : `${method} ${target ?? ''}`;
  const answered = status === undefined ? 'no response' : String(status);
  const time = requestStart ?? responseStart;
  return {
    kind: index > 0 && method !== 'CONNECT' ? 'reuse' : 'request',
    time,
    text: asked.trimEnd(),
    tail: ` ${glyphs.arrow} ${answered}`,
    says: headers(exchange),
    took: responseEnd === undefined || time === undefined ? undefined : responseEnd - time,
    frames: present(exchange.requestFrame, exchange.responseFrame),
  };
}

/** `timeout=5, max=99`, `server: close` */
function headers({ keepAliveTimeoutSeconds: timeout, keepAliveMax: max, requestClose, responseClose }: Exchange): string {
  const said = [
    requestClose && 'client: close',
    responseClose && 'server: close',
    timeout !== undefined && `timeout=${timeout}`,
    max !== undefined && `max=${max}`,
  ];
  return said.filter((text) => text !== false).join(', ');
}

function* probes({ probes: { client, server, acks, unanswered, interval } }: Connection, { glyphs }: Theme): Generator<StoryLine> {
  if (client + server === 0) return;
  const by = [client > 0 ? `${count(client)} by the client` : '', server > 0 ? `${count(server)} by the server` : '']
    .filter(Boolean)
    .join(', ');
  const apart = interval === undefined ? '' : `, ${duration(interval, glyphs.micro)} apart`;
  const text = `${by}${apart}, ${unanswered === 0 ? 'all answered' : `${count(acks)} answered, ${count(unanswered)} not`}`;
  yield { kind: 'probes', time: undefined, text, took: undefined, frames: [] };
}

/** From its last exchange to its close, where that was worth telling. */
const waited = ({ requests, requestsEstimated, idleBeforeClose = 0 }: Connection): boolean =>
  (requests > 0 || requestsEstimated !== undefined) && idleBeforeClose >= noticeable;

/** A request that is waiting for its response is no idle time. */
function* idleAtEnd(connection: Connection, last: Exchange | undefined): Generator<StoryLine> {
  const { closed, idleBeforeClose } = connection;
  if (last !== undefined && last.responseEnd === undefined) return;
  if (closed === undefined || idleBeforeClose === undefined || !waited(connection)) return;
  yield { kind: 'idle', time: closed - idleBeforeClose, text: 'no exchange in progress', took: idleBeforeClose, frames: [] };
}

function closing(connection: Connection): StoryLine {
  const { closed, closedBy, closedWith, closeFrame, keepAliveTimeoutSeconds } = connection;
  if (closedBy === undefined)
    return { kind: 'open', time: undefined, text: 'still open when the capture ends', took: undefined, frames: [] };
  const announced = keepAliveTimeoutSeconds !== undefined && waited(connection);
  const how = closedWith === 'rst' ? 'resets it (RST)' : 'closes it (FIN)';
  const says = announced ? `timeout=${keepAliveTimeoutSeconds}` : '';
  return { kind: 'close', time: closed, text: `${closedBy} ${how}`, says, took: undefined, frames: present(closeFrame) };
}

/** Connections that were opened because this one was gone, or although it was there. */
function* successors({ id }: Connection, { trace, whole: analysis }: Snapshot): Generator<StoryLine> {
  const { origin } = analysis.verdict(id);
  const connections = analysis.origins.find(({ index }) => index === origin)?.connections ?? [];
  // Their list, in ascending order, may have a million.
  const after = connections.indexOf(id) + 1;
  for (const other of connections.slice(after, after + nearest)) {
    const { previous, avoidable, wasted } = analysis.verdict(other);
    if (previous !== id) continue;
    const text = `connection ${other}, same origin`;
    const tail = avoidable ? ': AVOIDABLE' : '';
    yield { kind: 'next', time: trace.columns.opened(other), text, tail, took: wasted || undefined, frames: [], connection: other };
  }
}

/** Successors are looked for among so many connections that followed. */
const nearest = 1000;

const present = (...frames: readonly (number | undefined)[]): number[] =>
  [...new Set(frames.filter((frame) => frame !== undefined))].sort((a, b) => a - b);
