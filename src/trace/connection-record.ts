/** Makes the plain record of one connection from the columns, when it is asked for. */

import { type Exchange, type ExchangeLog, HAS_REQUEST, HAS_RESPONSE, type Http2Facts, IS_CONNECT } from '../http/index.ts';
import { record, stateCode } from '../tcp/index.ts';
import type { Duration } from '../time.ts';
import { announcementsOf } from './announcements.ts';
import type { RecordColumns } from './columns.ts';
import type { Connection, Endpoint, FastOpen } from './connection.ts';
import { keepAliveProbes } from './keep-alive-record.ts';
import type { Records } from './records.ts';
import { lossesOf, transfersOf } from './transfer-record.ts';
import { vantageOf } from './vantage.ts';

export function makeConnection(c: number, records: Records, columns: RecordColumns, epoch: bigint): Connection {
  const { tracker, facts } = records;
  const words = tracker.records.i32;
  const w = c * record.WORDS;
  const flags = words[w + record.FLAGS]!;
  const swapped = columns.isSwapped(c);
  const own = w + (swapped ? record.SERVER_HALF : record.CLIENT_HALF);
  const peer = w + (swapped ? record.CLIENT_HALF : record.SERVER_HALF);
  const complete = (flags & record.HANDSHAKE) !== 0;
  const time = (slot: number): number | undefined => known(columns.time(c, slot));
  const frame = (word: number): number | undefined => (complete ? words[w + word] || undefined : undefined);
  const syn = known(tracker.records.synTime(c));
  const synAck = time(record.SYN_ACK_TIME);
  const ack = time(record.ACK_TIME);
  const start = columns.opened(c);
  const roundTrips = records.vantages.roundTrips(c);
  const handshake = known(columns.handshake(c));
  const tls = facts.tls.get(c);
  const { duplicateFrames, ...tcpAnalysis } = tracker.verdicts(c);
  const http = summary(c, records.log, columns);
  const closedBy = columns.closedBy(c);
  const history = tracker.history.text(c, swapped);
  const closed = time(record.CLOSE_TIME);
  const states = words[w + record.STATES]!;
  const point = words[w + record.SYN_COUNT]! >>> 16;
  const first = states & 7;
  const second = (states >> 3) & 7;
  const bytesClient = columns.time(c, swapped ? record.SERVER_BYTES : record.CLIENT_BYTES);
  const bytesServer = columns.time(c, swapped ? record.CLIENT_BYTES : record.SERVER_BYTES);
  const endpoint = (host: number, port: number): Endpoint => ({ address: columns.address(host), port, name: columns.hostName(host) });
  const text = (id: number): string | undefined => (id > 0 ? columns.text(id) : undefined);
  return {
    id: c,
    tcpStream: words[w + record.STREAM]! < 0 ? undefined : words[w + record.STREAM]!,
    client: endpoint(columns.clientHost(c), columns.clientPort(c)),
    server: endpoint(columns.serverHost(c), columns.serverPort(c)),
    clientGuessed: (flags & record.GUESSED) !== 0,
    vlan: records.tags.vlansOf(columns.linkTag(c)),
    tunnel: records.tags.tunnelOf(columns.linkTag(c)),
    interface: records.points ? records.points.interface(point) : point,
    file: records.points?.capture(point) ?? 0,
    serverName: text(facts.serverName(c)),
    ...behindProxy(c, records, columns),
    authority: http.authority,
    protocol: columns.protocol(c),
    alpn: tls?.protocol,
    announcesHttp3: facts.announcingHttp3.has(c),
    firstFrame: words[w + record.FIRST_FRAME]!,
    lastFrame: words[w + record.LAST_FRAME]!,
    start,
    duration: columns.lasted(c),
    framesClient: words[own + record.FRAMES]!,
    framesServer: words[peer + record.FRAMES]!,
    bytesClient,
    bytesServer,
    framesDuplicate: duplicateFrames,
    synFrame: frame(record.SYN_FRAME),
    synAckFrame: frame(record.SYN_ACK_FRAME),
    ackFrame: frame(record.ACK_FRAME),
    handshakeComplete: complete,
    handshake,
    synToSynAck: complete ? between(syn, synAck) : undefined,
    synAckToAck: complete ? between(synAck, ack) : undefined,
    handshakeClient: known(columns.handshakeClient(c)),
    initialRtt: tracker.isAnalysisShown(c) ? initialRtt(time(record.INITIAL_RTT), epoch, known(tracker.records.lastSynTime(c))) : undefined,
    synRetransmissions: words[w + record.SYN_COUNT]! & 0xffff,
    synWait: words[w + record.SYN_COUNT]! & 0xffff ? between(syn, known(tracker.records.lastSynTime(c))) : undefined,
    fastOpen: fastOpenOf(flags),
    vantage: roundTrips && vantageOf(roundTrips),
    rttClient: roundTrips?.client,
    rttServer: roundTrips?.server,
    tlsVersion: tls?.versionName,
    tlsHandshake: known(columns.handshakeTls(c)),
    tlsResumed: tls?.resumed,
    tlsRoundTrips: tls?.roundTrips,
    tlsCipher: tls?.cipherName,
    tlsEarlyData: tls?.version ? tls.earlyData : undefined,
    tlsClientFingerprint: tls?.fingerprint,
    decrypted: tls?.isDecrypted,
    decryptionFailedWhy: tls?.notDecryptedWhy,
    tls: tls?.summary(),
    setup: known(columns.setup(c)),
    setupRoundTrips: complete && (!tls || tls.roundTrips !== undefined) ? columns.setupRoundTrips(c) : undefined,
    requestsEstimated: http.counts.requests > 0 ? undefined : tls?.estimate(),
    state: stateCode(swapped ? second : first, swapped ? first : second, bytesClient, bytesServer, history),
    history,
    historyExtended: tracker.history.text(c, swapped, true),
    completeness: completeness(
      (states >> 8) & 63,
      flags,
      words[own + record.FRAMES]! + words[peer + record.FRAMES]!,
      words[w + record.PREVIOUS]!,
    ),
    closedBy: closedBy < 0 ? undefined : closedBy === 0 ? 'client' : 'server',
    closedWith: closedBy < 0 ? undefined : flags & record.CLOSED_BY_RST ? 'rst' : 'fin',
    closed,
    closeFrame: closedBy < 0 ? undefined : words[w + record.CLOSE_FRAME]!,
    ...http.counts,
    ...http2Of(facts.http2.get(c)),
    idleBeforeClose: http.lastEnd === undefined || closed === undefined ? undefined : Math.max(0, closed - http.lastEnd),
    losses: lossesOf(c, tracker, swapped),
    transfers: transfersOf(c, tracker, {
      swapped,
      duration: columns.lasted(c),
      end: start + columns.lasted(c),
      bytesClient,
      bytesServer,
      toServer: between(syn, synAck),
      toClient: between(synAck, ack),
      roundTrip: roundTrips && roundTrips.client + roundTrips.server,
      firstExchange: http.first,
    }),
    probes: keepAliveProbes(c, tracker, swapped, closedBy < 0),
    tcpAnalysis,
    previousOnFlow: words[w + record.PREVIOUS]! < 0 ? undefined : words[w + record.PREVIOUS]!,
    notes: records.notes.of(c),
  };
}

/** All exchanges of a connection, in order of their requests. */
export function makeExchanges(c: number, log: ExchangeLog, columns: RecordColumns): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  const scheme = columns.encrypted(c) ? 'https' : 'http';
  let end = Number.NaN;
  for (let e = columns.firstExchange(c); e >= 0; e = log.next(e)) {
    const idle = Number.isNaN(end) ? undefined : Math.max(0, columns.exchangeStart(e) - end);
    exchanges.push(log.exchange(e, exchanges.length, scheme, idle, end));
    end = Number.isNaN(end) ? columns.exchangeEnd(e) : Math.max(end, columns.exchangeEnd(e));
  }
  return exchanges;
}

/** Names kept of those that were asked for on one connection. */
const AUTHORITIES = 100;
/** RFC 9110 §15.5.20 */
const MISDIRECTED = 421;

interface HttpSummary {
  readonly first: Exchange | undefined;
  readonly authority: string | undefined;
  readonly lastEnd: number | undefined;
  readonly counts: Pick<
    Connection,
    | 'requests'
    | 'responses'
    | 'reuses'
    | 'pipelined'
    | 'maxConcurrent'
    | 'idleMax'
    | 'idleTotal'
    | 'authorities'
    | 'misdirected'
    | 'persistent'
    | 'persistenceBecause'
    | 'keepAliveTimeoutSeconds'
    | 'keepAliveMax'
    | 'clientKeepAliveTimeoutSeconds'
    | 'clientKeepAliveMax'
    | 'keepAliveAnnouncements'
    | 'closeHeaderBy'
  >;
}

function summary(c: number, log: ExchangeLog, columns: RecordColumns): HttpSummary {
  const exchanges = makeExchanges(c, log, columns);
  let requests = 0;
  let responses = 0;
  let reusable = 0;
  let pipelined = 0;
  let idleTotal: number | undefined;
  let idleMax: number | undefined;
  let misdirected = 0;
  const authorities = new Set<string>();
  let closeHeaderBy: 'client' | 'server' | undefined;
  let lastEnd: number | undefined;
  let e = columns.firstExchange(c);
  for (const exchange of exchanges) {
    const flags = log.flags(e);
    if (flags & HAS_REQUEST) requests += 1;
    responses += exchange.informational + (flags & HAS_RESPONSE ? 1 : 0);
    if ((flags & (HAS_REQUEST | IS_CONNECT)) === HAS_REQUEST) reusable += 1;
    const { idleBefore, requestStart } = exchange;
    if (exchange.authority !== undefined && authorities.size < AUTHORITIES) authorities.add(exchange.authority);
    if (exchange.status === MISDIRECTED) misdirected += 1;
    if (idleBefore !== undefined) {
      idleTotal = (idleTotal ?? 0) + idleBefore;
      // Exchanges that overlap leave no gap; streams that do are not pipelined but multiplexed.
      if (idleBefore > 0) idleMax = Math.max(idleMax ?? 0, idleBefore);
      const overlaps = lastEnd !== undefined && requestStart !== undefined && requestStart < lastEnd;
      if (overlaps && exchange.streamId === undefined) pipelined += 1;
    }
    closeHeaderBy ??= exchange.requestClose ? 'client' : exchange.responseClose ? 'server' : undefined;
    const end = columns.exchangeEnd(e);
    // Of an interim response alone no time is known.
    if (!Number.isNaN(end)) lastEnd = Math.max(lastEnd ?? 0, end);
    e = log.next(e);
  }
  const judged = exchanges.findLast((exchange) => exchange.persistence)?.persistence;
  const lastWith = <T>(value: (exchange: Exchange) => T | undefined): T | undefined => {
    const found = exchanges.findLast((exchange) => value(exchange) !== undefined);
    return found && value(found);
  };
  return {
    first: exchanges[0],
    authority: exchanges.find((exchange) => exchange.authority)?.authority,
    lastEnd,
    counts: {
      requests,
      responses,
      reuses: Math.max(0, reusable - 1),
      pipelined,
      maxConcurrent: exchanges.length > 0 ? 1 : 0,
      idleMax,
      idleTotal,
      authorities: [...authorities],
      misdirected,
      persistent: judged?.persistent,
      persistenceBecause: judged?.because,
      keepAliveTimeoutSeconds: lastWith((exchange) => exchange.keepAliveTimeoutSeconds),
      keepAliveMax: lastWith((exchange) => exchange.keepAliveMax),
      clientKeepAliveTimeoutSeconds: lastWith((exchange) => exchange.clientKeepAliveTimeoutSeconds),
      clientKeepAliveMax: lastWith((exchange) => exchange.clientKeepAliveMax),
      keepAliveAnnouncements: announcementsOf(exchanges),
      closeHeaderBy,
    },
  };
}

/** What a load balancer or a proxy says, on the few connections that have one. */
function behindProxy(c: number, { facts, log }: Records, columns: RecordColumns): Partial<Connection> {
  const host = facts.proxiedHost(c);
  const proxiedClient = host < 0 ? undefined : { address: columns.address(host), port: facts.proxiedPort(c) };
  const setup = known(columns.setupProxy(c));
  const socks = facts.socks.get(c);
  if (socks) {
    const { version, target, asked } = socks;
    return { proxiedClient, proxy: { kind: version === 4 ? 'socks4' : 'socks5', target, asked, setup } };
  }
  const first = columns.firstExchange(c);
  if (first < 0 || (log.flags(first) & IS_CONNECT) === 0) return proxiedClient ? { proxiedClient } : {};
  const target = columns.text(log.authority(first)) || undefined;
  return { proxiedClient, proxy: { kind: 'connect', target, asked: known(log.requestStart(first)), setup } };
}

/** An HTTP/2 connection counts its streams itself. */
function http2Of(facts: Http2Facts | undefined): Partial<Connection> {
  const http2 = facts?.summary();
  return http2 ? { http2, maxConcurrent: http2.maxConcurrent } : {};
}

function fastOpenOf(flags: number): FastOpen | undefined {
  if (flags & record.FAST_OPEN_ACCEPTED) return 'accepted';
  if (flags & record.FAST_OPEN_DATA) return flags & record.SYN_ACK_SEEN ? 'ignored' : undefined;
  return flags & record.FAST_OPEN_ASKED ? 'cookie_requested' : undefined;
}

/** Wireshark takes a SYN at exactly 1970-01-01 00:00 for no SYN, and a round trip of 0 for none (`tcp.analysis.initial_rtt`, 4.0). */
function initialRtt(value: Duration | undefined, epoch: bigint, lastSyn: number | undefined): Duration | undefined {
  return value === 0 || (lastSyn !== undefined && epoch + BigInt(Math.round(lastSyn)) === 0n) ? undefined : value;
}

/** Of a lone segment on ports that were not used before, Wireshark shows only that it is a SYN, and the SYN's data. */
const completeness = (bits: number, flags: number, frames: number, previous: number): number =>
  frames > 1 || previous >= 0 ? bits : flags & record.STARTED_WITH_SYN ? bits & 9 : 0;

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
/** A clock that was set back leaves the time between unknown. */
const between = (from: number | undefined, to: number | undefined): Duration | undefined =>
  from === undefined || to === undefined || to < from ? undefined : to - from;
