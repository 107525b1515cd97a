/**
 * One connection, each member of which is read from the columns when it is asked for: whoever wants a few of them pays for these. It shows what
 * is known at that moment; the plain record (connection-record.ts) is a copy of it.
 */

import { type Http2Facts, type Http2Summary, IS_CONNECT } from '../http/index.ts';
import type { Duration } from '../time.ts';
import type { RecordGaps, TlsFacts, TlsSummary } from '../tls/index.ts';
import type { RecordColumns } from './columns.ts';
import type { Connection, Endpoint, ProtocolName, ProxyTunnel, Transfers } from './connection.ts';
import type { HttpSummary } from './http-summary.ts';
import type { Records } from './records.ts';
import { known, TcpView } from './tcp-view.ts';
import { TransfersView } from './transfer-record.ts';

export class ConnectionView extends TcpView implements Connection {
  readonly #facts: TlsFacts | undefined;
  readonly #http2Facts: Http2Facts | undefined;
  #tls: TlsSummary | undefined = undefined;
  #http2: Http2Summary | undefined = undefined;
  #summary: HttpSummary | undefined = undefined;
  #transfers: Transfers | undefined = undefined;

  constructor(id: number, records: Records, columns: RecordColumns, epoch: bigint) {
    super(id, records, columns, epoch);
    const { http2, tls } = records.facts;
    this.#facts = tls.size > 0 ? tls.get(id) : undefined;
    this.#http2Facts = http2.size > 0 ? http2.get(id) : undefined;
  }

  get serverName(): string | undefined {
    const name = this.records.facts.serverName(this.id);
    return name > 0 ? this.columns.serverName(name) : undefined;
  }
  get proxiedClient(): Endpoint | undefined {
    const { facts } = this.records;
    const host = facts.proxiedHost(this.id);
    return host < 0 ? undefined : { address: this.columns.address(host), port: facts.proxiedPort(this.id) };
  }
  get proxy(): ProxyTunnel | undefined {
    const { facts, log } = this.records;
    const socks = facts.socks.size > 0 ? facts.socks.get(this.id) : undefined;
    if (socks) {
      const { version, target, asked } = socks;
      return { kind: version === 4 ? 'socks4' : 'socks5', target: this.columns.asked(target), asked, setup: this.#setupProxy };
    }
    const first = this.columns.firstExchange(this.id);
    if (first < 0 || (log.flags(first) & IS_CONNECT) === 0) return undefined;
    const target = this.columns.text(log.authority(first)) || undefined;
    return { kind: 'connect', target, asked: known(log.requestStart(first)), setup: this.#setupProxy };
  }
  get authority(): string | undefined {
    const [first] = this.#http.authorities;
    return first === undefined ? undefined : this.columns.text(first);
  }
  get protocol(): ProtocolName {
    return this.columns.protocol(this.id);
  }

  get tlsVersion(): string | undefined {
    return this.#facts?.versionName;
  }
  get tlsHandshake(): Duration | undefined {
    return this.#facts && known(this.columns.handshakeTls(this.id));
  }
  get tlsResumed(): boolean | undefined {
    return this.#facts?.resumed;
  }
  get tlsRoundTrips(): number | undefined {
    return this.#facts?.roundTrips;
  }
  get tlsCipher(): string | undefined {
    return this.#facts?.cipherName;
  }
  get tlsEarlyData(): Connection['tlsEarlyData'] {
    return this.#facts?.version ? this.#facts.earlyData : undefined;
  }
  get tlsClientFingerprint(): string | undefined {
    return this.#facts?.fingerprint;
  }
  get alpn(): string | undefined {
    return this.#facts?.protocol;
  }
  get decrypted(): boolean | undefined {
    return this.#facts?.isDecrypted;
  }
  get decryptionFailedWhy(): string | undefined {
    return this.#facts?.notDecryptedWhy;
  }
  get tls(): TlsSummary | undefined {
    if (this.#facts === undefined) return undefined;
    this.#tls ??= this.columns.shownTls(this.#facts.summary());
    return this.#tls;
  }
  get setup(): Duration | undefined {
    return known(this.columns.setup(this.id));
  }
  get setupRoundTrips(): number | undefined {
    const isSeen = this.handshakeComplete && (this.#facts === undefined || this.#facts.roundTrips !== undefined);
    return isSeen ? this.columns.setupRoundTrips(this.id) : undefined;
  }

  get requests(): number {
    return this.#http.requests;
  }
  get responses(): number {
    return this.#http.responses;
  }
  get requestsEstimated(): Connection['requestsEstimated'] {
    return this.#facts === undefined || this.requests > 0 ? undefined : this.#facts.estimate();
  }
  get reuses(): number {
    return this.#http.reuses;
  }
  get pipelined(): number {
    return this.#http.pipelined;
  }
  get maxConcurrent(): number {
    return this.http2?.maxConcurrent ?? this.#http.maxConcurrent;
  }
  get authorities(): readonly string[] {
    return this.#http.authorities.map((name) => this.columns.text(name));
  }
  get announcesHttp3(): boolean {
    return this.records.facts.announcingHttp3.has(this.id);
  }
  get misdirected(): number {
    return this.#http.misdirected;
  }
  get http2(): Http2Summary | undefined {
    this.#http2 ??= this.#http2Facts?.summary();
    return this.#http2;
  }
  get idleMax(): Duration | undefined {
    return this.#gaps?.longest ?? this.#http.idleMax;
  }
  get idleTotal(): Duration | undefined {
    return this.#gaps?.total ?? this.#http.idleTotal;
  }
  get idleBeforeClose(): Duration | undefined {
    const { closed } = this;
    const lastUse = known(this.#gaps?.last ?? Number.NaN) ?? this.#http.lastUse;
    return lastUse === undefined || closed === undefined ? undefined : Math.max(0, closed - lastUse);
  }
  get persistent(): boolean | undefined {
    return this.#http.persistence?.persistent;
  }
  get persistenceBecause(): Connection['persistenceBecause'] {
    return this.#http.persistence?.because;
  }
  get keepAliveTimeoutSeconds(): number | undefined {
    return this.#http.keepAliveTimeoutSeconds;
  }
  get keepAliveMax(): number | undefined {
    return this.#http.keepAliveMax;
  }
  get clientKeepAliveTimeoutSeconds(): number | undefined {
    return this.#http.clientKeepAliveTimeoutSeconds;
  }
  get clientKeepAliveMax(): number | undefined {
    return this.#http.clientKeepAliveMax;
  }
  get keepAliveAnnouncements(): Connection['keepAliveAnnouncements'] {
    return this.#http.keepAliveAnnouncements;
  }
  get closeHeaderBy(): 'client' | 'server' | undefined {
    return this.#http.closeHeaderBy;
  }

  get transfers(): Transfers {
    this.#transfers ??= new TransfersView(this, this.records, this.swapped);
    return this.#transfers;
  }

  get #http(): HttpSummary {
    this.#summary ??= this.columns.summaries.of(this.id);
    return this.#summary;
  }

  /** Of TLS that was not opened, and may have HTTP inside. */
  get #gaps(): RecordGaps | undefined {
    return this.requestsEstimated === undefined ? undefined : this.#facts?.gaps;
  }

  get #setupProxy(): Duration | undefined {
    return known(this.columns.setupProxy(this.id));
  }
}
