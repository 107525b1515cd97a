/** The trace's numbers by row, read straight from the records; made for pass 2. */

import { ABSOLUTE_FORM, type GoAway, type HttpVersion } from '../http/index.ts';
import { CLIENT, SERVER, type Side } from '../stream.ts';
import { record } from '../tcp/index.ts';
import type { Duration, Time } from '../time.ts';
import type { TlsAlert, TlsSummary } from '../tls/index.ts';
import type { ProtocolName } from './connection.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { ExchangeColumns } from './exchange-columns.ts';
import { HostTexts } from './host-texts.ts';
import { HttpSummaries } from './http-summaries.ts';
import { proxyWait } from './proxy-wait.ts';
import type { Records } from './records.ts';
import { RequestCounts, requestsOf } from './request-counts.ts';
import type { Columns } from './trace.ts';

/** Connections and requests that are counted one by one before those of all are. */
const askedAlone = 4096;

export class RecordColumns extends ExchangeColumns implements Columns {
  readonly connections: number;
  readonly summaries: HttpSummaries;
  readonly #records: Records;
  /** The records of the connections there were when the trace was asked for: where they lie does not change, however many are added. */
  readonly #connections: record.ConnectionRecords;
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #facts: ConnectionFacts;
  readonly #hosts: HostTexts;
  #asked = 0;
  #counted: RequestCounts | undefined;

  constructor(records: Records) {
    super(records.log);
    this.#records = records;
    this.#connections = records.tracker.records;
    this.#words = this.#connections.i32;
    this.#slots = this.#connections.f64;
    this.#facts = records.facts;
    this.#hosts = new HostTexts(records);
    this.connections = this.#connections.size;
    this.summaries = new HttpSummaries(records.log, this);
  }

  tcpStream(c: number): number {
    return this.#word(c, record.STREAM);
  }

  clientHost(c: number): number {
    return this.#word(c, this.isSwapped(c) ? record.SERVER_HOST : record.CLIENT_HOST);
  }

  requestingHost(c: number): number {
    const behind = this.#facts.proxiedHost(c);
    return behind < 0 ? this.clientHost(c) : behind;
  }

  serverHost(c: number): number {
    return this.#word(c, this.isSwapped(c) ? record.CLIENT_HOST : record.SERVER_HOST);
  }

  clientPort(c: number): number {
    return this.#port(c, true);
  }

  serverPort(c: number): number {
    return this.#port(c, false);
  }

  linkTag(c: number): number {
    const tag = this.#word(c, record.LINK_TAG);
    return tag < 0 ? ~tag : tag;
  }

  authority(c: number): number {
    const facts = this.#facts;
    const name = facts.serverName(c);
    const isOuter = name > 0 && facts.tls.get(c)?.encryptedHello !== undefined && facts.outerNames.mayHide(name);
    if (name > 0 && !isOuter) return name;
    const { log } = this.#records;
    const first = facts.firstExchange(c);
    // A proxy is asked for many names on one connection.
    if (first >= 0) return log.flags(first) & ABSOLUTE_FORM ? 0 : log.authority(first);
    const socks = facts.socks.size > 0 && facts.tls.has(c) ? facts.socks.get(c) : undefined;
    return socks === undefined ? 0 : log.texts.internText(socks.target);
  }

  text(id: number): string {
    return this.#records.log.texts.text(id);
  }

  product(id: number): string {
    return this.#records.log.texts.text(id);
  }

  address(host: number): string {
    return this.#hosts.at(host).address;
  }

  hostName(host: number): string | undefined {
    return this.#hosts.at(host).name;
  }

  encrypted(c: number): boolean {
    return isAmong(this.#facts.tls, c);
  }

  isHttp(c: number): boolean {
    return this.#facts.firstExchange(c) >= 0;
  }

  multiplexes(c: number): boolean {
    const protocol = this.#facts.protocol(c);
    return protocol === 'h2' || protocol === 'h2c';
  }

  mayMultiplex(c: number): boolean {
    return this.multiplexes(c) || of(this.#facts.tls, c)?.mayBeHttp2 === true;
  }

  sealedUntil(c: number): Time {
    const tls = this.isHttp(c) ? undefined : of(this.#facts.tls, c);
    return tls?.estimate() === undefined ? Number.NaN : tls.lastData;
  }

  bound(c: number): boolean {
    return isAmong(this.#facts.bound, c);
  }

  cutShort(c: number): boolean {
    return isAmong(this.#facts.cutShort, c);
  }

  clientCertificate(c: number): number {
    return of(this.#facts.tls, c)?.clientCertificate ?? 0;
  }

  announcesHttp3(c: number): boolean {
    return isAmong(this.#facts.announcingHttp3, c);
  }

  certificateNames(c: number): readonly string[] | undefined {
    return of(this.#facts.tls, c)?.certificateNames;
  }

  synPrint(c: number): number {
    return this.#records.tracker.synPrints.of(c);
  }

  fingerprint(c: number): string | undefined {
    return of(this.#facts.tls, c)?.fingerprint;
  }

  opened(c: number): Time {
    return this.time(c, record.START);
  }

  openingSeen(c: number): boolean {
    return (this.#word(c, record.FLAGS) & record.SYN_SEEN) !== 0;
  }

  established(c: number): boolean {
    const flags = this.#word(c, record.FLAGS);
    return (flags & record.HANDSHAKE) !== 0 || !this.silent(c);
  }

  setup(c: number): Duration {
    const facts = this.#facts;
    const tls = facts.tls.size > 0 ? this.handshakeTls(c) || 0 : 0;
    return this.handshakeClient(c) + tls + (this.setupProxy(c) || 0);
  }

  /** From asking a proxy for the target to the last byte of its yes, as the client felt it; NaN where that was not seen. */
  setupProxy(c: number): Duration {
    const { begun, granted } = proxyWait(c, this.#records);
    return Number.isNaN(granted) ? granted : since(begun, granted + this.clientRoundTrip(c));
  }

  handshake(c: number): Duration {
    if ((this.#word(c, record.FLAGS) & record.HANDSHAKE) === 0) return Number.NaN;
    return since(this.#connections.synTime(c), this.#connections.ackTime(c));
  }

  lasted(c: number): Duration {
    const start = this.opened(c);
    const client = this.time(c, record.CLIENT_LAST);
    const server = this.time(c, record.SERVER_LAST);
    // Neither needs to be known.
    return Math.max(client > start ? client - start : 0, server > start ? server - start : 0);
  }

  /** HTTP/1 is called after the highest version that was spoken. */
  protocol(c: number): ProtocolName {
    const { log } = this.#records;
    const name = this.#facts.protocol(c);
    if (name !== 'http/1.1') return name;
    let highest: HttpVersion | undefined;
    // There is nothing above 1.1 here, and most begin with it.
    for (let e = this.firstExchange(c); e >= 0; e = log.next(e)) {
      const version = log.version(e);
      if (version === undefined || version === '0.9') highest ??= version;
      else if (version === '1.0') highest = version;
      else return name;
    }
    return highest === '1.0' ? 'http/1.0' : highest === '0.9' ? 'http/0.9' : name;
  }

  /** The TLS handshake as the client felt it; NaN where it was not seen whole. */
  handshakeTls(c: number): Duration {
    const tls = of(this.#facts.tls, c);
    return tls?.roundTrips === undefined ? Number.NaN : tls.handshake(this.clientRoundTrip(c));
  }

  /** The handshake as the client felt it. An ACK that rides with data may have waited: then the way to the client is counted once instead. */
  handshakeClient(c: number): Duration {
    const flags = this.#word(c, record.FLAGS);
    if ((flags & record.HANDSHAKE) === 0) return Number.NaN;
    // The request left with the SYN, and was taken.
    if (flags & record.FAST_OPEN_ACCEPTED) return 0;
    const syn = this.#connections.synTime(c);
    let end = this.#connections.ackTime(c);
    if (flags & record.ACK_WITH_DATA) {
      const least = this.#connections.synAckTime(c) + this.clientRoundTrip(c);
      if (least < end) end = least;
    }
    return since(syn, end);
  }

  closed(c: number): Time {
    return this.time(c, record.CLOSE_TIME);
  }

  closedBy(c: number): 0 | 1 | -1 {
    const flags = this.#word(c, record.FLAGS);
    const swapped = this.isSwapped(c);
    if (flags & record.CLOSED_BY_CLIENT) return swapped ? 1 : 0;
    if (flags & record.CLOSED_BY_SERVER) return swapped ? 0 : 1;
    return -1;
  }

  firstExchange(c: number): number {
    return this.#facts.firstExchange(c);
  }

  requests(c: number): number {
    // Of a capture that is still being read a few are asked for, again and again.
    if (this.#counted !== undefined || this.#asked >= askedAlone) return this.#counts().requests(c);
    const requests = requestsOf(c, this, this.#records.log);
    this.#asked += Math.max(1, requests);
    return requests;
  }

  get responses(): number {
    return this.#counts().responses;
  }

  probes(c: number): number {
    const own = this.#word(c, record.CLIENT_HALF + record.HALF_FLAGS) | this.#word(c, record.SERVER_HALF + record.HALF_FLAGS);
    if ((own & record.HAS_PROBES) === 0) return 0;
    const { probes } = this.#records.tracker;
    return probes.sent(c, CLIENT) + probes.sent(c, SERVER);
  }

  silent(c: number): boolean {
    return this.bytes(c, CLIENT) + this.bytes(c, SERVER) === 0;
  }

  clientRoundTrip(c: number): Duration {
    return this.#records.vantages.client(c);
  }

  roundTrip(c: number): Duration {
    const { vantages } = this.#records;
    return vantages.client(c) + vantages.server(c);
  }

  firstFrame(c: number): number {
    return this.#word(c, record.FIRST_FRAME);
  }

  lastFrame(c: number): number {
    return this.#word(c, record.LAST_FRAME);
  }

  closeFrame(c: number): number {
    return this.closedBy(c) < 0 ? -1 : this.#word(c, record.CLOSE_FRAME);
  }

  closedByReset(c: number): boolean {
    return (this.#word(c, record.FLAGS) & record.CLOSED_BY_RST) !== 0;
  }

  closedUnread(c: number): boolean {
    return (this.#word(c, record.FLAGS) & record.CLOSED_UNREAD) !== 0;
  }

  closedUnaware(c: number): boolean {
    return (this.#word(c, record.FLAGS) & record.CLOSED_UNAWARE) !== 0;
  }

  sentReset(c: number, side: 0 | 1): boolean {
    const half = (side === 0) === this.isSwapped(c) ? record.SERVER_HALF : record.CLIENT_HALF;
    return (this.#word(c, half + record.HALF_FLAGS) & record.RST_SENT) !== 0;
  }

  lastHeard(c: number, side: 0 | 1): Time {
    return this.time(c, (side === 0) === this.isSwapped(c) ? record.SERVER_LAST : record.CLIENT_LAST);
  }

  unansweredProbes(c: number): number {
    const sent = this.probes(c);
    const { probes } = this.#records.tracker;
    return sent === 0 ? 0 : sent - probes.answered(c, CLIENT) - probes.answered(c, SERVER);
  }

  retransmissions(c: number): number {
    return this.#records.tracker.verdicts(c).retransmission;
  }

  goAway(c: number): GoAway | undefined {
    return of(this.#facts.http2, c)?.goAway;
  }

  streamLimit(c: number): number | undefined {
    return of(this.#facts.http2, c)?.streamLimit;
  }

  alert(c: number): TlsAlert | undefined {
    return of(this.#facts.tls, c)?.alert;
  }

  reuses(c: number): number {
    return Math.max(0, this.requests(c) - this.#counts().connects(c) - 1);
  }

  setupBytes(c: number): number {
    // Three segments without payload: 40 bytes of headers each, 60 with IPv6; options and links apart.
    if ((this.#word(c, record.FLAGS) & record.HANDSHAKE) === 0) return 0;
    const tls = of(this.#facts.tls, c)?.handshakeBytes ?? 0;
    return (this.#word(c, record.FLAGS) & record.IS_V6 ? 60 : 40) * 3 + tls;
  }

  setupRoundTrips(c: number): number {
    const tcp = this.#word(c, record.FLAGS) & record.FAST_OPEN_ACCEPTED ? 0 : 1;
    return tcp + proxyWait(c, this.#records).roundTrips + (of(this.#facts.tls, c)?.roundTrips ?? 0);
  }

  // For the view of one connection: what may be shown of a server name, of what a proxy was asked for, of TLS.

  serverName(id: number): string {
    return this.text(id);
  }

  asked(target: string): string {
    return target;
  }

  shownTls(tls: TlsSummary): TlsSummary {
    return tls;
  }

  isSwapped(c: number): boolean {
    return (this.#word(c, record.FLAGS) & record.SWAPPED) !== 0;
  }

  bytes(c: number, side: Side): number {
    return this.#connections.bytes(c, side);
  }

  time(c: number, slot: number): number {
    return this.#slots[c * record.SLOTS + slot]!;
  }

  /** Counted when first asked for. */
  #counts(): RequestCounts {
    this.#counted ??= new RequestCounts(this.#records.log, this);
    return this.#counted;
  }

  #word(c: number, word: number): number {
    return this.#words[c * record.WORDS + word]!;
  }

  #port(c: number, client: boolean): number {
    const ports = this.#word(c, record.PORTS);
    const clientIsB = (this.#word(c, record.FLAGS) & record.CLIENT_IS_B) !== 0;
    return (clientIsB !== this.isSwapped(c)) === client ? ports & 0xffff : ports >>> 16;
  }
}

/** Most captures have none of what only some connections have: then nobody looks for it. */
const of = <Fact>(facts: ReadonlyMap<number, Fact>, c: number): Fact | undefined => (facts.size === 0 ? undefined : facts.get(c));
const isAmong = (connections: Pick<ReadonlySet<number>, 'has' | 'size'>, c: number): boolean => connections.size > 0 && connections.has(c);

/** A clock that was set back leaves it unknown. */
const since = (from: Time, to: Time): Duration => (to >= from ? to - from : Number.NaN);
