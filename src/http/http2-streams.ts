/** The streams of an HTTP/2 connection (RFC 9113 §5), each an exchange of the log. */

import { limits } from '../limits.ts';
import type { NoteCode } from '../note.ts';
import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import { IS_CONNECT, REQUEST_COOKIES, RESPONSE_COOKIES } from './exchange-layout.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { HeaderBlock } from './header-block.ts';
import type { Http2Facts } from './http2-facts.ts';
import type { Http2Head } from './http2-head.ts';

/** What a connection may know and say; one host serves all. */
export interface Http2Host {
  readonly log: ExchangeLog;
  note(code: NoteCode, at: At, detail?: string): void;
  /** A connection's first exchange was seen: its row in the log. */
  began(connection: number, row: number): void;
  /** A response says in Alt-Svc that HTTP/3 is to be had (RFC 7838 §3). */
  announcesHttp3(connection: number): void;
}

/** How a connection came to HTTP/2. */
export interface Http2Start {
  /** Which end is the client is a guess: called where the first head says that it is the other one. */
  readonly turn?: (() => void) | undefined;
  /** Its beginning is not in the capture. */
  readonly midStream?: boolean;
  /** By `Upgrade: h2c` (RFC 7540 §3.2): the request's row, and the last one of the connection's list. That request is stream 1. */
  readonly upgraded?: { readonly row: number; readonly last: number } | undefined;
}

/** One request and its response, while either is under way. */
export interface Stream {
  readonly row: number;
  /** What was seen of it: its request; its final response's head. */
  isRequested: boolean;
  isAnswered: boolean;
  /** Which sides may still send: bits of both. */
  open: number;
  /** Bytes of its frames, by side. */
  requestBytes: number;
  responseBytes: number;
}

const MAY_SEND = [1, 2] as const;
const BOTH = 3;

export class Http2Streams {
  readonly #host: Http2Host;
  readonly #connection: number;
  readonly #facts: Http2Facts;
  readonly #midStream: boolean;
  readonly #open = new Map<number, Stream>();
  /** The first and the highest stream that the client opened; the last exchange of the connection's list. */
  #first = 0;
  #highest = 0;
  #last: number;
  #count = 0;

  constructor(host: Http2Host, connection: number, facts: Http2Facts, { midStream = false, upgraded }: Http2Start) {
    this.#host = host;
    this.#connection = connection;
    this.#facts = facts;
    this.#midStream = midStream;
    this.#last = upgraded?.last ?? -1;
    if (upgraded === undefined) return;
    this.#open.set(1, {
      row: upgraded.row,
      isRequested: true,
      isAnswered: false,
      open: MAY_SEND[SERVER],
      requestBytes: 0,
      responseBytes: 0,
    });
    host.log.answersAgain(upgraded.row);
    host.log.setStream(upgraded.row, 1);
    this.#first = 1;
    this.#highest = 1;
    facts.streams(1, true, host.log.requestStart(upgraded.row));
  }

  /** Whether the texts of another exchange shall be kept. */
  get keepsTexts(): boolean {
    return this.#count < limits.texts;
  }

  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  /** `isClear`: no part of the head is unknown. */
  request(block: HeaderBlock, head: Http2Head, isClear: boolean, at: At): void {
    const { stream: id } = block;
    const known = this.#open.get(id);
    if (known?.isRequested || (known && id <= this.#highest)) return this.#goesOn(known, block, CLIENT, at);
    const isTrailer = !head.isMessage && isClear && this.#midStream;
    if (isTrailer) return;
    if ((id & 1) === 0 || id <= this.#highest) {
      // Trailers of a stream that was reset meanwhile are no oddity.
      if (head.isMessage || (id & 1) === 0) this.#host.note('http2-frame', at, `a request on stream ${id}`);
      return;
    }
    this.#highest = id;
    if (this.#first === 0) this.#first = id;
    const stream = known ?? this.#begin(id, at);
    stream.isRequested = true;
    stream.open |= MAY_SEND[CLIENT];
    this.#requestHead(stream.row, block, head, isClear, at);
    this.#goesOn(stream, block, CLIENT, at);
  }

  response(block: HeaderBlock, head: Http2Head, isClear: boolean, at: At): void {
    const { log } = this.#host;
    const stream = this.#open.get(block.stream) ?? this.#unasked(block, head, isClear, at);
    if (!stream) return;
    if (!stream.isAnswered && head.status >= 100 && head.status < 200 && !block.endsStream) {
      stream.responseBytes += block.size;
      return log.informational(stream.row, block.firstTime);
    }
    if (!stream.isAnswered) {
      stream.isAnswered = true;
      if (head.announcesHttp3) this.#host.announcesHttp3(this.#connection);
      log.responseBegins(stream.row, block.firstFrame, block.firstTime);
      log.responseHead(stream.row, at.frame, head.status, 20, head.cookies ? RESPONSE_COOKIES : 0, head.server);
      log.observer?.message(this.#connection, SERVER);
    }
    this.#goesOn(stream, block, SERVER, at);
  }

  /** `bytes` of a frame have come; the frame is not complete. */
  progress(stream: Stream, side: Side, bytes: number, at: At): void {
    if (side === CLIENT) this.#host.log.requestProgress(stream.row, at.time, stream.requestBytes + bytes);
    else if (stream.isAnswered) this.#host.log.responseProgress(stream.row, at.time, stream.responseBytes + bytes);
  }

  /** A frame of `bytes`, or several, is complete. */
  goesOn(id: number, stream: Stream, side: Side, bytes: number, ends: boolean, at: At): void {
    if (side === CLIENT) stream.requestBytes += bytes;
    else stream.responseBytes += bytes;
    this.progress(stream, side, 0, at);
    if (!ends) return;
    stream.open &= ~MAY_SEND[side];
    if (stream.open > 0) return;
    this.#open.delete(id);
    this.#facts.streams(this.#open.size, false, at.time);
  }

  reset(id: number, by: Side, code: number, at: At): void {
    const stream = this.#open.get(id);
    if (!stream) return;
    this.#open.delete(id);
    this.#host.log.reset(stream.row, by, code);
    this.#facts.reset(by);
    this.#facts.streams(this.#open.size, false, at.time);
  }

  #requestHead(row: number, block: HeaderBlock, head: Http2Head, isClear: boolean, at: At): void {
    const { log } = this.#host;
    const method = head.method > 0 || isClear ? head.method : log.texts.internText('?');
    const isTunnel = method === log.texts.connect || head.isExtended;
    log.setStream(row, block.stream);
    log.requestBegins(row, block.firstFrame, block.firstTime);
    log.observer?.message(this.#connection, CLIENT);
    log.requestHead(row, at.frame, method, 20, (isTunnel ? IS_CONNECT : 0) | (head.cookies ? REQUEST_COOKIES : 0));
    if (head.target >= 0) log.setTarget(row, head.target, head.targetLength);
    if (head.host > 0) log.setAuthority(row, head.host);
    if (head.userAgent > 0) log.setUserAgent(row, head.userAgent);
  }

  /** A response whose request is not in the capture, or was lost; nothing where the stream was over before. */
  #unasked({ stream: id, endsStream }: HeaderBlock, head: Http2Head, isClear: boolean, at: At): Stream | undefined {
    const isEarlier = this.#midStream && (this.#first === 0 || id < this.#first);
    const isLater = id > this.#highest;
    const isResponse = head.status > 0 || (!isClear && !endsStream);
    if ((id & 1) === 0 || !(isEarlier || isLater) || !isResponse) return undefined;
    if (!this.#midStream && !this.#facts.isLowerBound) this.#host.note('unsolicited-response', at, `stream ${id}`);
    const stream = this.#begin(id, at);
    stream.open = MAY_SEND[SERVER];
    this.#host.log.setStream(stream.row, id);
    return stream;
  }

  #begin(id: number, at: At): Stream {
    if (this.#open.size >= limits.pendingRequests) {
      // No server allows so many; those that wait are given up together, which costs nothing per stream.
      this.#host.note('http2-limit', at, `${limits.pendingRequests} open streams`);
      this.#open.clear();
      this.#facts.isLowerBound = true;
    }
    const { log } = this.#host;
    const row = log.add(this.#connection, this.#last);
    if (log.isListed(row)) this.#listed(row);
    else this.#host.note('exchange-limit', at);
    const stream: Stream = { row, isRequested: false, isAnswered: false, open: BOTH, requestBytes: 0, responseBytes: 0 };
    this.#open.set(id, stream);
    this.#facts.streams(this.#open.size, true, at.time);
    return stream;
  }

  #listed(row: number): void {
    if (this.#last < 0) this.#host.began(this.#connection, row);
    this.#last = row;
    this.#count += 1;
    if (this.#count === limits.texts) this.#host.note('text-limit', { frame: 0, time: 0 }, `connection ${this.#connection}`);
  }

  /** A header block is a part of its stream like any other. */
  #goesOn(stream: Stream, block: HeaderBlock, side: Side, at: At): void {
    this.goesOn(block.stream, stream, side, block.size, block.endsStream, at);
  }
}
