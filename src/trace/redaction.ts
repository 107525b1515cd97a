/** What of a capture is never shown, and what takes its place. Everything behind the trace (analysis, reports, screens) sees only this. */

import { type HashKey, halfSipHash, keyOf } from '../half-siphash.ts';
import type { Exchange } from '../http/index.ts';
import type { NoteCount } from '../note.ts';
import type { Connection, Endpoint } from './connection.ts';
import { authorityOf, maskAuthority, maskTarget } from './mask.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { CaptureFacts, Trace } from './trace.ts';
import type { Vanished } from './vanished.ts';

export interface RedactionOptions {
  /** Query values, path parameters and user information as they were; masked by default. */
  readonly showSecrets?: boolean | undefined;
  /** Other names for addresses and hosts. */
  readonly anonymize?: boolean | undefined;
  /** Marks and names are the same in all captures that are read with the same word; by default they are those of one capture. */
  readonly salt?: string | undefined;
}

/** What was done, for reports to say so. */
export interface RedactionFacts {
  readonly secretsShown: boolean;
  readonly anonymized: boolean;
}

export class Redaction {
  readonly facts: RedactionFacts;
  readonly #ownKey: () => HashKey;
  #key: HashKey | undefined;
  #names: Pseudonyms | undefined;

  /** `ownKey`: something that only who has the capture can know. */
  constructor({ showSecrets = false, anonymize = false, salt }: RedactionOptions, ownKey: () => HashKey) {
    this.facts = { secretsShown: showSecrets, anonymized: anonymize };
    this.#ownKey = ownKey;
    if (salt !== undefined) this.#key = keyOf(salt);
  }

  address(text: string): string {
    return this.facts.anonymized ? this.#pseudonyms.address(text) : text;
  }

  host(name: string): string {
    return this.facts.anonymized ? this.#pseudonyms.host(name) : name;
  }

  authority(text: string): string {
    return this.#renamed(this.facts.secretsShown || !text.includes('@') ? text : maskAuthority(text, this.#mark));
  }

  target(text: string): string {
    const masked = this.facts.secretsShown || !telling.test(text) ? text : maskTarget(text, this.#mark);
    if (!this.facts.anonymized) return masked;
    const [start, end] = authorityOf(masked);
    return start === end ? masked : masked.slice(0, start) + this.#renamed(masked.slice(start, end)) + masked.slice(end);
  }

  connection(connection: Connection): Connection {
    const { authority, authorities, serverName, proxy, proxiedClient, client, server, tls } = connection;
    const isTelling = (name: string | undefined): boolean => name?.includes('@') === true;
    if (!this.facts.anonymized && !isTelling(authority) && !isTelling(proxy?.target) && !authorities?.some(isTelling)) return connection;
    return {
      ...connection,
      client: this.#end(client),
      server: this.#end(server),
      ...(proxiedClient && { proxiedClient: { ...proxiedClient, address: this.address(proxiedClient.address) } }),
      ...(proxy?.target !== undefined && { proxy: { ...proxy, target: this.authority(proxy.target) } }),
      serverName: serverName === undefined ? undefined : this.host(serverName),
      authority: authority === undefined ? undefined : this.authority(authority),
      ...(authorities && { authorities: authorities.map((name) => this.authority(name)) }),
      ...(tls && { tls: { ...tls, certificateNames: tls.certificateNames?.map((name) => this.host(name)) } }),
    };
  }

  vanished(name: Vanished): Vanished {
    const { serverName, serverAddress } = name;
    return {
      ...name,
      serverName: serverName === undefined ? undefined : this.host(serverName),
      serverAddress: this.address(serverAddress),
    };
  }

  exchange(exchange: Exchange): Exchange {
    const { authority, target, keepAliveUnreadable } = exchange;
    const shownAuthority = authority === undefined ? undefined : this.authority(authority);
    const shownTarget = target === undefined ? undefined : this.target(target);
    const isTold = this.facts.anonymized && keepAliveUnreadable !== undefined;
    if (shownAuthority === authority && shownTarget === target && !isTold) return exchange;
    // Nobody knows what is in there.
    return { ...exchange, authority: shownAuthority, target: shownTarget, keepAliveUnreadable: isTold ? undefined : keepAliveUnreadable };
  }

  /** Of one kind the detail has bytes of a stream in it, which may be of any secret. */
  note(note: NoteCount): NoteCount {
    if (this.facts.anonymized) return { ...note, detail: '' };
    if (note.code !== 'overlap-conflict' || this.facts.secretsShown) return note;
    return { ...note, detail: note.detail.replace(shownBytes, (_, when: string, bytes: string) => `${when} ${this.#mark(bytes)}`) };
  }

  /** Nobody knows what people wrote into it. */
  capture(capture: CaptureFacts): CaptureFacts {
    const interfaces = capture.interfaces.map((each) => ({ ...each, description: undefined, filter: undefined }));
    return { ...capture, interfaces, comments: [] };
  }

  #end(end: Endpoint): Endpoint {
    const { address, name } = end;
    return { ...end, address: this.address(address), name: name === undefined ? undefined : this.host(name) };
  }

  /** The host behind what is left of user information. */
  #renamed(authority: string): string {
    if (!this.facts.anonymized) return authority;
    const at = authority.lastIndexOf('@') + 1;
    return authority.slice(0, at) + this.#pseudonyms.authority(authority.slice(at));
  }

  get #pseudonyms(): Pseudonyms {
    this.#names ??= new Pseudonyms(this.#keyed);
    return this.#names;
  }

  get #keyed(): HashKey {
    this.#key ??= this.#ownKey();
    return this.#key;
  }

  /** Four digits tell secrets apart, and too little to find one out. */
  readonly #mark = (secret: string): string => `*${(halfSipHash(this.#keyed, secret) & 0xffff).toString(16).padStart(4, '0')}`;
}

/** `first 62 63 64 (frame 5), then 58 59 64` */
const shownBytes = /(first|then) ([0-9a-f]{2}(?: [0-9a-f]{2})*)/g;

/** Characters without which a target holds nothing to be masked. */
const telling = /[?;@]/;

/** What reads from the records when it is asked, and redacts its texts itself. */
type Lazy = Pick<Trace, 'columns' | 'view' | 'exchangeViews'>;

/** The trace as everything but filters shall see it. What is found out when asked for stays so. */
export function redacted(trace: Trace, redaction: Redaction, { columns, view, exchangeViews }: Lazy): Trace {
  const { anonymized } = redaction.facts;
  const shown: Partial<Trace> = {
    captures: anonymized ? trace.captures.map((capture) => redaction.capture(capture)) : trace.captures,
    notes: trace.notes.map((note) => redaction.note(note)),
    get quic() {
      return anonymized ? trace.quic.map((name) => redaction.vanished(name)) : trace.quic;
    },
    columns,
    view,
    exchangeViews,
    connection: (index) => redaction.connection(trace.connection(index)),
    exchanges: (index) => trace.exchanges(index).map((exchange) => redaction.exchange(exchange)),
    redaction: redaction.facts,
    original: trace,
  };
  return Object.defineProperties({} as Trace, { ...Object.getOwnPropertyDescriptors(trace), ...Object.getOwnPropertyDescriptors(shown) });
}
