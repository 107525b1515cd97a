/** What was seen in a whole capture: columns for pass 2, and the record of one connection when it is asked for. */

import type { Comment, InterfaceFacts, SectionFacts } from '../capture/index.ts';
import type { Exchange, PersistenceRule } from '../http/exchange.ts';
import type { GoAway } from '../http/http2-facts.ts';
import type { NoteCount } from '../note.ts';
import type { Duration, Time } from '../time.ts';
import type { TlsAlert } from '../tls/index.ts';
import type { Connection, ProtocolName } from './connection.ts';
import type { ExchangeViews } from './exchange-views.ts';
import type { RedactionFacts } from './redaction.ts';
import type { Vanished } from './vanished.ts';

export interface CaptureFacts {
  /** File name without its folder; `-` for standard input. */
  readonly name: string;
  readonly container: 'pcap' | 'pcapng';
  readonly compression: string | undefined;
  readonly bytes: number;
  readonly frames: number;
  /** Nanoseconds since 1970; undefined without frames. */
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  /** Decimals of a second that the container keeps: 6 or 9. */
  readonly timeDigits: 6 | 9;
  /** Names such as `ETHERNET`, in order of appearance. */
  readonly linkTypes: readonly string[];
  readonly framesTruncated: number;
  readonly framesDropped: number | undefined;
  readonly framesDuplicate: number;
  readonly damagedAtOffset: number | undefined;
  /** Who wrote the capture, as its sections tell: the first of them, and how many there are. Empty for classic pcap. */
  readonly sections: readonly SectionFacts[];
  readonly sectionCount: number;
  /** As the capture describes them; a connection's `interface` is an index into it. Empty for classic pcap. */
  readonly interfaces: readonly InterfaceFacts[];
  /** The first of them; `commentCount` tells how many there are. */
  readonly comments: readonly Comment[];
  readonly commentCount: number;
}

/** Sums that add up: nothing of the input is lost silently. */
export interface Accounting {
  /** read = used + Σ skipped */
  readonly bytes: { readonly read: number; readonly used: number; readonly skipped: Readonly<Record<string, number>> };
  /** seen = tcp + Σ other + Σ unusable */
  readonly frames: {
    readonly seen: number;
    readonly tcp: number;
    readonly other: Readonly<Record<string, number>>;
    readonly unusable: Readonly<Record<string, number>>;
  };
  /** seen = delivered + duplicate + conflicting + Σ givenUp; TCP payload bytes, true lengths */
  readonly payload: {
    readonly seen: number;
    readonly delivered: number;
    readonly duplicate: number;
    readonly conflicting: number;
    readonly givenUp: Readonly<Record<string, number>>;
  };
  /** seen = listed + Σ evicted */
  readonly connections: { readonly seen: number; readonly listed: number; readonly evicted: Readonly<Record<string, number>> };
}

/** Numbers by row, for pass 2; unknown is NaN for times, -1 for frames and rows, 0 for interned texts. Equal host or text ids mean equal text. */
export interface Columns {
  readonly connections: number;
  readonly exchanges: number;
  /** Response messages in all, interim (1xx) ones included. */
  readonly responses: number;
  /** Wireshark's number of it; -1 where it cannot be known. */
  tcpStream(connection: number): number;
  clientHost(connection: number): number;
  clientPort(connection: number): number;
  /** Who asks: behind a load balancer's PROXY header the client for which it opened the connection, else the client. */
  requestingHost(connection: number): number;
  serverHost(connection: number): number;
  serverPort(connection: number): number;
  /** Identity of VLAN and tunnel; 0 outside both. */
  linkTag(connection: number): number;
  /** SNI, else first Host or :authority, else what a SOCKS proxy was asked for; 0 for a proxy that is asked for whole URLs. */
  authority(connection: number): number;
  /** Text of an interned authority. */
  text(id: number): string;
  /** Text of an interned `User-Agent` or `Server`. */
  product(id: number): string;
  address(host: number): string;
  /** Name that a capture gives the address (pcapng's Name Resolution Block). */
  hostName(host: number): string | undefined;
  /** Application bytes are TLS records. */
  encrypted(connection: number): boolean;
  /** HTTP/1 or HTTP/2 was read from its bytes. */
  isHttp(connection: number): boolean;
  /** HTTP/2: may carry several exchanges at once. */
  multiplexes(connection: number): boolean;
  /** HTTP/2 was read, or chosen in TLS, or offered there where the choice is secret. */
  mayMultiplex(connection: number): boolean;
  /** Of TLS that was not opened: when the last of its data went by; NaN where requests were read, and where there can be none of HTTP. */
  sealedUntil(connection: number): Time;
  /** Requests that say by NTLM or Negotiate who they are: the connection is one user's (RFC 4559 §6). */
  bound(connection: number): boolean;
  /** It ended within a response of HTTP/1. */
  cutShort(connection: number): boolean;
  /** Number of the client's certificate, the same for equal ones; 0 without one, and where it was not to be seen. */
  clientCertificate(connection: number): number;
  /** A response announced HTTP/3 in Alt-Svc. */
  announcesHttp3(connection: number): boolean;
  /** DNS names of the server's certificate; undefined where it was not to be seen. */
  certificateNames(connection: number): readonly string[] | undefined;
  /** Of the client, by its ClientHello. */
  fingerprint(connection: number): string | undefined;
  /** What its SYN shows of the stack that sent it; 0 without one. */
  synPrint(connection: number): number;
  /** First frame: the first SYN where one was seen. */
  opened(connection: number): Time;
  /** The capture shows its SYN. */
  openingSeen(connection: number): boolean;
  /** The three-way handshake succeeded, or later traffic shows that it had. */
  established(connection: number): boolean;
  /** Set-up (TCP, CONNECT, TLS) as the client felt it; NaN where its begin or end is not in the capture. */
  setup(connection: number): Duration;
  /** First SYN to the client's first ACK after the SYN-ACK, as captured; NaN where that was not seen. */
  handshake(connection: number): Duration;
  /** The TLS handshake as the client felt it; NaN where it was not seen whole. */
  handshakeTls(connection: number): Duration;
  /** From its first frame to its last. */
  lasted(connection: number): Duration;
  protocol(connection: number): ProtocolName;
  /** First FIN or RST; NaN while open. */
  closed(connection: number): Time;
  /** 0 client, 1 server, -1 open. */
  closedBy(connection: number): 0 | 1 | -1;
  /** Its set-up could carry no further exchange (close header, HTTP/1.0, until-close body, framing error, upgrade) after this one. */
  persistent(exchange: number): boolean;
  /** First exchange of a connection and the one after an exchange, in order of their requests; -1 at the end. The later has the higher number. */
  firstExchange(connection: number): number;
  nextExchange(exchange: number): number;
  exchangeConnection(exchange: number): number;
  /** First byte of the request (of the response where the request is not in the capture). */
  exchangeStart(exchange: number): Time;
  /** Last byte of the response, or of what was seen of the exchange. */
  exchangeEnd(exchange: number): Time;
  /** CONNECT, or a response without request: not to be counted for reuse. */
  countsForReuse(exchange: number): boolean;
  /** A response was seen, interim ones apart. */
  answered(exchange: number): boolean;
  hasRequest(exchange: number): boolean;
  /** Response messages to it, interim ones included. */
  responsesTo(exchange: number): number;
  isConnect(exchange: number): boolean;
  /** The request is of HTTP/1.0 or older and does not ask to keep the connection. */
  oneShot(exchange: number): boolean;
  /** Method, authority and target are known and the same. */
  sameRequest(exchange: number, other: number): boolean;
  /** Frames in which the heads are complete; 0 where unknown. */
  requestFrame(exchange: number): number;
  responseFrame(exchange: number): number;
  /** Final status; 0 where none was seen. */
  status(exchange: number): number;
  /** `Connection: close` in the request (1), in the response (2). */
  closeHeader(exchange: number): number;
  persistenceRule(exchange: number): PersistenceRule;
  /** Interned texts of `User-Agent` and `Server`; 0 where there is none. */
  userAgent(exchange: number): number;
  server(exchange: number): number;
  /** `Keep-Alive: timeout=…, max=…` of the response; -1 where it has none. */
  keepAliveTimeout(exchange: number): number;
  keepAliveMax(exchange: number): number;
  requests(connection: number): number;
  /** TCP keep-alive probes of both sides. */
  probes(connection: number): number;
  /** Not one payload byte was sent. */
  silent(connection: number): boolean;
  /** Least round trip between the capture point and this client, on its way to this server; NaN where no handshake shows it. */
  clientRoundTrip(connection: number): Duration;
  /** Between client and server, as the two halves of clean handshakes show it; NaN where none does. */
  roundTrip(connection: number): Duration;
  firstFrame(connection: number): number;
  lastFrame(connection: number): number;
  /** Of the first FIN or RST; -1 while open. */
  closeFrame(connection: number): number;
  closedByReset(connection: number): boolean;
  /** Whoever closed first did so before it had all that the capture shows of its peer by then. */
  closedUnread(connection: number): boolean;
  /** Closed by a reset without ACK: the answer of an end that knew of no connection. */
  closedUnaware(connection: number): boolean;
  /** Whether that side (0 client, 1 server) sent a RST at all. */
  sentReset(connection: number, side: 0 | 1): boolean;
  /** Time of that side's last frame; NaN where it has none. */
  lastHeard(connection: number, side: 0 | 1): Time;
  /** TCP keep-alive probes to which no answer came. */
  unansweredProbes(connection: number): number;
  /** Retransmissions as Wireshark counts them. */
  retransmissions(connection: number): number;
  /** HTTP/2: how a side announced the end of the connection. */
  goAway(connection: number): GoAway | undefined;
  /** HTTP/2: the most streams that the server allows at once; undefined where it says nothing. */
  streamLimit(connection: number): number | undefined;
  /** A fatal alert that could be read. */
  alert(connection: number): TlsAlert | undefined;
  /** Requests after the first; CONNECT does not count. */
  reuses(connection: number): number;
  /** Bytes of the set-up: headers of the TCP handshake, and the TLS handshake as far as it was seen. */
  setupBytes(connection: number): number;
  /** Round trips of the set-up: of TCP, and of TLS where its handshake was seen whole. */
  setupRoundTrips(connection: number): number;
}

/** How the captures were read, where that was not the usual way: all of it can change a number. */
export interface ReadWith {
  readonly reader?: 'warmwire' | 'pcap-parser' | undefined;
  readonly keepDuplicates?: true | undefined;
  readonly verifyChecksums?: true | undefined;
  readonly ignoreEncapsulation?: true | undefined;
  /** Frames that were read of each capture at most. */
  readonly frameLimit?: number | undefined;
  /** Bytes that a compressed capture may become. */
  readonly maxUncompressed?: number | undefined;
}

export interface Trace {
  /** Nanoseconds since 1970 of time 0 (the first frame). */
  readonly epoch: bigint;
  readonly timeDigits: 6 | 9;
  readonly size: number;
  /** Greatest time of any frame. */
  readonly lastTime: Time;
  /** Every byte of every input was understood. */
  readonly complete: boolean;
  readonly captures: readonly CaptureFacts[];
  readonly readWith: ReadWith;
  readonly accounting: Accounting;
  readonly notes: readonly NoteCount[];
  /** What went by QUIC, most flows first. */
  readonly quic: readonly Vanished[];
  readonly columns: Columns;
  connection(index: number): Connection;
  /** The same for who wants a few of its members: each is read when it is asked for, and shows what is known then; of a connection with many requests what was when one was asked for first. Not to be spread. */
  view(index: number): Connection;
  /** In order of their requests. */
  exchanges(index: number): readonly Exchange[];
  /** The same, as `view` is to `connection`. */
  exchangeViews(index: number): ExchangeViews;
  /** What of it is masked or renamed; undefined where nothing is. */
  readonly redaction?: RedactionFacts;
  /** The same before that: for tests on it whose outcome alone is shown. */
  readonly original?: Trace;
}
