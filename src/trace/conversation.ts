/** Routes one connection's bytes to the reader of the protocol that it is recognised as. */

import { limits } from '../limits.ts';
import { type At, type EndKind, otherSide, type Side, type StreamSink } from '../stream.ts';
import type { ConversationHost } from './conversation-host.ts';
import { another, byName, http1, type Protocol, protocols, type Recognised, speaker } from './protocols.ts';

/** First bytes of a side that are not yet enough to tell. */
interface Held {
  readonly side: Side;
  readonly bytes: Uint8Array;
  /** Missing bytes instead. */
  readonly gap: number;
  /** All of its side until then; only the last of a side has it. */
  head: Uint8Array;
  readonly frame: number;
  readonly time: number;
}

/** Reads nothing. */
export const ignore: StreamSink = { data() {}, gap() {}, end() {} };
const NONE: Held[] = [];
const nothing: Uint8Array = new Uint8Array(0);

// Made per connection: plain fields set by the constructor.
export class Conversation implements StreamSink {
  private readonly host: ConversationHost;
  private readonly connection: number;
  private reader: StreamSink | undefined;
  private swapped: boolean;
  private midStream: boolean;
  private held: Held[];
  private readonly inside: 'tcp' | 'tls' | undefined;

  /** `inside`: within another conversation (a tunnel, or TLS), so that its beginning and its client are known. */
  constructor(host: ConversationHost, connection: number, inside?: 'tcp' | 'tls') {
    this.host = host;
    this.connection = connection;
    this.inside = inside;
    this.reader = undefined;
    this.swapped = false;
    this.midStream = inside === undefined && host.beginsMidStream(connection);
    this.held = NONE;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.reader) this.reader.data(this.swapped ? otherSide(side) : side, buffer, start, end, at);
    else this.recognise(side, buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.midStream = true;
    if (this.reader) this.reader.gap(this.swapped ? otherSide(side) : side, length, at);
    else if (this.held.some((held) => held.side === side)) this.hold(side, nothing, length, nothing, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    this.reader?.end(this.swapped ? otherSide(side) : side, how, at);
  }

  private recognise(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const named = this.inside === 'tcp' ? undefined : this.host.decodeAs(this.connection, this.inside ?? 'tcp');
    if (named === 'none') return this.open(ignore, side, buffer, start, end, at);
    if (named) return this.force(byName[named], side, buffer, start, end, at);
    const before = this.held.length === 0 ? undefined : this.held.findLast((held) => held.side === side);
    // Most conversations are recognised where their first bytes lie.
    const head = before ? joined(before.head, buffer.subarray(start, end)) : buffer;
    const from = before ? 0 : start;
    const to = before ? head.length : end;
    let more = false;
    for (const protocol of protocols) {
      const answer = protocol.recognise(side, head, from, to, this.midStream);
      if (answer === 'client' || answer === 'server' || answer === 'either') {
        this.orient(answer, side);
        return this.open(protocol.open(this.host, this.connection, answer === 'either'), side, buffer, start, end, at);
      }
      more ||= answer === 'more';
    }
    if (more && to - from < limits.recognise) {
      const bytes = buffer.slice(start, end);
      this.hold(side, bytes, 0, before ? head : bytes, at);
      if (before) before.head = nothing;
      return;
    }
    // Where the beginning is missing a message may still come; a stream that begins as something else is something else.
    const reader = this.midStream ? http1.open(this.host, this.connection, true) : another(this.host, this.connection);
    this.open(reader, side, buffer, start, end, at);
  }

  private hold(side: Side, bytes: Uint8Array, gap: number, head: Uint8Array, { frame, time }: At): void {
    if (this.held.length === 0) this.held = [];
    this.held.push({ side, bytes, gap, head, frame, time });
  }

  /** What the user says; the bytes only tell which end is the client, where that is a guess. */
  private force(protocol: Protocol, side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const answer = protocol.recognise(side, buffer, start, end, this.midStream);
    this.orient(answer, side);
    this.open(protocol.open(this.host, this.connection, this.midStream), side, buffer, start, end, at);
  }

  private orient(answer: Recognised, side: Side): void {
    if ((answer !== 'client' && answer !== 'server') || speaker(answer) === side || !this.host.isGuessed(this.connection)) return;
    this.swapped = true;
    this.host.swapSides(this.connection);
  }

  private open(reader: StreamSink, side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    this.reader = reader;
    for (const held of this.held) {
      if (held.gap > 0) this.gap(held.side, held.gap, held);
      else this.data(held.side, held.bytes, 0, held.bytes.length, held);
    }
    this.held = NONE;
    this.data(side, buffer, start, end, at);
  }
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
