/** Reads scenarios: Markdown in which a `packets` block tells what happens on the wire, and a `trace` block what warmwire says of it. */

import { type Duration, millisecond, second } from '../../src/time.ts';
import type { Connection, Exchange, PeerLost, ProxyTunnel, Trace } from '../../src/trace/index.ts';
import { connectionsOf } from './facts.ts';
import { payloadOf } from './scenario-payload.ts';
import { conversation, type Difference, type Talk, traceOf } from './talk.ts';
import { ACK, FIN, RST, SYN, type WireEnd, type WireSegment } from './wire.ts';

export interface Scenario {
  readonly title: string;
  readonly trace: Trace;
  /** The lines of the `trace` block. */
  readonly expected: readonly string[];
  /** Marked `trace states`: with Zeek's state and history of each connection. */
  readonly states: boolean;
  /** Marked `trace not yet`: known to be wrong today. */
  readonly notYet: boolean;
}

/** Every scenario of a file: a heading, a `packets` block, a `trace` block, and prose between them. */
export function scenariosOf(markdown: string): Scenario[] {
  return markdown.split(/^(?=# )/m).map((part) => {
    const title = /^# (.+)$/m.exec(part)?.[1] ?? '';
    const trace = blockOf(part, 'trace');
    return { title, trace: play(part), expected: trace.lines, states: trace.settings === 'states', notYet: trace.settings === 'not yet' };
  });
}

/** The trace of the `packets` block of a scenario. */
export function play(part: string): Trace {
  const packets = blockOf(part, 'packets');
  const { segments, snapLength } = read(packets.settings, packets.lines);
  return traceOf(segments, snapLength === undefined ? {} : { snapLength });
}

export function blockOf(part: string, kind: string): { settings: string; lines: string[] } {
  const lines = part.split('\n');
  const from = lines.findIndex((line) => line.startsWith(`\`\`\`${kind}`));
  const to = lines.indexOf('```', from);
  if (from < 0 || to < 0) throw new Error(`a scenario without a \`${kind}\` block: ${part.slice(0, 60)}`);
  return { settings: lines[from]!.slice(3 + kind.length).trim(), lines: lines.slice(from + 1, to) };
}

// ```packets snap 96 client 4294967290        bytes captured of a frame; first sequence numbers
//   12 ms  client    SYN                      time, who (client/2, server/2: another connection), what
//   13 ms  client    "GET …" lost             a JSON string, or `100 bytes`; SYN, ACK, FIN, RST; `keep-alive probe`
//   13 ms  client    opens in 20 ms            the whole handshake; the round trip lies behind the capture point
//   40 ms  client    asks /a, answered in 20 ms    GET with Host: a, 200 with a body of two bytes, ACK
//   5 s    server    closes                    FIN, FIN, ACK
//   14 ms  client    h2(preface, request 1 /a)     frames of HTTP/2; tls(hello a.test): records of TLS (scenario-payload.ts)
//   14 ms  server    "x" at -1 acks -2 window 0 number 70      what differs (Difference in talk.ts)
//   0 ms   client    SYN cookie wanted        TCP Fast Open: asks for a cookie; `cookie` sends one
//   capture begins                            nothing before it is in the capture
//   server/2 is 10.0.0.3:443                  an end other than 10.0.0.1:40002 and 10.0.0.2:80
//   from 5 s                                  times below count from here
function read(settings: string, lines: readonly string[]): { segments: WireSegment[]; snapLength: number | undefined } {
  const setting = (name: string): number | undefined => numberAfter(settings, name);
  const talks = new Map<string, Talk>();
  let begins = Number.NEGATIVE_INFINITY;
  let now = 0;
  const ends = new Map<string, WireEnd>();
  let origin = 0;
  const talkOf = (name: string): Talk => {
    const known = talks.get(name);
    if (known) return known;
    const talk = conversation({
      client: ends.get(`client/${name || '1'}`) ?? { address: '10.0.0.1', port: 40_000 + Number(name || '1') },
      server: ends.get(`server/${name || '1'}`) ?? { address: '10.0.0.2', port: 80 },
      clientNumber: setting('client') ?? 1000,
      serverNumber: setting('server') ?? 9000,
    });
    talks.set(name, talk);
    return talk;
  };
  for (const line of lines) {
    if (line.trim() === '') continue;
    if (line.trim() === 'capture begins') {
      begins = now + 1;
      continue;
    }
    const end = /^\s*((?:client|server)\/\d+) is (\S+):(\d+)$/.exec(line);
    const from = /^\s*from ([\d.]+) s$/.exec(line);
    if (end) ends.set(end[1]!, { address: end[2]!, port: Number(end[3]) });
    if (from) origin = Number(from[1]) * second;
    if (end || from) continue;
    const match = /^\s*([\d.]+) (ms|s)\s+(client|server)(?:\/(\d+))?\s+(.+)$/.exec(line);
    if (!match) throw new Error(`not a packet: ${line}`);
    const [, count = '', unit, side, name = '', what = ''] = match;
    now = origin + Number(count) * (unit === 's' ? second : millisecond);
    tell(talkOf(name), side as 'client' | 'server', what, now);
  }
  const segments = [...talks.values()].flatMap((talk) => talk.segments);
  // A sort that keeps the order of equals: lines of one time are in the order of the block.
  return { segments: segments.filter(({ time }) => time >= begins).sort((a, b) => a.time - b.time), snapLength: setting('snap') };
}

/** One line: several segments where it is short for an everyday thing. */
function tell(talk: Talk, side: 'client' | 'server', what: string, time: number): void {
  const peer = side === 'client' ? 'server' : 'client';
  const within = (words: string): Duration => Number(/ in ([\d.]+) ms$/.exec(words)?.[1] ?? 1) * millisecond;
  const asked = /^asks (\S+), answered/.exec(what)?.[1];
  if (what.startsWith('opens')) {
    const later = time + within(what);
    talk.send(side, '', { flags: SYN, time });
    talk.send(peer, '', { flags: SYN | ACK, time: later });
    talk.send(side, '', { flags: ACK, time: later });
  } else if (asked !== undefined) {
    const later = time + within(what);
    talk.send(side, `GET ${asked} HTTP/1.1\r\nHost: a\r\n\r\n`, { time });
    talk.send(peer, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', { time: later });
    talk.send(side, '', { flags: ACK, time: later });
  } else if (what === 'closes') {
    talk.send(side, '', { flags: FIN | ACK, time });
    talk.send(peer, '', { flags: FIN | ACK, time: time + millisecond });
    talk.send(side, '', { flags: ACK, time: time + millisecond });
  } else say(talk, side, what, time);
}

function say(talk: Talk, side: 'client' | 'server', what: string, time: number): void {
  const quoted = /"(?:[^"\\]|\\.)*"/.exec(what)?.[0];
  const filled = /(\d+) bytes/.exec(what)?.[1];
  const words = quoted === undefined ? what : what.replace(quoted, '');
  const written = payloadOf(words);
  const payload = written ?? (quoted !== undefined ? (JSON.parse(quoted) as string) : 'x'.repeat(Number(filled ?? 0)));
  const named = { SYN, ACK, FIN, RST };
  const flags = Object.entries(named).reduce((sum, [name, flag]) => (words.includes(name) ? sum | flag : sum), 0);
  const isProbe = words.includes('keep-alive probe');
  const number = numberAfter(words, 'number');
  if (number !== undefined) talk.renumber(side, number);
  const at = isProbe ? -1 : numberAfter(words, 'at');
  const acks = numberAfter(words, 'acks');
  const window = numberAfter(words, 'window');
  const difference: Difference = {
    time,
    ...(flags > 0 ? { flags: payload.length === 0 || flags === SYN ? flags : flags | ACK } : {}),
    ...(at === undefined ? {} : { at }),
    ...(acks === undefined ? {} : { acks }),
    ...(window === undefined ? {} : { window }),
    ...optionsOf(words),
    lost: words.includes('lost'),
  };
  talk.send(side, payload, difference);
}

/** TCP Fast Open (RFC 7413): 22 02 or 22 0a and eight bytes, padded. */
function optionsOf(words: string): { options?: readonly number[] } {
  if (words.includes('cookie wanted')) return { options: [34, 2, 1, 1] };
  return words.includes('cookie') ? { options: [34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1] } : {};
}

function numberAfter(words: string, name: string): number | undefined {
  const found = new RegExp(`\\b${name} (-?\\d+)`).exec(words)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A trace in the words of a `trace` block. */
export function told(trace: Trace, states = false): string[] {
  const lines = connectionsOf(trace).flatMap((c) => [
    connectionLine(c),
    ...(states ? [`  ${c.state} ${c.history}`] : []),
    ...(c.proxiedClient === undefined ? [] : [`  for ${c.proxiedClient.address}:${c.proxiedClient.port}`]),
    ...(c.proxy === undefined ? [] : [`  ${proxyWords(c.proxy)}, set-up ${c.setup === undefined ? '?' : length(c.setup)}`]),
    ...(c.persistent === undefined ? [] : [`  persistence: ${persistenceWords(c)}`]),
    ...trace.exchanges(c.id).map((exchange) => `  ${exchangeWords(exchange)}`),
    ...(c.probes.client + c.probes.server === 0 ? [] : [`  keep-alive: ${probeWords(c)}`]),
  ]);
  const notes = trace.notes.map(({ code, count }) => (count === 1 ? code : `${code} ${count} times`));
  return notes.length === 0 ? lines : [...lines, `notes: ${notes.join(', ')}`];
}

function connectionLine(c: Connection): string {
  const parts = [`connection ${c.id}`, c.protocol];
  parts.push(c.handshake === undefined ? `no handshake (${c.state})` : `handshake ${length(c.handshake)}`);
  if (c.synRetransmissions > 0) parts.push(`SYN sent ${c.synRetransmissions + 1} times in ${length(c.synWait ?? 0)}`);
  if (c.fastOpen !== undefined) parts.push(`fast open: ${c.fastOpen}, set-up ${length(c.setup ?? 0)}`);
  parts.push(counted(c.requests, 'request'), counted(c.reuses, 'reuse'));
  if (c.pipelined > 0) parts.push(`${c.pipelined} pipelined`);
  if (c.closedBy === undefined) parts.push('open at the end');
  else {
    const idle = c.idleBeforeClose === undefined ? '' : ` after ${length(c.idleBeforeClose)} idle`;
    parts.push(`closed by ${c.closedBy} (${c.closedWith})${idle}`);
  }
  if (c.previousOnFlow !== undefined) parts.push(`same ports as connection ${c.previousOnFlow}`);
  return parts.join('  ');
}

const proxyWords = ({ kind, target, setup }: ProxyTunnel): string =>
  `${kind} to ${target} ${setup === undefined ? 'not granted' : `granted in ${length(setup)}`}`;

function persistenceWords(c: Connection): string {
  const words = [c.persistent ? c.persistenceBecause : `none, ${c.persistenceBecause}`];
  if (c.keepAliveTimeoutSeconds !== undefined) words.push(`timeout ${c.keepAliveTimeoutSeconds} s`);
  if (c.keepAliveMax !== undefined) words.push(`max ${c.keepAliveMax}`);
  if (c.clientKeepAliveTimeoutSeconds !== undefined) words.push(`client's timeout ${c.clientKeepAliveTimeoutSeconds} s`);
  return words.join(', ');
}

function exchangeWords(e: Exchange): string {
  const request = e.method === undefined ? 'no request' : `${e.method} ${e.target ?? '(unknown)'} (${e.requestBytes} bytes)`;
  const interim = e.informational > 0 ? ` after ${e.informational} interim` : '';
  const response = e.status === undefined ? 'no response' : `${e.status} (${e.responseBytes} bytes)${interim}`;
  const moment = (time: number | undefined): string => (time === undefined ? '?' : length(time));
  return `${request} → ${response}  ${moment(e.requestStart)} to ${moment(e.responseEnd)}`;
}

function probeWords(c: Connection): string {
  const { client, server, acks, unanswered, interval, peerLost } = c.probes;
  const by = [client > 0 ? `${counted(client, 'probe')} of the client` : '', server > 0 ? `${counted(server, 'probe')} of the server` : ''];
  const words = [by.filter((text) => text !== '').join(' and '), `${acks} answered`];
  if (unanswered > 0) words.push(`${unanswered} unanswered`);
  if (interval !== undefined) words.push(`every ${length(interval)}`);
  if (peerLost !== undefined) words.push(lostWords[peerLost.how](peerLost.by, peerLost.unanswered));
  return words.join(', ');
}

const lostWords: Record<PeerLost['how'], (by: string, unanswered: number) => string> = {
  gave_up: (by, unanswered) => `${by} gave up after ${unanswered}`,
  forgotten: (by) => `the peer of the ${by} had forgotten the connection`,
  unreachable: (by) => `the peer of the ${by} was unreachable`,
  no_answer: (by, unanswered) => `the peer of the ${by} is silent after ${unanswered}`,
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const length = (duration: Duration): string => (duration >= second ? `${duration / second} s` : `${duration / millisecond} ms`);
