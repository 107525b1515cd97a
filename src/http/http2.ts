/** An HTTP/2 connection: frames of two directions become exchanges, one per stream of the client (RFC 9113). */

import { limits } from '../limits.ts';
import { type At, CLIENT, type EndKind, otherSide, SERVER, type Side, type StreamSink } from '../stream.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADER_LENGTH,
  HEADERS,
  PADDED,
  PING,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
  WITH_PRIORITY,
} from './frame-types.ts';
import { FrameReader, type FrameSink } from './frames.ts';
import { HeaderBlock } from './header-block.ts';
import { HpackDecoder } from './hpack.ts';
import { Http2Facts } from './http2-facts.ts';
import { Http2Head } from './http2-head.ts';
import { type Http2Host, type Http2Start, Http2Streams, type Stream } from './http2-streams.ts';

// RFC 9113 §6.5.2
const HEADER_TABLE_SIZE = 1;
const MAX_CONCURRENT_STREAMS = 3;
const MAX_FRAME_SIZE = 5;

const none: Uint8Array = new Uint8Array(0);
const names = ['client', 'server'] as const;

export class Http2Session implements StreamSink, FrameSink {
  readonly facts: Http2Facts = new Http2Facts();
  readonly #host: Http2Host;
  readonly #connection: number;
  readonly #readers: [FrameReader, FrameReader];
  readonly #decoders: [HpackDecoder, HpackDecoder];
  readonly #blocks: [HeaderBlock, HeaderBlock] = [new HeaderBlock(), new HeaderBlock()];
  /** Largest frame that each side may send, as far as it is known. */
  readonly #largest: [number, number] = [16_384, 16_384];
  /** Stream of the DATA frame that is going by. */
  readonly #flowing: [Stream | undefined, Stream | undefined] = [undefined, undefined];
  readonly #head: Http2Head;
  readonly #streams: Http2Streams;
  readonly #midStream: boolean;
  /** Until a head says which end asks and which one answers. */
  #turn: (() => void) | undefined;
  #isTurned = false;

  constructor(host: Http2Host, connection: number, start: Http2Start = {}) {
    const { midStream = false } = start;
    this.#host = host;
    this.#connection = connection;
    this.#midStream = midStream;
    this.#turn = midStream ? start.turn : undefined;
    this.#readers = [new FrameReader(CLIENT, this, !midStream), new FrameReader(SERVER, this, false)];
    // With the upgrade, settings that are not read here came in a field of the request.
    const isPartial = midStream || start.upgraded !== undefined;
    this.#decoders = [new HpackDecoder(midStream), new HpackDecoder(isPartial)];
    if (isPartial) this.#largest.fill(2 ** 24);
    this.#head = new Http2Head(host.log.texts);
    this.#streams = new Http2Streams(host, connection, this.facts, start);
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    this.#readers[this.#isTurned ? otherSide(side) : side].data(buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.#readers[this.#isTurned ? otherSide(side) : side].gap(length, at);
  }

  end(_side: Side, _how: EndKind, _at: At): void {}

  lost({ side }: FrameReader, at: At, why: string): void {
    this.facts.isLowerBound = true;
    this.#blocks[side].close();
    this.#flowing[side] = undefined;
    this.#host.note('http2-lost', at, why);
  }

  resumed({ side }: FrameReader, at: At): void {
    this.#decoders[side].lose();
    this.#host.note('resynchronised', at);
  }

  wants(reader: FrameReader, at: At): boolean {
    const { side, type, length, stream } = reader;
    if (reader.count === 1 && !this.#midStream && !this.facts.isLowerBound && type !== SETTINGS) {
      reader.lose(at, isHttp1(reader) ? `the ${names[side]} answers in HTTP/1` : `the ${names[side]}'s first frame is not SETTINGS`);
      return false;
    }
    if (side === SERVER) this.facts.isAnswered = true;
    const block = this.#blocks[side];
    if (block.isOpen && (type !== CONTINUATION || stream !== block.stream)) this.#abandon(side, at);
    if (length > this.#largest[side]) this.#oddity(reader, at, `of ${length} bytes`);
    switch (type) {
      case DATA:
        this.#flowing[side] = this.#streams.get(stream);
        if (stream === 0) this.#oddity(reader, at, 'on stream 0');
        return false;
      case HEADERS:
      case PUSH_PROMISE:
      case CONTINUATION:
        return length <= limits.headerBlock;
      case SETTINGS:
      case GOAWAY:
        return length <= limits.head;
      case PING:
        if (length !== 8) this.#oddity(reader, at, `of ${length} bytes`);
        return length === 8;
      case RST_STREAM:
      case WINDOW_UPDATE:
        if (length !== 4) this.#oddity(reader, at, `of ${length} bytes`);
        return length === 4 && type === RST_STREAM;
      default:
        return false;
    }
  }

  passed(reader: FrameReader, first: number, at: At): void {
    if (reader.type !== DATA) return;
    // The length of the padding comes first (RFC 9113 §6.1).
    if (first >= reader.length && reader.flags & PADDED) this.#oddity(reader, at, 'whose padding is longer than itself');
    const stream = this.#flowing[reader.side];
    if (stream) this.#streams.progress(stream, reader.side, reader.passed, at);
  }

  frame(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, type, flags, length } = reader;
    if (reader.isDamaged && !isHead(type)) return;
    switch (type) {
      case DATA:
        return this.#dataEnds(reader, at);
      case HEADERS:
        return this.#beginBlock(reader, buffer, start, end, at);
      case PUSH_PROMISE:
        this.facts.pushes += 1;
        return this.#beginBlock(reader, buffer, start, end, at);
      case CONTINUATION:
        return this.#continueBlock(reader, buffer, start, end, at);
      case SETTINGS:
        return this.#settings(reader, buffer, start, end, at);
      case RST_STREAM:
        return this.#reset(reader.stream, side, end - start < 4 ? 0 : u32(buffer, start), at);
      case PING:
        if (length !== 8) return;
        if (flags & ACK) this.facts.pingAnswer(side, buffer, start, at);
        else this.facts.ping(side, buffer, start, at);
        return;
      case GOAWAY:
        if (end - start < 8) return this.#oddity(reader, at, `of ${length} bytes`);
        this.#host.log.observer?.ending(this.#connection, side);
        return this.facts.announce(side, u32(buffer, start + 4), u32(buffer, start) & 0x7fffffff, at);
    }
  }

  /** A stream may be refused before its header block is whole. */
  #reset(id: number, side: Side, code: number, at: At): void {
    const block = this.#blocks[otherSide(side)];
    if (block.isOpen && block.stream === id && !this.#streams.get(id)) block.resetCode = code;
    else this.#streams.reset(id, side, code, at);
  }

  #dataEnds({ side, flags, length, stream: id }: FrameReader, at: At): void {
    const stream = this.#flowing[side];
    this.#flowing[side] = undefined;
    if (!stream) return;
    this.#streams.goesOn(id, stream, side, HEADER_LENGTH + length, (flags & END_STREAM) !== 0, at);
  }

  // pp  dd dd dd dd  ww  …  00 00                length of padding (if PADDED), dependency and weight (if PRIORITY), the block's part, padding
  #beginBlock(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, flags, type } = reader;
    const block = this.#blocks[side];
    block.begin(reader, type === PUSH_PROMISE, type === HEADERS && (flags & END_STREAM) !== 0);
    const padded = (flags & PADDED) !== 0 && end > start;
    const from = start + (padded ? 1 : 0) + (type === PUSH_PROMISE ? 4 : flags & WITH_PRIORITY ? 5 : 0);
    const to = padded ? end - buffer[start]! : end;
    if (reader.isDamaged) block.isUnreadable = true;
    else if (reader.length > limits.headerBlock) this.#tooLong(block, at);
    else if (from > to) {
      block.close();
      this.#decoders[side].lose();
      return this.#oddity(reader, at, 'whose padding is longer than itself');
    }
    if (flags & END_HEADERS) return this.#blockComplete(side, buffer, from, to, at);
    if (block.add(buffer, from, to)) this.#tooLong(block, at);
  }

  #continueBlock(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const block = this.#blocks[reader.side];
    if (!block.isOpen) {
      this.#decoders[reader.side].lose();
      return this.#oddity(reader, at, 'without a header block');
    }
    block.size += HEADER_LENGTH + reader.length;
    if (reader.isDamaged) block.isUnreadable = true;
    else if (reader.length > limits.headerBlock ? !block.isUnreadable : block.add(buffer, start, end)) this.#tooLong(block, at);
    if (reader.flags & END_HEADERS) this.#blockComplete(reader.side, block.bytes, 0, block.length, at);
  }

  #tooLong(block: HeaderBlock, at: At): void {
    block.isUnreadable = true;
    block.bytes = none;
    this.#host.note('http2-limit', at, `a header block of more than ${limits.headerBlock} bytes`);
  }

  /** The block is not finished where it should be: what it would have told the table is lost. */
  #abandon(side: Side, at: At): void {
    this.#blocks[side].close();
    this.#decoders[side].lose();
    this.#host.note('http2-frame', at, 'a header block is interrupted');
  }

  #blockComplete(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const block = this.#blocks[side];
    const decoder = this.#decoders[side];
    this.#head.reset();
    this.#head.keepTarget = this.#streams.keepsTexts;
    if (block.isUnreadable) decoder.lose();
    else {
      const wasBroken = decoder.isBroken;
      if (!decoder.decode(buffer, start, end, this.#head) && !wasBroken) this.#host.note('http2-compression', at, `stream ${block.stream}`);
      if (decoder.isCut) this.#host.note('http2-limit', at, 'a list of header fields longer than 64 KiB');
    }
    const isClear = !block.isUnreadable && !decoder.isBroken && !decoder.hasUnknown;
    const by = this.#turn ? this.#speaker(side) : side;
    if (!block.isPromise && by !== undefined) {
      if (by === CLIENT) this.#streams.request(block, this.#head, isClear, at);
      else this.#streams.response(block, this.#head, isClear, at);
      if (block.resetCode >= 0) this.#streams.reset(block.stream, otherSide(by), block.resetCode, at);
    }
    block.close();
  }

  /** Whose head it is that was just read: the client's has a method, the server's a status; undefined where it has neither (trailers, or nothing known). */
  #speaker(side: Side): Side | undefined {
    const { method, status } = this.#head;
    if (method === 0 && status === 0) return undefined;
    const by = method > 0 ? CLIENT : SERVER;
    if (by !== side) {
      this.#isTurned = true;
      for (const pair of [this.#readers, this.#decoders, this.#blocks, this.#largest, this.#flowing]) pair.reverse();
      this.#readers[CLIENT].side = CLIENT;
      this.#readers[SERVER].side = SERVER;
      this.facts.turn();
      this.#turn?.();
    }
    this.#turn = undefined;
    return by;
  }

  // 00 03  00 00 00 64  …                        a number and its value, six bytes each (RFC 9113 §6.5.1)
  #settings(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, flags, length, stream } = reader;
    if (flags & ACK ? length > 0 : length % 6 !== 0 || stream !== 0) return this.#oddity(reader, at, `of ${length} bytes`);
    if (end - start > limits.settings * 6) this.#host.note('http2-limit', at, `${(end - start) / 6} settings in one frame`);
    const to = Math.min(end, start + limits.settings * 6);
    for (let p = start; p < to; p += 6) {
      const value = u32(buffer, p + 2);
      switch ((buffer[p]! << 8) | buffer[p + 1]!) {
        case HEADER_TABLE_SIZE:
          this.#decoders[otherSide(side)].allow(value);
          break;
        case MAX_CONCURRENT_STREAMS:
          if (side === SERVER) this.facts.limit(value, at.time);
          break;
        case MAX_FRAME_SIZE:
          this.#largest[otherSide(side)] = Math.max(this.#largest[otherSide(side)], value);
          break;
      }
    }
  }

  #oddity({ side, type, stream }: FrameReader, at: At, what: string): void {
    this.#host.note('http2-frame', at, `frame of type ${type} of the ${names[side]} on stream ${stream}: ${what}`);
  }
}

// 48 54 54  50  2f  31 2e …                  "HTTP/1.", read as length, type, flags and stream
const isHttp1 = ({ length, type, flags }: FrameReader): boolean => length === 0x485454 && type === 0x50 && flags === 0x2f;

const isHead = (type: number): boolean => type === HEADERS || type === CONTINUATION || type === PUSH_PROMISE;

const u32 = (buffer: Uint8Array, at: number): number =>
  ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
