/** Builds a trace by hand, for everything that comes after reading: a short list of connections becomes columns, records and exchanges that agree. */

import type { Duration, Time } from '../../src/time.ts';
import { millisecond, second } from '../../src/time.ts';
import type { Columns, Connection, Endpoint, Exchange, Persistence, Trace } from '../../src/trace/index.ts';
import { viewsOf } from './exchange-views.ts';

export interface MadeUpExchange {
  readonly start: Time;
  readonly end: Time;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly version?: Exchange['version'];
  /** Who sends `Connection: close` with it. */
  readonly close?: 'client' | 'server';
  readonly persistence?: Persistence;
  readonly keepAliveTimeoutSeconds?: number;
  /** The response came without its request, or the request without a response. */
  readonly without?: 'request' | 'response';
  readonly rest?: Partial<Exchange>;
}

export interface MadeUpConnection {
  /** Address and port; port 40000 + its place in the list where only an address is given. Default `10.0.0.1`. */
  readonly client?: string;
  /** Default `10.0.0.2:80`, or port 443 with TLS. */
  readonly server?: string;
  readonly authority?: string;
  readonly at: Time;
  /** The whole set-up as the client felt it; 40 ms where not given. */
  readonly handshake?: Duration;
  readonly exchanges?: readonly (MadeUpExchange | readonly [start: Time, end: Time, method?: string])[];
  readonly closed?: Time;
  readonly closedBy?: 'client' | 'server';
  readonly closedWith?: 'fin' | 'rst';
  readonly tls?: boolean;
  readonly http2?: boolean;
  /** Bytes that are neither HTTP nor TLS. */
  readonly other?: boolean;
  readonly established?: boolean;
  readonly openingSeen?: boolean;
  readonly rttClient?: Duration;
  readonly linkTag?: number;
  /** Of TLS that cannot be looked into: its last data. */
  readonly sealedUntil?: Time;
  /** NTLM or Negotiate. */
  readonly bound?: boolean;
  /** It ended within a response. */
  readonly cutShort?: boolean;
  readonly clientCertificate?: number;
  readonly setupBytes?: number;
  /** Whoever closed had not got all that its peer had sent. */
  readonly closedUnread?: boolean;
  readonly synPrint?: number;
  /** The reset came from an end that knew of no connection. */
  readonly closedUnaware?: boolean;
  /** When something came last from the client, the server; the end of everything where not given. */
  readonly lastHeard?: readonly [client: Time, server: Time];
  readonly rest?: Partial<Connection>;
}

export interface MadeUpTrace {
  /** Default: 2024-01-01T00:00:00Z. */
  readonly epoch?: bigint;
  /** Default: the latest time that appears. */
  readonly lastTime?: Time;
}

export function madeUpTrace(list: readonly MadeUpConnection[], options: MadeUpTrace = {}): Trace {
  const exchanges = list.map(exchangesOf);
  let frame = 0;
  const connections = list.map((from, id) => {
    const record = connectionOf(from, id, exchanges[id]!, frame);
    frame = record.lastFrame;
    return record;
  });
  const lastTime = options.lastTime ?? connections.reduce((last, each) => Math.max(last, each.start + each.duration), 0);
  const epoch = options.epoch ?? 1_704_067_200n * 1_000_000_000n;
  const columns = columnsOf(list, connections, exchanges);
  const bytes = connections.reduce((sum, each) => sum + each.bytesClient + each.bytesServer, 0);
  return {
    epoch,
    timeDigits: 6,
    size: list.length,
    lastTime,
    complete: true,
    captures: [
      {
        name: 'made-up.pcap',
        container: 'pcap',
        compression: undefined,
        bytes: 24 + bytes,
        frames: frame,
        firstTime: epoch,
        lastTime: epoch + BigInt(Math.round(lastTime)),
        timeDigits: 6,
        linkTypes: ['ETHERNET'],
        framesTruncated: 0,
        framesDropped: undefined,
        framesDuplicate: 0,
        damagedAtOffset: undefined,
        interfaces: [],
        comments: [],
        commentCount: 0,
        sections: [],
        sectionCount: 0,
      },
    ],
    readWith: {},
    accounting: {
      bytes: { read: 24 + bytes, used: 24 + bytes, skipped: {} },
      frames: { seen: frame, tcp: frame, other: {}, unusable: {} },
      payload: { seen: bytes, delivered: bytes, duplicate: 0, conflicting: 0, givenUp: {} },
      connections: { seen: list.length, listed: list.length, evicted: {} },
    },
    notes: [],
    quic: [],
    columns,
    connection: (index) => connections[index]!,
    view: (index) => connections[index]!,
    exchanges: (index) => exchanges[index]!,
    exchangeViews: (index) => viewsOf(exchanges[index]!, columns.firstExchange(index)),
  };
}

function exchangesOf(from: MadeUpConnection, connection: number): readonly Exchange[] {
  const made: Exchange[] = [];
  for (const [index, given] of (from.exchanges ?? []).entries()) {
    const each: MadeUpExchange = isShort(given) ? { start: given[0], end: given[1], method: given[2] ?? 'GET' } : given;
    const before = made.at(-1);
    const hasRequest = each.without !== 'request';
    const hasResponse = each.without !== 'response';
    const method = hasRequest ? (each.method ?? 'GET') : undefined;
    made.push({
      connection,
      index,
      streamId: from.http2 ? 2 * index + 1 : undefined,
      method,
      scheme: from.tls ? 'https' : 'http',
      authority: from.authority,
      target: hasRequest ? (each.target ?? '/') : undefined,
      version: each.version ?? (from.http2 ? '2' : '1.1'),
      status: hasResponse ? (each.status ?? 200) : undefined,
      requestFirstFrame: undefined,
      requestFrame: undefined,
      responseFirstFrame: undefined,
      responseFrame: undefined,
      requestStart: hasRequest ? each.start : undefined,
      requestEnd: hasRequest ? each.start : undefined,
      responseStart: hasResponse ? each.end : undefined,
      responseEnd: hasResponse ? each.end : undefined,
      idleBefore: before ? Math.max(0, each.start - endOf(before)) : undefined,
      queued: undefined,
      requestBytes: hasRequest ? 100 : 0,
      responseBytes: hasResponse ? 1000 : 0,
      persistence: each.persistence ?? persistenceOf(each, from.http2 === true, method, hasResponse),
      keepAliveTimeoutSeconds: each.keepAliveTimeoutSeconds,
      keepAliveMax: undefined,
      clientKeepAliveTimeoutSeconds: undefined,
      clientKeepAliveMax: undefined,
      requestClose: each.close === 'client',
      responseClose: each.close === 'server',
      informational: 0,
      userAgent: undefined,
      server: undefined,
      notes: [],
      ...each.rest,
    });
  }
  return made;
}

const isShort = (
  given: MadeUpExchange | readonly [start: Time, end: Time, method?: string],
): given is readonly [start: Time, end: Time, method?: string] => Array.isArray(given);

function persistenceOf(each: MadeUpExchange, http2: boolean, method: string | undefined, answered: boolean): Persistence | undefined {
  if (!answered) return undefined;
  if (method === 'CONNECT' || each.status === 101) return { persistent: false, because: 'left_http' };
  if (each.close) return { persistent: false, because: 'close_header' };
  if (http2) return { persistent: true, because: 'http_2' };
  if (each.version === '1.0' || each.version === '0.9') return { persistent: false, because: 'http_1_0_default' };
  return { persistent: true, because: 'http_1_1_default' };
}

const startOf = (each: Exchange): Time => each.requestStart ?? each.responseStart ?? Number.NaN;
const endOf = (each: Exchange): Time => each.responseEnd ?? each.requestEnd ?? Number.NaN;
const isReusable = (each: Exchange): boolean => each.method !== undefined && each.method !== 'CONNECT';
const countsForReuse = (each: Exchange): boolean => isReusable(each) && each.persistence?.because !== 'left_http';

function endpoint(text: string, defaultPort: number): Endpoint {
  const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
  return match ? { address: (match[1] ?? match[2])!, port: Number(match[3]) } : { address: text, port: defaultPort };
}

function connectionOf(from: MadeUpConnection, id: number, exchanges: readonly Exchange[], framesBefore: number): Connection {
  const established = from.established ?? true;
  const openingSeen = from.openingSeen ?? true;
  const clean = established && openingSeen;
  const handshake = clean ? (from.handshake ?? 40 * millisecond) : undefined;
  const tcp = handshake === undefined ? undefined : from.tls ? handshake / 2 : handshake;
  const rttClient = clean ? (from.rttClient ?? 0) : undefined;
  const first = framesBefore + 1;
  const lastFrame = framesBefore + (clean ? 3 : 1) + 2 * exchanges.length + (from.closed === undefined ? 0 : 1);
  const requests = exchanges.filter((each) => each.method !== undefined);
  const counted = exchanges.filter(isReusable);
  const lastEnd = exchanges.reduce((latest, each) => Math.max(latest, endOf(each)), Number.NEGATIVE_INFINITY);
  const last = Math.max(from.at + (handshake ?? 0), from.closed ?? from.at, lastEnd);
  const idles = exchanges.map((each) => each.idleBefore).filter((idle) => idle !== undefined);
  const latest = exchanges.at(-1);
  const payload = (from.tls || from.other) && exchanges.length === 0 ? 500 : 0;
  const closed = from.closed;
  const tlsRoundTrips = from.tls ? 1 : undefined;
  return {
    id,
    tcpStream: id,
    client: endpoint(from.client ?? '10.0.0.1', 40_000 + (id % 20_000)),
    server: endpoint(from.server ?? '10.0.0.2', from.tls ? 443 : 80),
    clientGuessed: !openingSeen,
    vlan: from.linkTag ? [from.linkTag] : [],
    tunnel: undefined,
    interface: undefined,
    file: 0,
    serverName: from.tls ? from.authority : undefined,
    authority: exchanges.length > 0 ? from.authority : undefined,
    protocol: exchanges.length > 0 ? (from.http2 ? 'h2' : 'http/1.1') : from.tls ? 'tls' : 'unknown',
    alpn: undefined,
    firstFrame: first,
    lastFrame,
    start: from.at,
    duration: last - from.at,
    framesClient: (clean ? 2 : 1) + exchanges.length,
    framesServer: lastFrame - framesBefore - (clean ? 2 : 1) - exchanges.length,
    bytesClient: payload + exchanges.reduce((sum, each) => sum + each.requestBytes, 0),
    bytesServer: payload + exchanges.reduce((sum, each) => sum + each.responseBytes, 0),
    framesDuplicate: 0,
    synFrame: openingSeen ? first : undefined,
    synAckFrame: clean ? first + 1 : undefined,
    ackFrame: clean ? first + 2 : undefined,
    handshakeComplete: clean,
    simultaneousOpen: false,
    handshake: tcp,
    synToSynAck: tcp === undefined || rttClient === undefined ? undefined : Math.max(0, tcp - rttClient),
    synAckToAck: rttClient,
    handshakeClient: tcp,
    initialRtt: tcp,
    synRetransmissions: 0,
    vantage: clean ? 'client' : undefined,
    rttClient,
    rttServer: tcp === undefined || rttClient === undefined ? undefined : Math.max(0, tcp - rttClient),
    tlsVersion: from.tls ? '1.3' : undefined,
    tlsHandshake: from.tls ? tcp : undefined,
    tlsResumed: from.tls ? false : undefined,
    tlsRoundTrips,
    setup: handshake,
    state: !established ? 'S0' : !openingSeen ? 'OTH' : closed === undefined ? 'S1' : from.closedWith === 'rst' ? 'RSTR' : 'SF',
    history: clean ? 'ShADad' : 'S',
    historyExtended: clean ? 'ShADMadm' : 'S',
    completeness: clean ? 15 : 1,
    closedBy: closed === undefined ? undefined : (from.closedBy ?? 'client'),
    closedWith: closed === undefined ? undefined : (from.closedWith ?? 'fin'),
    closed,
    closeFrame: closed === undefined ? undefined : lastFrame,
    requests: requests.length,
    responses: exchanges.filter((each) => each.status !== undefined).length,
    reuses: Math.max(0, counted.length - 1),
    pipelined: exchanges.filter((each, at) => at > 0 && !from.http2 && startOf(each) < endOf(exchanges[at - 1]!)).length,
    maxConcurrent: exchanges.length > 0 ? 1 : 0,
    idleMax: idles.length > 0 ? Math.max(...idles) : undefined,
    idleTotal: idles.length > 0 ? idles.reduce((sum, idle) => sum + idle, 0) : undefined,
    idleBeforeClose: closed === undefined || exchanges.length === 0 ? undefined : Math.max(0, closed - lastEnd),
    persistent: latest?.persistence?.persistent,
    persistenceBecause: latest?.persistence?.because,
    keepAliveTimeoutSeconds: exchanges.findLast((each) => each.keepAliveTimeoutSeconds !== undefined)?.keepAliveTimeoutSeconds,
    keepAliveMax: undefined,
    clientKeepAliveTimeoutSeconds: undefined,
    clientKeepAliveMax: undefined,
    closeHeaderBy: exchanges.some((each) => each.requestClose)
      ? 'client'
      : exchanges.some((each) => each.responseClose)
        ? 'server'
        : undefined,
    probes: { client: 0, server: 0, acks: 0, unanswered: 0, interval: undefined },
    tcpAnalysis: undefined,
    previousOnFlow: undefined,
    notes: [],
    ...from.rest,
  };
}

/** Equal texts get equal numbers, from 1. */
class Texts {
  readonly #texts: string[] = [''];
  readonly #ids = new Map<string, number>();

  id(text: string | undefined): number {
    if (!text) return 0;
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(id: number): string {
    return this.#texts[id]!;
  }
}

function columnsOf(
  list: readonly MadeUpConnection[],
  connections: readonly Connection[],
  exchanges: readonly (readonly Exchange[])[],
): Columns {
  const texts = new Texts();
  const hosts = new Texts();
  const flat = exchanges.flat();
  const firstOf: number[] = [];
  let count = 0;
  for (const each of exchanges) {
    firstOf.push(each.length > 0 ? count : -1);
    count += each.length;
  }
  const client = connections.map((each) => hosts.id(each.client.address));
  const server = connections.map((each) => hosts.id(each.server.address));
  const authority = connections.map((each) => texts.id(each.serverName ?? each.authority));
  return {
    connections: connections.length,
    exchanges: count,
    responses: connections.reduce((sum, each) => sum + each.responses, 0),
    tcpStream: (connection) => connections[connection]!.tcpStream ?? -1,
    clientHost: (connection) => client[connection]!,
    requestingHost: (connection) => client[connection]!,
    clientPort: (connection) => connections[connection]!.client.port,
    serverHost: (connection) => server[connection]!,
    serverPort: (connection) => connections[connection]!.server.port,
    linkTag: (connection) => list[connection]!.linkTag ?? 0,
    authority: (connection) => authority[connection]!,
    text: (id) => texts.text(id),
    product: (id) => texts.text(id),
    address: (host) => hosts.text(host),
    hostName: () => undefined,
    encrypted: (connection) => list[connection]!.tls === true,
    isHttp: (connection) => exchanges[connection]!.length > 0,
    multiplexes: (connection) => list[connection]!.http2 === true,
    handshake: (connection) => connections[connection]!.handshake ?? Number.NaN,
    handshakeTls: (connection) => connections[connection]!.tlsHandshake ?? Number.NaN,
    lasted: (connection) => connections[connection]!.duration,
    protocol: (connection) => connections[connection]!.protocol,
    opened: (connection) => connections[connection]!.start,
    openingSeen: (connection) => list[connection]!.openingSeen ?? true,
    established: (connection) => list[connection]!.established ?? true,
    setup: (connection) => connections[connection]!.setup ?? Number.NaN,
    closed: (connection) => connections[connection]!.closed ?? Number.NaN,
    closedBy: (connection) => {
      const by = connections[connection]!.closedBy;
      return by === 'client' ? 0 : by === 'server' ? 1 : -1;
    },
    persistent: (exchange) => flat[exchange]!.persistence?.persistent ?? false,
    firstExchange: (connection) => firstOf[connection]!,
    nextExchange: (exchange) => (flat[exchange + 1]?.connection === flat[exchange]!.connection ? exchange + 1 : -1),
    exchangeConnection: (exchange) => flat[exchange]!.connection,
    exchangeStart: (exchange) => startOf(flat[exchange]!),
    exchangeEnd: (exchange) => endOf(flat[exchange]!),
    countsForReuse: (exchange) => countsForReuse(flat[exchange]!),
    hasRequest: (exchange) => flat[exchange]!.method !== undefined,
    responsesTo: (exchange) => (flat[exchange]!.status === undefined ? 0 : 1),
    isConnect: (exchange) => flat[exchange]!.method === 'CONNECT',
    oneShot: (exchange) => flat[exchange]!.version === '1.0' || flat[exchange]!.version === '0.9',
    sameRequest: (a, b) =>
      flat[a]!.method === flat[b]!.method && flat[a]!.target === flat[b]!.target && flat[a]!.authority === flat[b]!.authority,
    requestFrame: (exchange) => flat[exchange]!.requestFrame ?? 0,
    responseFrame: (exchange) => flat[exchange]!.responseFrame ?? 0,
    status: (exchange) => flat[exchange]!.status ?? 0,
    closeHeader: (exchange) => (flat[exchange]!.requestClose ? 1 : 0) | (flat[exchange]!.responseClose ? 2 : 0),
    persistenceRule: (exchange) => flat[exchange]!.persistence?.because ?? 'http_1_0_default',
    userAgent: (exchange) => texts.id(flat[exchange]!.userAgent),
    server: (exchange) => texts.id(flat[exchange]!.server),
    keepAliveTimeout: (exchange) => flat[exchange]!.keepAliveTimeoutSeconds ?? -1,
    keepAliveMax: (exchange) => flat[exchange]!.keepAliveMax ?? -1,
    answered: (exchange) => flat[exchange]!.status !== undefined,
    requests: (connection) => connections[connection]!.requests,
    probes: (connection) => connections[connection]!.probes.client + connections[connection]!.probes.server,
    silent: (connection) => connections[connection]!.bytesClient + connections[connection]!.bytesServer === 0,
    clientRoundTrip: (connection) => connections[connection]!.rttClient ?? Number.NaN,
    roundTrip: (connection) => connections[connection]!.handshake ?? Number.NaN,
    firstFrame: (connection) => connections[connection]!.firstFrame,
    lastFrame: (connection) => connections[connection]!.lastFrame,
    closeFrame: (connection) => connections[connection]!.closeFrame ?? -1,
    closedByReset: (connection) => connections[connection]!.closedWith === 'rst',
    closedUnread: (connection) => list[connection]!.closedUnread === true,
    closedUnaware: (connection) => list[connection]!.closedUnaware === true,
    sentReset: (connection, side) =>
      connections[connection]!.closedWith === 'rst' && connections[connection]!.closedBy === (side === 0 ? 'client' : 'server'),
    lastHeard: (connection, side) =>
      list[connection]!.lastHeard?.[side] ?? connections[connection]!.start + connections[connection]!.duration,
    unansweredProbes: (connection) => connections[connection]!.probes.unanswered,
    retransmissions: (connection) => connections[connection]!.tcpAnalysis?.retransmission ?? 0,
    synPrint: (connection) => list[connection]!.synPrint ?? 1,
    goAway: (connection) => connections[connection]!.http2?.goAway,
    streamLimit: (connection) => connections[connection]!.http2?.streamLimit,
    alert: (connection) => connections[connection]!.tls?.alert,
    reuses: (connection) => connections[connection]!.reuses,
    mayMultiplex: (connection) => list[connection]!.http2 ?? false,
    sealedUntil: (connection) => list[connection]!.sealedUntil ?? Number.NaN,
    bound: (connection) => list[connection]!.bound === true,
    cutShort: (connection) => list[connection]!.cutShort === true,
    clientCertificate: (connection) => list[connection]!.clientCertificate ?? 0,
    announcesHttp3: (connection) => connections[connection]!.announcesHttp3 ?? false,
    certificateNames: (connection) => connections[connection]!.tls?.certificateNames,
    fingerprint: (connection) => connections[connection]!.tlsClientFingerprint,
    setupBytes: (connection) => list[connection]!.setupBytes ?? (list[connection]!.tls ? 4000 : 180),
    setupRoundTrips: (connection) => 1 + (connections[connection]!.tlsRoundTrips ?? 0),
  };
}

/** A client that sends `times` one after the other, each on a connection of its own: the plainest waste. */
export function oneRequestPerConnection(times: readonly Time[], common: Partial<MadeUpConnection> = {}): MadeUpConnection[] {
  const handshake = common.handshake ?? 40 * millisecond;
  return times.map((at) => ({
    ...common,
    at,
    handshake,
    exchanges: [{ start: at + handshake, end: at + handshake + 20 * millisecond, close: 'client' as const }],
    closed: at + handshake + 20 * millisecond,
    closedBy: common.closedBy ?? 'client',
  }));
}

/** Asked one request, as soon as it was set up; of `shop`, which answers in 20 ms. */
export const askedOnce = (at: number, more: Partial<MadeUpConnection> = {}, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection => ({
  at,
  authority: 'shop',
  exchanges: [{ start: at + milliseconds(40), end: at + milliseconds(60), ...exchange }],
  ...more,
});

export const seconds = (count: number): Duration => count * second;
export const milliseconds = (count: number): Duration => count * millisecond;
