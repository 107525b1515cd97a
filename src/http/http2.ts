/** An HTTP/2 connection: frames of two directions become exchanges, one per stream of the client (RFC 9113). */

import { limits } from '../limits.ts';
import type { NoteCode } from '../note.ts';
import { type At, CLIENT, type EndKind, otherSide, SERVER, type Side, type StreamSink } from '../stream.ts';
import { type ExchangeLog, IS_CONNECT } from './exchange-log.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FrameReader,
  type FrameSink,
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
} from './frames.ts';
import { HeaderBlock } from './header-block.ts';
import { HpackDecoder } from './hpack.ts';
import { Http2Facts } from './http2-facts.ts';
import { Http2Head } from './http2-head.ts';

/** What a session may know and say; one host serves all connections. */
export interface Http2Host {
  readonly log: ExchangeLog;
  note(code: NoteCode, at: At, detail?: string): void;
  /** A connection's first exchange was seen: its row in the log. */
  began(connection: number, row: number): void;
}

/** How a connection came to HTTP/2. */
export interface Http2Start {
  /** Its beginning is not in the capture. */
  readonly midStream?: boolean;
  /** By `Upgrade: h2c` (RFC 7540 §3.2): the request's row, and the last one of the connection's list. That request is stream 1. */
  readonly upgraded?: { readonly row: number; readonly last: number };
}

/** One request and its response, while either is under way. */
interface Stream {
  readonly row: number;
  /** What was seen of it: its request; its final response's head. */
  isRequested: boolean;
  isAnswered: boolean;
  /** Which side may still send. */
  readonly isOpen: [boolean, boolean];
  /** Bytes of its frames, by side. */
  readonly bytes: [number, number];
}

// RFC 9113 §6.5.2
const HEADER_TABLE_SIZE = 1;
const MAX_CONCURRENT_STREAMS = 3;
const MAX_FRAME_SIZE = 5;

const names = ['client', 'server'] as const;

export class Http2Session implements StreamSink, FrameSink {
  readonly facts: Http2Facts = new Http2Facts();
  readonly #host: Http2Host;
  readonly #connection: number;
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #decoders: readonly [HpackDecoder, HpackDecoder];
  readonly #blocks: readonly [HeaderBlock, HeaderBlock] = [new HeaderBlock(), new HeaderBlock()];
  /** Largest frame that each side may send, as far as it is known. */
  readonly #largest: [number, number] = [16_384, 16_384];
  /** Stream of the DATA frame that is going by. */
  readonly #flowing: [Stream | undefined, Stream | undefined] = [undefined, undefined];
  readonly #head: Http2Head;
  readonly #streams = new Map<number, Stream>();
  readonly #midStream: boolean;
  /** The first and the highest stream that the client opened; the last exchange of the connection's list. */
  #first = 0;
  #highest = 0;
  #last: number;
  #count = 0;

  constructor(host: Http2Host, connection: number, { midStream = false, upgraded }: Http2Start = {}) {
    this.#host = host;
    this.#connection = connection;
    this.#midStream = midStream;
    this.#readers = [new FrameReader(CLIENT, this, !midStream), new FrameReader(SERVER, this, false)];
    // With the upgrade, settings that are not read here came in a field of the request.
    const partial = midStream || upgraded !== undefined;
    this.#decoders = [new HpackDecoder(midStream), new HpackDecoder(partial)];
    if (partial) this.#largest.fill(2 ** 24);
    this.#head = new Http2Head(host.log.texts);
    this.#last = upgraded?.last ?? -1;
    if (upgraded === undefined) return;
    this.#streams.set(1, { row: upgraded.row, isRequested: true, isAnswered: false, isOpen: [false, true], bytes: [0, 0] });
    this.#first = 1;
    this.#highest = 1;
    this.facts.maxConcurrent = 1;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    this.#readers[side].data(buffer, start, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    this.#readers[side].gap(length, at);
  }

  end(_side: Side, _how: EndKind, _at: At): void {}

  lost({ side }: FrameReader, at: At, why: string): void {
    this.facts.isLowerBound = true;
    this.#blocks[side].close();
    this.#flowing[side] = undefined;
    this.#host.note('http2-lost', at, why);
  }

  wants(reader: FrameReader, at: At): boolean {
    const { side, type, length, stream } = reader;
    if (reader.count === 1 && !this.#midStream && type !== SETTINGS) {
      reader.lose(at, `the ${names[side]}'s first frame is not SETTINGS`);
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
    if (stream) this.#progress(stream, reader.side, stream.bytes[reader.side] + reader.passed, at);
  }

  frame(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, type, flags, length } = reader;
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
        return this.#reset(reader);
      case PING:
        if (length !== 8) return;
        if (flags & ACK) this.facts.pingAcks += 1;
        else this.facts.ping(side, at.time);
        return;
      case GOAWAY:
        if (end - start < 8) return this.#oddity(reader, at, `of ${length} bytes`);
        return this.facts.announce(side, u32(buffer, start + 4), u32(buffer, start) & 0x7fffffff, at);
    }
  }

  #dataEnds({ side, flags, length }: FrameReader, at: At): void {
    const stream = this.#flowing[side];
    this.#flowing[side] = undefined;
    if (!stream) return;
    stream.bytes[side] += HEADER_LENGTH + length;
    this.#progress(stream, side, stream.bytes[side], at);
    if (flags & END_STREAM) this.#ends(this.#readers[side].stream, stream, side);
  }

  // pp  dd dd dd dd  ww  …  00 00                length of padding (if PADDED), dependency and weight (if PRIORITY), the block's part, padding
  #beginBlock(reader: FrameReader, buffer: Uint8Array, start: number, end: number, at: At): void {
    const { side, flags, type } = reader;
    const block = this.#blocks[side];
    block.begin(reader, type === PUSH_PROMISE, type === HEADERS && (flags & END_STREAM) !== 0);
    const padded = (flags & PADDED) !== 0 && end > start;
    const from = start + (padded ? 1 : 0) + (type === PUSH_PROMISE ? 4 : flags & WITH_PRIORITY ? 5 : 0);
    const to = padded ? end - buffer[start]! : end;
    if (reader.length > limits.headerBlock) this.#tooLong(block, at);
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
    if (reader.length > limits.headerBlock ? !block.isUnreadable : block.add(buffer, start, end)) this.#tooLong(block, at);
    if (reader.flags & END_HEADERS) this.#blockComplete(reader.side, block.bytes, 0, block.length, at);
  }

  #tooLong(block: HeaderBlock, at: At): void {
    block.isUnreadable = true;
    block.bytes = new Uint8Array(0);
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
    this.#head.keepTarget = this.#count < limits.texts;
    if (block.isUnreadable) decoder.lose();
    else {
      const wasBroken = decoder.isBroken;
      if (!decoder.decode(buffer, start, end, this.#head) && !wasBroken) this.#host.note('http2-compression', at, `stream ${block.stream}`);
      if (decoder.isCut) this.#host.note('http2-limit', at, 'a list of header fields longer than 64 KiB');
    }
    const isClear = !block.isUnreadable && !decoder.isBroken && !decoder.hasUnknown;
    if (!block.isPromise) {
      if (side === CLIENT) this.#request(block, isClear, at);
      else this.#response(block, isClear, at);
    }
    block.close();
  }

  /** `isClear`: no part of the head is unknown. */
  #request(block: HeaderBlock, isClear: boolean, at: At): void {
    const { stream: id } = block;
    const known = this.#streams.get(id);
    if (known?.isRequested || (known && id <= this.#highest)) return this.#goesOn(known, block, CLIENT, at);
    const isTrailer = !this.#head.isMessage && isClear && this.#midStream;
    if (isTrailer) return;
    if ((id & 1) === 0 || id <= this.#highest) {
      // Trailers of a stream that was reset meanwhile are no oddity.
      if (this.#head.isMessage || (id & 1) === 0) this.#host.note('http2-frame', at, `a request on stream ${id}`);
      return;
    }
    this.#highest = id;
    if (this.#first === 0) this.#first = id;
    const stream = known ?? this.#open(id, at);
    stream.isRequested = true;
    stream.isOpen[CLIENT] = true;
    this.#requestHead(stream.row, id, block, isClear, at);
    this.#goesOn(stream, block, CLIENT, at);
  }

  #requestHead(row: number, id: number, block: HeaderBlock, isClear: boolean, at: At): void {
    const { log } = this.#host;
    const head = this.#head;
    const method = head.method > 0 || isClear ? head.method : log.texts.internText('?');
    const isTunnel = method === log.texts.connect || head.isExtended;
    log.setStream(row, id);
    log.requestBegins(row, block.firstFrame, block.firstTime);
    log.requestHead(row, at.frame, method, 20, isTunnel ? IS_CONNECT : 0);
    if (head.target >= 0) log.setTarget(row, head.target, head.targetLength);
    if (head.host > 0) log.setAuthority(row, head.host);
    if (head.userAgent > 0) log.setUserAgent(row, head.userAgent);
  }

  #response(block: HeaderBlock, isClear: boolean, at: At): void {
    const { log } = this.#host;
    const head = this.#head;
    const { stream: id } = block;
    const stream = this.#streams.get(id) ?? this.#unasked(block, isClear, at);
    if (!stream) return;
    if (!stream.isAnswered && head.status >= 100 && head.status < 200 && !block.endsStream) {
      stream.bytes[SERVER] += block.size;
      return log.informational(stream.row);
    }
    if (!stream.isAnswered) {
      stream.isAnswered = true;
      log.responseBegins(stream.row, block.firstFrame, block.firstTime);
      log.responseHead(stream.row, at.frame, head.status, 20, 0, head.server);
    }
    this.#goesOn(stream, block, SERVER, at);
  }

  /** A response whose request is not in the capture, or was lost; nothing where the stream was over before. */
  #unasked({ stream: id, endsStream }: HeaderBlock, isClear: boolean, at: At): Stream | undefined {
    const isEarlier = this.#midStream && (this.#first === 0 || id < this.#first);
    const isLater = id > this.#highest;
    const isResponse = this.#head.status > 0 || (!isClear && !endsStream);
    if ((id & 1) === 0 || !(isEarlier || isLater) || !isResponse) return undefined;
    if (!this.#midStream && !this.#readers[CLIENT].isOver) this.#host.note('unsolicited-response', at, `stream ${id}`);
    const stream = this.#open(id, at);
    stream.isOpen[CLIENT] = false;
    this.#host.log.setStream(stream.row, id);
    return stream;
  }

  #open(id: number, at: At): Stream {
    if (this.#streams.size >= limits.pendingRequests) {
      // No server allows so many; those that wait are given up together, which costs nothing per stream.
      this.#host.note('http2-limit', at, `${limits.pendingRequests} open streams`);
      this.#streams.clear();
      this.facts.isLowerBound = true;
    }
    const { log } = this.#host;
    const row = log.add(this.#connection, this.#last);
    if (this.#last < 0) this.#host.began(this.#connection, row);
    this.#last = row;
    this.#count += 1;
    if (this.#count === limits.texts) this.#host.note('text-limit', { frame: 0, time: 0 }, `connection ${this.#connection}`);
    const stream: Stream = { row, isRequested: false, isAnswered: false, isOpen: [true, true], bytes: [0, 0] };
    this.#streams.set(id, stream);
    // While one side cannot be followed, streams do not end.
    if (!this.facts.isLowerBound && this.#streams.size > this.facts.maxConcurrent) this.facts.maxConcurrent = this.#streams.size;
    return stream;
  }

  /** A header block is a part of its stream like any other. */
  #goesOn(stream: Stream, block: HeaderBlock, side: Side, at: At): void {
    stream.bytes[side] += block.size;
    this.#progress(stream, side, stream.bytes[side], at);
    if (block.endsStream) this.#ends(block.stream, stream, side);
  }

  #progress(stream: Stream, side: Side, bytes: number, at: At): void {
    if (side === CLIENT) this.#host.log.requestProgress(stream.row, at.time, bytes);
    else if (stream.isAnswered) this.#host.log.responseProgress(stream.row, at.time, bytes);
  }

  #ends(id: number, stream: Stream, side: Side): void {
    stream.isOpen[side] = false;
    if (!stream.isOpen[otherSide(side)]) this.#streams.delete(id);
  }

  #reset({ side, stream }: FrameReader): void {
    if (this.#streams.delete(stream)) this.facts.reset(side);
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
          if (side === SERVER) this.facts.streamLimit = value;
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

const u32 = (buffer: Uint8Array, at: number): number =>
  ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
