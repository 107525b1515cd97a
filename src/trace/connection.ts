/** The shared language: what was seen of one connection, as plain data. What is not in it, analysis, reports and the TUI cannot know. */

import type { PersistenceRule } from '../http/exchange.ts';
import type { Http2Summary } from '../http/http2-facts.ts';
import type { NoteCode } from '../note.ts';
import type { SegmentVerdicts } from '../tcp/index.ts';
import type { Duration, Time } from '../time.ts';
import type { EarlyData, RequestEstimate, TlsSummary } from '../tls/index.ts';

export interface Endpoint {
  /** Text form: dotted IPv4, or RFC 5952 IPv6. */
  readonly address: string;
  readonly port: number;
  /** What the capture calls the address (pcapng's Name Resolution Block). */
  readonly name?: string | undefined;
}

export const protocolNames = ['unknown', 'http/0.9', 'http/1.0', 'http/1.1', 'h2', 'h2c', 'tls', 'websocket', 'tunnel'] as const;
export type ProtocolName = (typeof protocolNames)[number];

/** Zeek's connection states (scripts/base/protocols/conn/main.zeek). */
export const stateCodes = ['S0', 'S1', 'SF', 'REJ', 'S2', 'S3', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'OTH'] as const;
export type StateCode = (typeof stateCodes)[number];

/** Where the capture was taken, seen from this connection's client and server. */
export const vantages = ['client', 'server', 'middle', 'loopback'] as const;
export type Vantage = (typeof vantages)[number];

/** What became of TCP Fast Open: the client asked for a cookie; the server took data of the SYN, or let it be sent again. */
export const fastOpenKinds = ['cookie_requested', 'accepted', 'ignored'] as const;
export type FastOpen = (typeof fastOpenKinds)[number];

/** How many frames Wireshark 4.0 flags so, by its own rules. */
export type TcpAnalysis = Omit<SegmentVerdicts, 'duplicateFrames'>;

/** One TCP keep-alive probe, and the ACK that answered it; undefined for a lost one. */
export interface KeepAliveProbe {
  readonly by: 'client' | 'server';
  readonly frame: number;
  readonly time: Time;
  /** It follows something else than a probe of its side, answered or not. */
  readonly first: boolean;
  /** Since the last segment of the peer; NaN where none was seen, or where that was a probe as well. */
  readonly quiet: Duration;
  readonly octet: boolean;
  readonly answerFrame: number | undefined;
  readonly answerTime: Time | undefined;
}

/** What one side's probes show of its timers; undefined where nothing shows it. Medians. */
export interface KeepAliveTimes {
  /** From the last segment of the peer to the first probe. */
  readonly idle?: Duration | undefined;
  /** From a probe that was answered to the next: Linux takes the greater of idle time and interval. */
  readonly period?: Duration | undefined;
  /** From a probe that was not answered to the next. */
  readonly interval?: Duration | undefined;
  /** Unanswered probes before the side gave up. */
  readonly givenUpAfter?: number | undefined;
  /** They carried the one byte that Windows and old BSDs send. */
  readonly octet?: boolean | undefined;
}

/** How probing showed that the peer was gone. */
export interface PeerLost {
  /** Who probed. */
  readonly by: 'client' | 'server';
  /** It gave up (reset); the peer answered with a reset, for it had forgotten the connection; an ICMP error quoted the probe; the capture ends without an answer. */
  readonly how: 'gave_up' | 'forgotten' | 'unreachable' | 'no_answer';
  readonly unanswered: number;
  /** Of the reset or the error. */
  readonly frame?: number | undefined;
  readonly time?: Time | undefined;
}

/** TCP keep-alive probes and their answers, by our own rule; never to be mixed up with HTTP persistence. */
export interface KeepAliveProbes {
  readonly client: number;
  readonly server: number;
  /** Probes that were answered, and those that were not. */
  readonly acks: number;
  readonly unanswered: number;
  /** Median time between probes of one run; undefined with fewer than two. */
  readonly interval: Duration | undefined;
  /** In order of time, the first thousand of them; missing where there are none. */
  readonly list?: readonly KeepAliveProbe[] | undefined;
  /** Of a side that probed. */
  readonly clientTimes?: KeepAliveTimes | undefined;
  readonly serverTimes?: KeepAliveTimes | undefined;
  readonly peerLost?: PeerLost | undefined;
}

/** What the server's Keep-Alive fields said, from response to response. */
export interface KeepAliveAnnouncements {
  /** The first max. */
  readonly maxFirst: number | undefined;
  /** max fell by one with each response: it is what is left. undefined until there were two. */
  readonly countsDown: boolean | undefined;
  /** How often the values changed, a max that counts down apart. */
  readonly changes: number;
}

export const proxyKinds = ['connect', 'socks4', 'socks5'] as const;

export interface ProxyTunnel {
  readonly kind: (typeof proxyKinds)[number];
  /** Host and port; undefined where they were not kept. */
  readonly target: string | undefined;
  /** First byte of asking. */
  readonly asked: Time | undefined;
  /** From asking to the proxy's yes, as the client felt it: part of the set-up. */
  readonly setup: Duration | undefined;
}

/** Bytes that came with two contents; the first are used. */
export interface OverlapConflict {
  readonly by: 'client' | 'server';
  readonly length: number;
  /** From the first difference on, up to 16 bytes of each copy, and the frames that brought them. */
  readonly kept: Uint8Array;
  readonly other: Uint8Array;
  readonly keptFrame: number;
  readonly otherFrame: number;
}

/** Payload that is missing, of both sides. */
export interface StreamLosses {
  /** The peer acknowledged it: it was there, the capture has it not. */
  readonly capture: number;
  /** Frames were captured only in part. */
  readonly snapLength: number;
  /** Nobody acknowledged it, and it did not come again. */
  readonly network: number;
  /** The first hundred. */
  readonly conflicts: readonly OverlapConflict[];
}

/** Round trips between the capture point and whoever confirms a side's bytes; percentiles within an eighth, undefined where only the handshake was timed. */
export interface TransferRoundTrip {
  readonly samples: number;
  readonly least: Duration;
  readonly p50: Duration | undefined;
  readonly p95: Duration | undefined;
}

/** What one side sent, and how it went. */
export interface Transfer {
  /** By its SYN. */
  readonly offered:
    | {
        /** Largest payload that the sender takes (MSS). */
        readonly segmentSize: number | undefined;
        readonly windowScale: number | undefined;
        readonly selectiveAcks: boolean;
        readonly timestamps: boolean;
      }
    | undefined;
  /** Payload of segments that Wireshark's rules call retransmissions, fast and spurious ones included. */
  readonly retransmittedBytes: number;
  /** Most bytes that were sent and not yet acknowledged; undefined where that was never more than 4 KiB. */
  readonly inFlightMax: number | undefined;
  /** How long this side had no room in its window. */
  readonly zeroWindow: Duration;
  readonly roundTrip: TransferRoundTrip | undefined;
  /** Payload, retransmissions apart, over the life of the connection. */
  readonly bytesPerSecond: number | undefined;
}

/** What the first exchange of a new connection waited at most because its window was still small (RFC 6928: ten segments at first). */
export interface SlowStart {
  readonly roundTrips: number;
  readonly time: Duration;
}

export interface Transfers {
  readonly client: Transfer;
  readonly server: Transfer;
  /** undefined without an exchange, or where round trips are not known. */
  readonly slowStart: SlowStart | undefined;
}

export interface Connection {
  /** Ours, by first frame; from 0. */
  readonly id: number;
  /** Wireshark's `tcp.stream`; undefined where it cannot be known. */
  readonly tcpStream: number | undefined;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** No SYN was seen: which end is the client is a guess. */
  readonly clientGuessed: boolean;
  /** VLAN ids from the outside in. */
  readonly vlan: readonly number[];
  /** Kind and id of the innermost tunnel, `vxlan:42`. */
  readonly tunnel: string | undefined;
  /** Of its first frame; undefined for the 65,536th of a capture and all behind it. */
  readonly interface: number | undefined;
  readonly file: number;
  /** Server name of TLS (SNI); Host or :authority first seen. */
  readonly serverName: string | undefined;
  /** Behind a load balancer that sends PROXY headers: the client for which it opened the connection. */
  readonly proxiedClient?: Endpoint | undefined;
  /** The tunnel that a proxy was asked for, and granted. */
  readonly proxy?: ProxyTunnel | undefined;
  readonly authority: string | undefined;
  readonly protocol: ProtocolName;
  readonly alpn: string | undefined;

  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly start: Time;
  readonly duration: Duration;
  readonly framesClient: number;
  readonly framesServer: number;
  readonly bytesClient: number;
  readonly bytesServer: number;
  readonly framesDuplicate: number;

  /** The frames of its handshake, as far as it came and is in the capture; the SYN is the first of its number. */
  readonly synFrame: number | undefined;
  readonly synAckFrame: number | undefined;
  readonly ackFrame: number | undefined;
  readonly handshakeComplete: boolean;
  /** Each side sent a SYN of its own (RFC 9293 §3.5, figure 8; also a split handshake): no three frames are the handshake. */
  readonly simultaneousOpen: boolean;
  /** First SYN to the client's first ACK after the SYN-ACK, as captured. */
  readonly handshake: Duration | undefined;
  /** The two parts: SYN to SYN-ACK, SYN-ACK to ACK. */
  readonly synToSynAck: Duration | undefined;
  readonly synAckToAck: Duration | undefined;
  /** As the client felt it, wherever the capture was taken. */
  readonly handshakeClient: Duration | undefined;
  /** Wireshark's `tcp.analysis.initial_rtt`: from the last SYN. */
  readonly initialRtt: Duration | undefined;
  readonly synRetransmissions: number;
  /** From the first SYN to the last: what waiting for lost ones cost. */
  readonly synWait?: Duration | undefined;
  readonly fastOpen?: FastOpen | undefined;
  readonly vantage: Vantage | undefined;
  readonly rttClient: Duration | undefined;
  readonly rttServer: Duration | undefined;

  readonly tlsVersion: string | undefined;
  readonly tlsHandshake: Duration | undefined;
  readonly tlsResumed: boolean | undefined;
  readonly tlsRoundTrips: number | undefined;
  readonly tlsCipher?: string | undefined;
  readonly tlsEarlyData?: EarlyData | undefined;
  /** JA4 of the ClientHello. */
  readonly tlsClientFingerprint?: string | undefined;
  /** Records could be opened with the keys given; undefined where none were. */
  readonly decrypted?: boolean | undefined;
  readonly decryptionFailedWhy?: string | undefined;
  /** The rest of what is known of its TLS. */
  readonly tls?: TlsSummary | undefined;
  /** Round trips of TCP and TLS before the first request could leave; undefined where they were not seen whole. */
  readonly setupRoundTrips?: number | undefined;
  /** TCP, CONNECT and TLS together, as the client felt them. */
  readonly setup: Duration | undefined;

  readonly state: StateCode;
  /** Zeek's history letters. */
  readonly history: string;
  /** With letters of ours: m an HTTP message, n another one, e one said to be the last (or GOAWAY), l HTTP was left, k a TCP keep-alive probe. */
  readonly historyExtended: string;
  /** Wireshark's `tcp.completeness` bits. */
  readonly completeness: number;
  readonly closedBy: 'client' | 'server' | undefined;
  readonly closedWith: 'fin' | 'rst' | undefined;
  /** Time of the first FIN or RST, and its frame. */
  readonly closed: Time | undefined;
  readonly closeFrame: number | undefined;

  readonly requests: number;
  readonly responses: number;
  /** Of HTTP inside TLS that could not be read: estimated from the lengths of its records. */
  readonly requestsEstimated?: RequestEstimate | undefined;
  /** Exchanges after the first; CONNECT does not count. */
  readonly reuses: number;
  /** HTTP/1: requests whose first byte came before the end of the response before. */
  readonly pipelined: number;
  readonly maxConcurrent: number;
  /** Every host that was asked for on it, the first hundred of them: several where one connection serves several origins (RFC 9113 §9.1.1). */
  readonly authorities?: readonly string[];
  /** A response announced HTTP/3 for its host in Alt-Svc: later requests may go by QUIC. */
  readonly announcesHttp3?: boolean;
  /** Answers with status 421: the server does not serve that host on this connection. */
  readonly misdirected?: number;
  /** Beside its exchanges, where it spoke HTTP/2. */
  readonly http2?: Http2Summary | undefined;
  /** HTTP idle time between exchanges; TCP keep-alive probes do not interrupt it. The longest is undefined where the connection never was idle between two. */
  readonly idleMax: Duration | undefined;
  readonly idleTotal: Duration | undefined;
  /** From the end of the last exchange to the close; undefined where it had not ended: a request without an answer, a websocket, a tunnel. */
  readonly idleBeforeClose: Duration | undefined;
  readonly persistent: boolean | undefined;
  readonly persistenceBecause: PersistenceRule | undefined;
  /** The `Keep-Alive` header's values as last announced by each side. */
  readonly keepAliveTimeoutSeconds: number | undefined;
  readonly keepAliveMax: number | undefined;
  readonly clientKeepAliveTimeoutSeconds: number | undefined;
  readonly clientKeepAliveMax: number | undefined;
  readonly keepAliveAnnouncements?: KeepAliveAnnouncements | undefined;
  /** Who sent `Connection: close` first. */
  readonly closeHeaderBy: 'client' | 'server' | undefined;

  readonly transfers?: Transfers | undefined;
  readonly losses?: StreamLosses | undefined;
  readonly probes: KeepAliveProbes;
  /** undefined until Wireshark's own verdicts are computed. */
  readonly tcpAnalysis: TcpAnalysis | undefined;
  /** The connection before it on the same flow. */
  readonly previousOnFlow: number | undefined;
  readonly notes: readonly NoteCode[];
}
