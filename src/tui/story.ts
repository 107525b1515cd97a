/** One connection's life, line by line: set-up, requests, idle times, probes, close; every line with its frames. */

import { type Duration, millisecond, type Time } from '../time.ts';
import type { Connection, Exchange } from '../trace/index.ts';
import { count, duration } from './format.ts';
import type { Snapshot } from './source.ts';
import type { Theme } from './theme.ts';

export type EventKind = 'set-up' | 'TLS' | 'request' | 'reuse' | 'idle' | 'probes' | 'close' | 'open' | 'next' | 'comment';

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

export function story(id: number, snapshot: Snapshot, theme: Theme): StoryLine[] {
  const connection = snapshot.trace.connection(id);
  const exchanges = snapshot.trace.exchangeViews(id);
  return withComments(connection.file, snapshot, [
    ...setUp(connection, theme),
    ...exchanges.flatMap((exchange) => [...idleBefore(exchange), request(exchange, theme)]),
    ...idleAtEnd(connection, exchanges.at(-1)),
    ...probes(connection, theme),
    closing(connection),
    ...successors(connection, snapshot),
  ]);
}

/** In order, and behind each line what people wrote on its frames. */
function withComments(file: number, { trace }: Snapshot, lines: readonly StoryLine[]): StoryLine[] {
  const comments = trace.captures[file]?.comments.filter(({ about }) => about === 'frame') ?? [];
  return inOrder(lines).flatMap((line) => [
    line,
    ...comments
      .filter(({ number }) => line.frames.includes(number))
      .map(({ number, text }): StoryLine => ({ kind: 'comment', time: undefined, text: text.trim(), took: undefined, frames: [number] })),
  ]);
}

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
  const origin = analysis.origins.find(({ index }) => index === analysis.verdict(id).origin);
  const later = origin?.connections.filter((other) => other > id).slice(0, nearest) ?? [];
  for (const other of later) {
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
