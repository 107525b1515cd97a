/** An HTTP/1 connection: two directions of messages become exchanges, paired first in, first out (RFC 9112 §9.3.2). */

import { limits } from '../limits.ts';
import { type At, CLIENT, type EndKind, SERVER, type Side, type StreamSink } from '../stream.ts';
import { BAD_LENGTH, NO_LENGTH } from './content-length.ts';
import {
  ABSOLUTE_FORM,
  FRAMED_BY_CLOSE,
  FRAMING_ERROR,
  IS_CONNECT,
  LEFT_HTTP,
  REQUEST_CLOSE,
  REQUEST_COOKIES,
  REQUEST_KEEP_ALIVE,
  RESPONSE_CLOSE,
  RESPONSE_COOKIES,
  RESPONSE_HEAD,
  RESPONSE_KEEP_ALIVE,
} from './exchange-layout.ts';
import type { Head } from './head.ts';
import { HeldBytes, LONGEST_METHOD } from './held-bytes.ts';
import type { Http1Host } from './http1-host.ts';
import { MessageReader } from './message-reader.ts';
import type { Framing, MessageSink, MessageState } from './message-state.ts';
import { type Oddity, oddityBit } from './oddity.ts';
import { RTSP } from './start-line.ts';

const CUT_HEAD = oddityBit('cut-head');

// Made per connection: see MessageReader for the plain fields.
export class Http1Session implements StreamSink, MessageSink {
  private readonly host: Http1Host;
  private readonly connection: number;
  private readonly requests: MessageReader;
  private readonly responses: MessageReader;
  /** Last exchange of the list, the one whose request is being read, the first that still waits for its final response. */
  private last: number;
  private requesting: number;
  /** The exchange that was answered while its request's head was still being read. */
  private begun: number;
  private answering: number;
  /** The exchange that asks to leave HTTP and is not answered, and what the client said meanwhile. */
  private leaving: number;
  private held: HeldBytes | undefined;
  /** The exchange whose body waits to be asked for (Expect: 100-continue), and the bytes of its head. */
  private expecting: number;
  private headBytes: number;
  /** The exchange whose request is one of HTTP/0.9. */
  private simple: number;
  private count: number;
  /** Exchanges beyond the limit that wait behind `answering`. */
  private unlisted: number;
  private next: StreamSink | undefined;

  constructor(host: Http1Host, connection: number, midStream: boolean) {
    this.host = host;
    this.connection = connection;
    this.requests = new MessageReader(true, host.heads, this, midStream);
    this.responses = new MessageReader(false, host.heads, this, midStream);
    this.last = -1;
    this.requesting = -1;
    this.begun = -1;
    this.answering = -1;
    this.leaving = -1;
    this.held = undefined;
    this.expecting = -1;
    this.headBytes = 0;
    this.simple = -1;
    this.count = 0;
    this.unlisted = 0;
    this.next = undefined;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const reader = side === CLIENT ? this.requests : this.responses;
    const stopped = reader.isOver ? start : reader.data(buffer, start, end, at);
    if (reader.inBody) this.progress(reader, at);
    if (stopped === end) return;
    if (this.next) this.next.data(side, buffer, stopped, end, at);
    else if (reader.isHeld) this.hold(buffer, stopped, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    if (this.next) return this.next.gap(side, length, at);
    const reader = side === CLIENT ? this.requests : this.responses;
    if (reader.isHeld && this.leaving < 0) this.settle(at);
    if (!reader.isHeld) return reader.gap(length, at);
    this.held ??= new HeldBytes();
    this.held.gap(length, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    if (!this.next && this.requests.isHeld) {
      if (this.leaving < 0) this.settle(at);
      else if (side !== CLIENT || how !== 'fin') this.unanswered(at);
    }
    if (this.next) return this.next.end(side, how, at);
    if (this.begun >= 0) this.noteOn(this.begun, 'early-response', at);
    this.begun = -1;
    if (side === CLIENT) return;
    if (how === 'fin') this.responses.finish(at);
    if (this.responses.inBody) this.host.cutShort(this.connection);
  }

  noted(reader: MessageState, code: Oddity, at: At, detail?: string): void {
    this.host.note(code, at, detail);
    if (code === 'framing-lost' && reader.inBody) this.progress(reader, at);
    if (code === 'framing-lost' && reader.isRequest) this.begun = -1;
    // A head's oddities are kept by the reader until its exchange is there; what fits no message belongs to the one before.
    const row = reader.isRequest ? this.requesting : this.answering;
    if (reader.inBody && row >= 0) this.host.log.setOddities(row, oddityBit(code));
    else if (code === 'framing-lost' && this.last >= 0) this.host.log.setOddities(row >= 0 ? row : this.last, oddityBit(code));
  }

  isSimple(): boolean {
    return this.simple >= 0 && this.simple === this.answering;
  }

  head(reader: MessageState, at: At): Framing {
    const { head } = reader;
    if (reader.version === RTSP) return this.foreign(reader, at);
    const row = reader.isRequest ? this.asked(reader, at) : this.answered(reader, at);
    if (reader.oddities !== 0) this.host.log.setOddities(row, reader.oddities);
    if (head.keepAliveValues.bad !== undefined) {
      this.noteOn(row, 'bad-keep-alive', at, head.keepAliveValues.bad);
      this.host.log.setUnreadableKeepAlive(row, head.keepAliveValues.bad);
    }
    if (head.proxyConnection) this.noteOn(row, 'proxy-connection', at);
    reader.isLast = head.close || (reader.version < 11 && reader.version > 0 && !head.keepAlive);
    return reader.isRequest ? this.requestHead(row, reader, at) : this.responseHead(row, reader, at);
  }

  complete(reader: MessageState, at: At): void {
    if (reader.isRequest) {
      if (this.requesting >= 0) {
        this.host.log.requestProgress(this.requesting, at.time, reader.bytes);
        this.host.log.setUnreadBody(this.requesting, false);
      }
      this.requesting = -1;
      return;
    }
    if (this.answering < 0 || (reader.status > 0 && reader.status < 200)) return;
    // The close only ends a body; its last byte came before.
    const time = this.host.log.flags(this.answering) & FRAMED_BY_CLOSE ? this.host.log.responseEnd(this.answering) : at.time;
    this.host.log.responseProgress(this.answering, time, reader.bytes);
    this.advance();
  }

  /** HTTP's form, but another protocol: nothing of it is HTTP. */
  private foreign(reader: MessageState, at: At): Framing {
    this.noted(reader, 'not-http', at, 'RTSP');
    this.requests.stop();
    this.responses.stop();
    return reader.isRequest ? 'left-http' : 'until-close';
  }

  private noteOn(row: number, code: Oddity, at: At, detail?: string): void {
    this.host.note(code, at, detail);
    this.host.log.setOddities(row, oddityBit(code));
  }

  private progress(reader: MessageState, at: At): void {
    const { requesting, answering } = this;
    if (reader.isRequest && requesting >= 0) this.host.log.requestProgress(requesting, at.time, reader.bytes);
    if (!reader.isRequest && answering >= 0) this.host.log.responseProgress(answering, at.time, reader.bytes);
  }

  private advance(): void {
    this.answering = this.host.log.next(this.answering);
    if (this.answering >= 0 || this.unlisted === 0) return;
    this.unlisted -= 1;
    this.answering = this.host.log.size;
  }

  private add(at: At): number {
    const row = this.host.log.add(this.connection, this.last);
    if (!this.host.log.isListed(row)) return this.beyondLimit(row, at);
    if (this.last < 0) this.host.began(this.connection, row);
    this.last = row;
    this.count += 1;
    this.requests.keepTarget = this.count < limits.texts;
    if (this.count === limits.texts) this.host.note('text-limit', { frame: 0, time: 0 }, `connection ${this.connection}`);
    if (this.answering < 0) this.answering = row;
    return row;
  }

  /** Read to its end, so that the bytes behind it are understood; there is nothing else to be said of it. */
  private beyondLimit(row: number, at: At): number {
    this.host.note('exchange-limit', at);
    this.requests.keepTarget = false;
    if (this.answering < 0) this.answering = row;
    else this.unlisted += 1;
    return row;
  }

  /** The exchange that a request begins, unless its answer did. */
  private asked(reader: MessageState, at: At): number {
    const row = this.begun;
    if (row < 0) return this.add(at);
    this.begun = -1;
    // Where only the capture lost the head's end, the answer did not come early.
    if ((reader.oddities & CUT_HEAD) === 0) this.noteOn(row, 'early-response', at);
    return row;
  }

  private requestHead(row: number, reader: MessageState, at: At): Framing {
    const { log } = this.host;
    const { head } = reader;
    this.requesting = row;
    this.expecting = head.expects ? row : -1;
    this.headBytes = reader.bytes;
    // Its answer came within its head: whatever body it has was not read.
    if (log.flags(row) & RESPONSE_HEAD && (reader.oddities & CUT_HEAD) === 0) log.setUnreadBody(row, true);
    log.requestBegins(row, reader.firstFrame, reader.firstTime);
    // The end of a head that was cut went by before its answer.
    const isAnswered = (reader.oddities & CUT_HEAD) !== 0 && log.responseStart(row) < at.time;
    log.requestProgress(row, isAnswered ? log.responseStart(row) : at.time, reader.bytes);
    const isConnect = reader.method === log.texts.connect;
    const kind = (isConnect ? IS_CONNECT : reader.isAbsolute ? ABSOLUTE_FORM : 0) | (head.cookies ? REQUEST_COOKIES : 0);
    const flags = (head.close ? REQUEST_CLOSE : 0) | (head.keepAlive ? REQUEST_KEEP_ALIVE : 0) | kind;
    log.requestHead(row, at.frame, reader.method, reader.version, flags);
    log.observer?.message(this.connection, CLIENT);
    if (head.close) log.observer?.ending(this.connection, CLIENT);
    if (reader.target >= 0) log.setTarget(row, reader.target, reader.targetLength);
    // The authority that CONNECT asks for is its target (RFC 9110 §9.3.6).
    const authority =
      isConnect && reader.target >= 0 ? log.texts.internText(log.texts.kept(reader.target, reader.targetLength)) : head.host;
    if (authority > 0) log.setAuthority(row, authority);
    if (head.bound) this.host.boundToUser(this.connection);
    if (head.userAgent > 0) log.setUserAgent(row, head.userAgent);
    const { timeout, max } = head.keepAliveValues;
    if (timeout !== undefined || max !== undefined) log.setClientKeepAlive(row, timeout, max);
    if (reader.isSimple) this.simple = row;
    if (isConnect) return this.leaves(row);
    if (head.transferEncoding) return head.chunked ? 'chunked' : this.unframeable(row, at);
    if (head.length.value === BAD_LENGTH) return this.unframeable(row, at);
    if (head.length.value > 0) return 'length';
    return head.upgrades && head.upgrade > 0 ? this.leaves(row) : 'none';
  }

  /** The exchange that a response belongs to. */
  private answered(reader: MessageState, at: At): number {
    if (this.answering < 0) {
      if (this.requests.inHead && this.begun < 0) this.begins(at);
      else if (this.host.log.isListed(this.add(at))) {
        this.noteOn(this.answering, 'unsolicited-response', at, `status ${reader.status}`);
      }
    } else if (reader.resynchronised) this.skipLost(at);
    reader.resynchronised = false;
    return this.answering;
  }

  /** A head that the server does not wait for the end of (408, 431), or whose end the capture lost. */
  private begins(at: At): void {
    const { requests } = this;
    const row = this.add(at);
    this.requesting = row;
    this.begun = row;
    this.host.log.requestBegins(row, requests.firstFrame, requests.firstTime);
    if (!requests.hasFirstLine) return;
    this.host.log.requestHead(row, 0, requests.method, requests.version, 0);
    if (requests.target >= 0) this.host.log.setTarget(row, requests.target, requests.targetLength);
  }

  /** RFC 9112 §6.3, in its order. */
  private responseHead(row: number, reader: MessageState, at: At): Framing {
    const { log } = this.host;
    const { head, status } = reader;
    if (status > 0 && status < 200 && status !== 101) {
      // More may come, and this one binds nobody.
      reader.isLast = false;
      if (status === 100) this.expecting = -1;
      log.informational(row, reader.firstTime);
      return 'none';
    }
    log.responseBegins(row, reader.firstFrame, reader.firstTime);
    log.responseProgress(row, at.time, reader.bytes);
    const flags = (head.close ? RESPONSE_CLOSE : 0) | (head.keepAlive ? RESPONSE_KEEP_ALIVE : 0) | (head.cookies ? RESPONSE_COOKIES : 0);
    log.responseHead(row, at.frame, status, reader.version, flags, head.server);
    log.observer?.message(this.connection, SERVER);
    if (head.close) log.observer?.ending(this.connection, SERVER);
    const { timeout, max } = head.keepAliveValues;
    if (timeout !== undefined || max !== undefined) log.setKeepAlive(row, timeout, max);
    if (head.announcesHttp3) this.host.announcesHttp3(this.connection);
    if (this.requesting === row && this.requests.inBody) {
      log.setUnreadBody(row, true);
      if (this.expecting === row && this.requests.bytes === this.headBytes) this.requests.awaitBody();
      else this.noteOn(row, 'early-response', at);
    }
    const method = log.method(row);
    if (status === 101) return this.leave(row, head.upgrade > 0 ? log.texts.text(head.upgrade).toLowerCase() : 'unknown', at);
    if (method === log.texts.connect && status < 300 && status >= 200) return this.leave(row, 'tunnel', at);
    if (this.leaving === row) this.stays();
    // Of a head that was cut, the length may be in what is missing.
    if (reader.oddities & CUT_HEAD && !head.transferEncoding && head.length.value === NO_LENGTH) return 'none';
    return this.responseFraming(row, method, status, head, at);
  }

  private responseFraming(row: number, method: number, status: number, head: Head, at: At): Framing {
    if (method === this.host.log.texts.head || status === 204 || status === 304) return 'none';
    if (head.transferEncoding) return head.chunked ? 'chunked' : this.untilClose(row);
    if (head.length.value === BAD_LENGTH) return this.unframeable(row, at);
    return head.length.value >= 0 ? 'length' : this.untilClose(row);
  }

  /** After lost bytes: a response whose head was seen before is over, and a request that was asked last is the likeliest to be answered. */
  private skipLost(at: At): void {
    const { log } = this.host;
    if (log.flags(this.answering) & RESPONSE_HEAD) this.advance();
    if (this.answering < 0) this.add(at);
    for (let row = log.next(this.answering); row >= 0; row = log.next(row)) if (log.requestEnd(row) < at.time) this.answering = row;
  }

  private unframeable(row: number, at: At): Framing {
    this.host.log.setFlags(row, FRAMING_ERROR);
    this.noteOn(row, 'framing-error', at);
    return 'error';
  }

  private untilClose(row: number): Framing {
    this.host.log.setFlags(row, FRAMED_BY_CLOSE);
    return 'until-close';
  }

  /** CONNECT, or a request to upgrade: what the client sends next is HTTP only if the answer says no. */
  private leaves(row: number): Framing {
    if (this.host.log.flags(row) & RESPONSE_HEAD) return 'none';
    this.leaving = row;
    return 'held';
  }

  private hold(buffer: Uint8Array, start: number, end: number, at: At): void {
    if (this.leaving < 0) return this.afterRefusal(buffer, start, end, at);
    if (!this.held) this.noteOn(this.leaving, 'early-bytes', at);
    this.held ??= new HeldBytes();
    if (!this.held.keep(buffer, start, end, at)) this.unanswered(at);
  }

  /** Answered before its body was asked for (RFC 9110 §10.1.1): the client sends the body all the same, or its next request instead. */
  private afterRefusal(buffer: Uint8Array, start: number, end: number, at: At): void {
    this.held ??= new HeldBytes();
    const enough = Math.min(end, start + LONGEST_METHOD);
    this.held.keep(buffer, start, enough, at);
    if (this.held.isRequest === 'more') return;
    this.settle(at);
    if (enough < end) this.data(CLIENT, buffer, enough, end, at);
  }

  private settle(at: At): void {
    const { held, requesting } = this;
    this.held = undefined;
    if (held?.isRequest === 'yes') {
      // Another receiver would read it as the body that was announced.
      this.noteOn(requesting, 'smuggling-risk', at, 'a request in place of an announced body');
      this.requests.skipBody();
      this.host.log.setUnreadBody(requesting, false);
      this.requesting = -1;
    } else {
      this.requests.resume();
      if (held) this.noteOn(requesting, 'early-response', at);
    }
    held?.giveTo(this, CLIENT);
  }

  /** The answer was no: HTTP goes on. */
  private stays(): void {
    const { held } = this;
    this.leaving = -1;
    this.held = undefined;
    this.requests.resume();
    held?.giveTo(this, CLIENT);
  }

  /** Only one side is in the capture, or the answer is late: what the client said tells whether it has left. */
  private unanswered(at: At): void {
    if (!this.held || this.held.isEmpty) return;
    const isConnect = (this.host.log.flags(this.leaving) & IS_CONNECT) !== 0;
    if (!isConnect && this.held.isRequest === 'yes') this.stays();
    else this.switchTo(isConnect ? 'tunnel' : 'unknown', at);
  }

  private leave(row: number, to: string, at: At): Framing {
    this.host.log.setFlags(row, LEFT_HTTP);
    this.advance();
    this.switchTo(to, at);
    return 'left-http';
  }

  private switchTo(to: string, at: At): void {
    // The client may have been seen to leave before the answer came.
    if (this.requests.isOver) return;
    const { held } = this;
    this.next = this.host.switched(this.connection, to, at);
    this.requests.stop();
    this.held = undefined;
    this.leaving = -1;
    if (this.next) held?.giveTo(this.next, CLIENT);
  }
}
