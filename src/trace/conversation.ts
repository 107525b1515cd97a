/** Routes one connection's bytes to the reader of the protocol that it is recognised as. */

import { limits } from '../limits.ts';
import { type At, type EndKind, otherSide, type Side, type StreamSink } from '../stream.ts';
import type { ConversationHost } from './conversation-host.ts';
import { http1, protocols, speaker } from './protocols.ts';

/** First bytes of a side that are not yet enough to tell. */
interface Held {
  readonly side: Side;
  bytes: Uint8Array;
  readonly frame: number;
  readonly time: number;
}

/** Reads nothing: the protocol is none of ours. */
const ignore: StreamSink = { data() {}, gap() {}, end() {} };
const NONE: readonly Held[] = [];

// Made per connection: plain fields set by the constructor.
export class Conversation implements StreamSink {
  private readonly host: ConversationHost;
  private readonly connection: number;
  private reader: StreamSink | undefined;
  private swapped: boolean;
  private midStream: boolean;
  private held: readonly Held[];

  /** `inside`: within another conversation (a tunnel), so that its beginning and its client are known. */
  constructor(host: ConversationHost, connection: number, inside = false) {
    this.host = host;
    this.connection = connection;
    this.reader = undefined;
    this.swapped = false;
    this.midStream = !inside && host.beginsMidStream(connection);
    this.held = NONE;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.reader) this.reader.data(this.swapped ? otherSide(side) : side, buffer, start, end, at);
    else this.recognise(side, buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.midStream = true;
    this.reader?.gap(this.swapped ? otherSide(side) : side, length, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    this.reader?.end(this.swapped ? otherSide(side) : side, how, at);
  }

  private recognise(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const before = this.held.find((held) => held.side === side);
    const fresh = buffer.subarray(start, end);
    const head = before ? joined(before.bytes, fresh) : fresh;
    let more = false;
    for (const protocol of protocols) {
      const answer = protocol.recognise(side, head, this.midStream);
      if (answer === 'client' || answer === 'server' || answer === 'either') {
        if (answer !== 'either' && speaker(answer) !== side && this.host.isGuessed(this.connection)) {
          this.swapped = true;
          this.host.swapSides(this.connection);
        }
        return this.open(protocol.open(this.host, this.connection, answer === 'either'), side, buffer, start, end, at);
      }
      more ||= answer === 'more';
    }
    if (more && head.length < limits.recognise) {
      if (before) before.bytes = head;
      else this.held = [...this.held, { side, bytes: fresh.slice(), frame: at.frame, time: at.time }];
      return;
    }
    // Where the beginning is missing a message may still come; a stream that begins as something else is something else.
    const reader = this.midStream ? http1.open(this.host, this.connection, true) : ignore;
    this.open(reader, side, buffer, start, end, at);
  }

  private open(reader: StreamSink, side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    this.reader = reader;
    for (const held of this.held) this.data(held.side, held.bytes, 0, held.bytes.length, held);
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
