/** What is known of a TLS connection, mostly without any key: made only for those that are TLS. */

import { CLIENT, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';
import { cipherName } from './cipher-suites.ts';
import { RecordGaps } from './record-gaps.ts';
import { RequestCounter, type RequestEstimate } from './request-estimate.ts';

export const earlyDataKinds = ['none', 'offered', 'accepted', 'rejected'] as const;
export type EarlyData = (typeof earlyDataKinds)[number];

/** A fatal alert that could be read, by its name in RFC 8446 §6. */
export interface TlsAlert {
  readonly by: 'client' | 'server';
  readonly name: string;
  readonly frame: number;
  readonly time: Time;
}

/** The rest of what is known, as plain data. */
export interface TlsSummary {
  /** The ClientHello's first byte. */
  readonly began: Time | undefined;
  readonly protocolsOffered: string;
  readonly isRetried: boolean;
  readonly isFalseStart: boolean;
  readonly isEncryptedHello: boolean;
  /** DNS names that the server's certificate is valid for; undefined where it was not to be seen. */
  readonly certificateNames: readonly string[] | undefined;
  /** Which protocol it began in, where it was not the first thing on its connection (STARTTLS and its like). */
  readonly after: string | undefined;
  readonly alert: TlsAlert | undefined;
  readonly closedByClient: boolean;
  readonly closedByServer: boolean;
}

const versionNames: Readonly<Record<number, string>> = { 0x0300: 'ssl3', 0x0301: '1.0', 0x0302: '1.1', 0x0303: '1.2', 0x0304: '1.3' };
/** Drafts of TLS 1.3 were 0x7f00 and the draft's number. */
const isDraft = (version: number): boolean => version >> 8 === 0x7f;

export class TlsFacts {
  /** As agreed on; 0 where no ServerHello was seen. */
  version = 0;
  cipher = 0;
  /** Chosen by the server; with TLS 1.3 that is secret. */
  protocol: string | undefined = undefined;
  /** In the client's order, with commas. */
  protocolsOffered = '';
  fingerprint: string | undefined = undefined;
  resumed: boolean | undefined = undefined;
  earlyData: EarlyData = 'none';
  /** The server asked for another ClientHello (HelloRetryRequest): one more round trip. */
  isRetried = false;
  /** The client sent data before the server's Finished (RFC 7918). */
  isFalseStart = false;
  /** Number of the Encrypted ClientHello's configuration, where one was sent: the name may be an outer one. */
  encryptedHello: number | undefined = undefined;
  certificateNames: readonly string[] | undefined = undefined;
  /** Of the client's certificate, where one was seen: a number that equal ones share; 0 for none. */
  clientCertificate = 0;
  /** It began inside another protocol (STARTTLS and its like): which. */
  after: string | undefined = undefined;
  /** What was sent until the client was ready, headers of records included. */
  handshakeBytes = 0;
  /** Counts what cannot be read. */
  requests: RequestCounter = new RequestCounter();
  gaps: RecordGaps = new RecordGaps();
  /** Of the last record of data that was not opened; NaN without one. */
  lastData: Time = Number.NaN;
  alert: TlsAlert | undefined = undefined;
  /** Who said that nothing more would come. */
  closedByClient = false;
  closedByServer = false;
  /** The client's first byte; when it could send its request, as captured; NaN where that was not seen. */
  began: Time = Number.NaN;
  ready: Time = Number.NaN;
  /** The client was ready when something of the server arrived: at the capture point that is seen one way earlier than it was felt. */
  isReadyByServer = false;

  /** A record was opened; why one, or all, could not be. undefined where no keys were given at all. */
  isDecrypted: boolean | undefined = undefined;
  notDecryptedWhy: string | undefined = undefined;

  saysClose(side: Side): void {
    if (side === CLIENT) this.closedByClient = true;
    else this.closedByServer = true;
  }

  /** Early data that the server does not take are sent again. */
  rejectEarly(): void {
    this.earlyData = 'rejected';
    this.requests = new RequestCounter();
    this.gaps = new RecordGaps();
  }

  get isModern(): boolean {
    return this.version >= 0x0304;
  }

  get versionName(): string | undefined {
    if (this.version === 0) return undefined;
    return isDraft(this.version) ? '1.3' : (versionNames[this.version] ?? `0x${this.version.toString(16)}`);
  }

  get cipherName(): string | undefined {
    return this.version === 0 ? undefined : cipherName(this.cipher);
  }

  /** Round trips before the request could leave; undefined where the handshake was not seen whole. */
  get roundTrips(): number | undefined {
    if (Number.isNaN(this.ready - this.began)) return undefined;
    if (this.earlyData === 'accepted') return 0;
    const retry = this.isRetried ? 1 : 0;
    return (this.isModern || this.resumed || this.isFalseStart ? 1 : 2) + retry;
  }

  summary(): TlsSummary {
    const { protocolsOffered, isRetried, isFalseStart, certificateNames, after, alert, closedByClient, closedByServer } = this;
    const isEncryptedHello = this.encryptedHello !== undefined;
    const began = Number.isNaN(this.began) ? undefined : this.began;
    return {
      began,
      protocolsOffered,
      isRetried,
      isFalseStart,
      isEncryptedHello,
      certificateNames,
      after,
      alert,
      closedByClient,
      closedByServer,
    };
  }

  /** Bytes of a record of data that are its contents, as far as the cipher's name tells (padding of CBC is not known). */
  contentsOf(length: number): number {
    if (this.isModern) return length - 17;
    const name = cipherName(this.cipher);
    return length - (name.includes('_CBC_') ? 37 : name.includes('CHACHA20') ? 16 : name.includes('RC4') ? 20 : 24);
  }

  /** HTTP/2 was chosen, or offered where the choice is secret. */
  get mayBeHttp2(): boolean {
    if (this.protocol !== undefined) return this.protocol === 'h2';
    return this.isModern && this.protocolsOffered.split(',').includes('h2');
  }

  /** Requests of HTTP inside, where nothing could be read; undefined where something else is inside, or nothing. */
  estimate(): RequestEstimate | undefined {
    if (this.isDecrypted || this.after !== undefined) return undefined;
    const offered = this.protocolsOffered.split(',');
    const chosen = this.protocol === undefined ? offered : [this.protocol];
    const is2 = chosen.includes('h2');
    const is1 = this.protocolsOffered === '' || chosen.some((name) => name.startsWith('http/'));
    const as2 = is2 ? this.requests.estimate(true) : undefined;
    const as1 = is1 ? this.requests.estimate(false) : undefined;
    if (!as1 || !as2) return as2 ?? as1;
    // Most servers take the better one of the two.
    return { requests: as2.requests, low: Math.min(as1.low, as2.low), high: Math.max(as1.high, as2.high) };
  }

  /** As the client felt it; `toClient` is the round trip between the capture point and the client, NaN where unknown. */
  handshake(toClient: Duration): Duration {
    const seen = Math.max(0, this.ready - this.began);
    return this.isReadyByServer ? seen + toClient : seen;
  }
}
