/** Makes the plain records of one connection and its exchanges, when they are asked for. */

import { type Exchange, type ExchangeLog, makeExchange } from '../http/index.ts';
import type { RecordColumns } from './columns.ts';
import type { Connection } from './connection.ts';
import type { ConnectionView } from './connection-view.ts';

/** A copy of what the view shows: it stays as it is, and can be spread and written. One literal: an object of so many members is quick only so. */
export function makeConnection(view: ConnectionView): Connection {
  const { duplicateFrames: _, ...tcpAnalysis } = view.tcpAnalysis;
  return {
    id: view.id,
    tcpStream: view.tcpStream,
    client: view.client,
    server: view.server,
    clientGuessed: view.clientGuessed,
    vlan: view.vlan,
    tunnel: view.tunnel,
    interface: view.interface,
    file: view.file,
    serverName: view.serverName,
    proxiedClient: view.proxiedClient,
    proxy: view.proxy,
    authority: view.authority,
    protocol: view.protocol,
    alpn: view.alpn,
    firstFrame: view.firstFrame,
    lastFrame: view.lastFrame,
    start: view.start,
    duration: view.duration,
    framesClient: view.framesClient,
    framesServer: view.framesServer,
    bytesClient: view.bytesClient,
    bytesServer: view.bytesServer,
    framesDuplicate: view.framesDuplicate,
    synFrame: view.synFrame,
    synAckFrame: view.synAckFrame,
    ackFrame: view.ackFrame,
    handshakeComplete: view.handshakeComplete,
    simultaneousOpen: view.simultaneousOpen,
    handshake: view.handshake,
    synToSynAck: view.synToSynAck,
    synAckToAck: view.synAckToAck,
    handshakeClient: view.handshakeClient,
    initialRtt: view.initialRtt,
    synRetransmissions: view.synRetransmissions,
    synWait: view.synWait,
    fastOpen: view.fastOpen,
    vantage: view.vantage,
    rttClient: view.rttClient,
    rttServer: view.rttServer,
    tlsVersion: view.tlsVersion,
    tlsHandshake: view.tlsHandshake,
    tlsResumed: view.tlsResumed,
    tlsRoundTrips: view.tlsRoundTrips,
    tlsCipher: view.tlsCipher,
    tlsEarlyData: view.tlsEarlyData,
    tlsClientFingerprint: view.tlsClientFingerprint,
    decrypted: view.decrypted,
    decryptionFailedWhy: view.decryptionFailedWhy,
    tls: view.tls,
    setupRoundTrips: view.setupRoundTrips,
    setup: view.setup,
    state: view.state,
    history: view.history,
    historyExtended: view.historyExtended,
    completeness: view.completeness,
    closedBy: view.closedBy,
    closedWith: view.closedWith,
    closed: view.closed,
    closeFrame: view.closeFrame,
    requests: view.requests,
    responses: view.responses,
    requestsEstimated: view.requestsEstimated,
    reuses: view.reuses,
    pipelined: view.pipelined,
    maxConcurrent: view.maxConcurrent,
    authorities: view.authorities,
    announcesHttp3: view.announcesHttp3,
    misdirected: view.misdirected,
    http2: view.http2,
    idleMax: view.idleMax,
    idleTotal: view.idleTotal,
    idleBeforeClose: view.idleBeforeClose,
    persistent: view.persistent,
    persistenceBecause: view.persistenceBecause,
    keepAliveTimeoutSeconds: view.keepAliveTimeoutSeconds,
    keepAliveMax: view.keepAliveMax,
    clientKeepAliveTimeoutSeconds: view.clientKeepAliveTimeoutSeconds,
    clientKeepAliveMax: view.clientKeepAliveMax,
    keepAliveAnnouncements: view.keepAliveAnnouncements,
    closeHeaderBy: view.closeHeaderBy,
    transfers: view.transfers,
    losses: view.losses,
    probes: view.probes,
    tcpAnalysis,
    previousOnFlow: view.previousOnFlow,
    notes: view.notes,
  };
}

/** All exchanges of a connection, in order of their requests. */
export function makeExchanges(c: number, log: ExchangeLog, columns: RecordColumns): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  const scheme = columns.encrypted(c) ? 'https' : 'http';
  let end = Number.NaN;
  for (let e = columns.firstExchange(c); e >= 0; e = log.next(e)) {
    const idle = Number.isNaN(end) ? undefined : Math.max(0, columns.exchangeStart(e) - end);
    exchanges.push(makeExchange(log, e, exchanges.length, scheme, idle, end));
    end = Number.isNaN(end) ? columns.exchangeEnd(e) : Math.max(end, columns.exchangeEnd(e));
  }
  return exchanges;
}
