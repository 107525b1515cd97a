/** What all conversations of a trace share: where exchanges, facts and notes go, and what TCP knows of a connection. */

import { type ExchangeLog, HeadPool, LEFT_HTTP } from '../http/index.ts';
import { limits } from '../limits.ts';
import type { NoteCode, Notes } from '../note.ts';
import type { Hosts } from '../packet/index.ts';
import type { SocksFacts } from '../proxy/index.ts';
import { type At, otherSide, SERVER, type Side, type StreamSink } from '../stream.ts';
import { record, type TcpTracker } from '../tcp/index.ts';
import type { KeyLog } from '../tls/index.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { Conversation, ignore } from './conversation.ts';
import type { DecodeAs, DecodeAsProtocol } from './decode-as.ts';
import { openHttp2, type ProtocolHost } from './protocols.ts';

export class ConversationHost implements ProtocolHost {
  readonly log: ExchangeLog;
  readonly heads: HeadPool;
  readonly facts: ConnectionFacts;
  readonly keys: KeyLog;
  readonly #notes: Notes;
  readonly #tracker: TcpTracker;
  readonly #hosts: Hosts;
  readonly #decodeAs: DecodeAs;

  constructor(log: ExchangeLog, facts: ConnectionFacts, keys: KeyLog, notes: Notes, tracker: TcpTracker, hosts: Hosts, decodeAs: DecodeAs) {
    this.keys = keys;
    this.#hosts = hosts;
    this.#decodeAs = decodeAs;
    this.log = log;
    this.heads = new HeadPool(log.texts);
    this.facts = facts;
    this.#notes = notes;
    this.#tracker = tracker;
    const { history } = tracker;
    log.observer = {
      message: (c, side) => history.message(c, this.#guessed(c, side)),
      ending: (c, side) => history.ending(c, this.#guessed(c, side)),
    };
  }

  note(code: NoteCode, at: At, detail?: string): void {
    this.#notes.add(code, at.frame, detail);
  }

  began(connection: number, row: number): void {
    const first = this.facts.firstExchange(connection);
    if (first >= 0) this.log.append(first, row);
    else this.facts.setFirstExchange(connection, row);
    // In a tunnel, only what TLS carries there has a name of its own.
    const isNamed = first >= 0 && this.facts.protocol(connection) !== 'tls';
    if (!isNamed && !this.facts.http2.has(connection)) this.facts.setProtocol(connection, 'http/1.1');
  }

  switched(connection: number, to: string, at: At): StreamSink | undefined {
    this.#tracker.history.leftHttp(connection, this.#guessed(connection, SERVER));
    if (to === 'h2c') {
      const upgraded = this.#leftHttp1(connection);
      if (upgraded.row < 0) return openHttp2(this, connection, {});
      // The request goes on as stream 1 of HTTP/2 (RFC 7540 §3.2).
      this.log.clearFlags(upgraded.row, LEFT_HTTP);
      return openHttp2(this, connection, { upgraded });
    }
    this.facts.setProtocol(connection, to === 'websocket' ? 'websocket' : 'tunnel');
    return to === 'tunnel' ? this.nested(connection, at) : undefined;
  }

  announcesHttp3(connection: number): void {
    this.facts.announcingHttp3.add(connection);
  }

  boundToUser(connection: number): void {
    this.facts.bound.add(connection);
  }

  cutShort(connection: number): void {
    this.facts.cutShort.add(connection);
  }

  serverName(connection: number, name: string): void {
    const id = this.log.texts.internText(name.slice(0, limits.headerValue));
    this.facts.setServerName(connection, id);
    const configuration = this.facts.tls.get(connection)?.encryptedHello;
    if (configuration !== undefined) this.facts.outerNames.add(id, configuration);
  }

  plaintext(connection: number): StreamSink {
    return this.nested(connection, { frame: 0, time: 0 }, 'tls');
  }

  nested(connection: number, at: At, layer: 'tcp' | 'tls' = 'tcp'): StreamSink {
    if (this.facts.nest(connection)) return new Conversation(this, connection, layer);
    // One more each time would be a stack without a bottom.
    this.note('too-deep', at, `conversations within conversation ${connection}`);
    return ignore;
  }

  proxied(connection: number, address: Uint8Array, port: number): void {
    const view = new DataView(address.buffer, address.byteOffset, address.byteLength);
    this.facts.setProxied(connection, address.length === 4 ? this.#hosts.v4(view.getInt32(0)) : this.#hosts.v6(address, 0), port);
  }

  socks(connection: number, facts: SocksFacts): void {
    this.facts.socks.set(connection, facts);
    this.facts.setProtocol(connection, 'tunnel');
  }

  /** The protocol that the user says is spoken on its ports. */
  decodeAs(connection: number, layer: 'tcp' | 'tls'): DecodeAsProtocol | undefined {
    if (this.#decodeAs.isEmpty) return undefined;
    const ports = this.#tracker.records.i32[connection * record.WORDS + record.PORTS]!;
    return this.#decodeAs.protocol(layer, ports >>> 16) ?? this.#decodeAs.protocol(layer, ports & 0xffff);
  }

  /** The side as it was guessed when the connection began. */
  #guessed(connection: number, side: Side): Side {
    return this.#tracker.records.i32[connection * record.WORDS + record.FLAGS]! & record.SWAPPED ? otherSide(side) : side;
  }

  /** The exchange that left HTTP/1, and the last one of the connection's list; -1 where none is listed. */
  #leftHttp1(connection: number): { row: number; last: number } {
    let row = this.facts.firstExchange(connection);
    let last = row;
    for (let each = row; each >= 0; each = this.log.next(each)) {
      if (this.log.flags(each) & LEFT_HTTP) row = each;
      last = each;
    }
    return { row, last };
  }

  /** Neither the SYN nor both sides' SYNs are in the capture: its streams begin somewhere. */
  beginsMidStream(connection: number): boolean {
    const words = this.#tracker.records.i32;
    const w = connection * record.WORDS;
    const both = words[w + record.CLIENT_HALF + record.HALF_FLAGS]! & words[w + record.SERVER_HALF + record.HALF_FLAGS]!;
    return (both & record.SYN_SENT) === 0 && (words[w + record.FLAGS]! & record.STARTED_WITH_SYN) === 0;
  }

  isGuessed(connection: number): boolean {
    return (this.#tracker.records.i32[connection * record.WORDS + record.FLAGS]! & record.GUESSED) !== 0;
  }

  swapSides(connection: number): void {
    this.#tracker.swapSides(connection);
  }
}
