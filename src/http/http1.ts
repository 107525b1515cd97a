/** An HTTP/1 connection: two directions of messages become exchanges, paired first in, first out (RFC 9112 §9.3.2). */

import { limits } from '../limits.ts';
import type { NoteCode } from '../note.ts';
import { type At, CLIENT, type EndKind, type Side, type StreamSink } from '../stream.ts';
import {
  type ExchangeLog,
  FRAMED_BY_CLOSE,
  FRAMING_ERROR,
  IS_CONNECT,
  LEFT_HTTP,
  REQUEST_CLOSE,
  REQUEST_KEEP_ALIVE,
  RESPONSE_CLOSE,
  RESPONSE_HEAD,
  RESPONSE_KEEP_ALIVE,
} from './exchange-log.ts';
import { BAD_LENGTH, type HeadPool, NO_LENGTH } from './head.ts';
import { type Framing, MessageReader, type MessageSink } from './message-reader.ts';

/** What a session may know and say; one host serves all connections. */
export interface Http1Host {
  readonly log: ExchangeLog;
  readonly heads: HeadPool;
  note(code: NoteCode, at: At, detail?: string): void;
  /** A connection's first exchange was seen: its row in the log. */
  began(connection: number, row: number): void;
  /** The connection leaves HTTP/1 (101 with its Upgrade value, or a tunnel): who reads on. */
  switched(connection: number, to: string, at: At): StreamSink | undefined;
}

// Made per connection: see MessageReader for the plain fields.
export class Http1Session implements StreamSink, MessageSink {
  private readonly host: Http1Host;
  private readonly connection: number;
  private readonly requests: MessageReader;
  private readonly responses: MessageReader;
  /** Last exchange of the list, the one whose request is being read, the first that still waits for its final response. */
  private last: number;
  private requesting: number;
  private answering: number;
  private count: number;
  private next: StreamSink | undefined;

  constructor(host: Http1Host, connection: number, midStream: boolean) {
    this.host = host;
    this.connection = connection;
    this.requests = new MessageReader(true, host.heads, this, midStream);
    this.responses = new MessageReader(false, host.heads, this, midStream);
    this.last = -1;
    this.requesting = -1;
    this.answering = -1;
    this.count = 0;
    this.next = undefined;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void {
    const reader = side === CLIENT ? this.requests : this.responses;
    const stopped = reader.isOver ? start : reader.data(buffer, start, end, at);
    if (reader.inBody) this.progress(reader, at);
    if (stopped < end) this.next?.data(side, buffer, stopped, end, at);
  }

  gap(side: Side, length: number, at: At): void {
    if (this.next) return this.next.gap(side, length, at);
    (side === CLIENT ? this.requests : this.responses).gap(length, at);
  }

  end(side: Side, how: EndKind, at: At): void {
    if (this.next) return this.next.end(side, how, at);
    if (side !== CLIENT && how === 'fin') this.responses.finish(at);
  }

  note(code: NoteCode, at: At, detail?: string): void {
    this.host.note(code, at, detail);
  }

  head(reader: MessageReader, at: At): Framing {
    const { head } = reader;
    if (head.folded) this.note('obsolete-line-folding', at);
    if (head.bareLineFeed) this.note('bare-line-feed', at);
    if (head.badKeepAlive) this.note('bad-keep-alive', at);
    if (head.transferEncoding && head.contentLength !== NO_LENGTH) this.note('smuggling-risk', at, 'Content-Length and Transfer-Encoding');
    return reader.isRequest ? this.requestHead(reader, at) : this.responseHead(reader, at);
  }

  complete(reader: MessageReader, at: At): void {
    if (reader.isRequest) {
      if (this.requesting >= 0) this.host.log.requestProgress(this.requesting, at.time, reader.bytes);
      this.requesting = -1;
      return;
    }
    if (this.answering < 0 || reader.status < 200) return;
    // The close only ends a body; its last byte came before.
    const time = this.host.log.flags(this.answering) & FRAMED_BY_CLOSE ? this.host.log.responseEnd(this.answering) : at.time;
    this.host.log.responseProgress(this.answering, time, reader.bytes);
    this.advance();
  }

  private progress(reader: MessageReader, at: At): void {
    const row = reader.isRequest ? this.requesting : this.answering;
    if (row < 0) return;
    if (reader.isRequest) this.host.log.requestProgress(row, at.time, reader.bytes);
    else this.host.log.responseProgress(row, at.time, reader.bytes);
  }

  private advance(): void {
    this.answering = this.host.log.next(this.answering);
  }

  private add(): number {
    const row = this.host.log.add(this.connection, this.last);
    if (this.last < 0) this.host.began(this.connection, row);
    this.last = row;
    this.count += 1;
    this.requests.keepTarget = this.count < limits.texts;
    if (this.count === limits.texts) this.note('text-limit', { frame: 0, time: 0 }, `connection ${this.connection}`);
    if (this.answering < 0) this.answering = row;
    return row;
  }

  private requestHead(reader: MessageReader, at: At): Framing {
    const { log } = this.host;
    const { head } = reader;
    const row = this.add();
    this.requesting = row;
    log.requestBegins(row, reader.firstFrame, reader.firstTime);
    log.requestProgress(row, at.time, reader.bytes);
    const flags =
      (head.close ? REQUEST_CLOSE : 0) | (head.keepAlive ? REQUEST_KEEP_ALIVE : 0) | (reader.method === log.texts.connect ? IS_CONNECT : 0);
    log.requestHead(row, at.frame, reader.method, reader.version, flags);
    if (reader.target >= 0) log.setTarget(row, reader.target, reader.targetLength);
    if (head.host > 0) log.setAuthority(row, head.host);
    if (head.userAgent > 0) log.setUserAgent(row, head.userAgent);
    if (head.keepAliveTimeout !== undefined || head.keepAliveMax !== undefined)
      log.setClientKeepAlive(row, head.keepAliveTimeout, head.keepAliveMax);
    if (head.transferEncoding) return head.chunked ? 'chunked' : this.unframeable(row, at);
    if (head.contentLength === BAD_LENGTH) return this.unframeable(row, at);
    return head.contentLength > 0 ? 'length' : 'none';
  }

  /** RFC 9112 §6.3, in its order. */
  private responseHead(reader: MessageReader, at: At): Framing {
    const { log } = this.host;
    const { head, status } = reader;
    if (this.answering < 0) {
      this.add();
      this.note('unsolicited-response', at, `status ${status}`);
    } else if (reader.resynchronised) this.skipLost(at);
    reader.resynchronised = false;
    const row = this.answering;
    if (status < 200 && status !== 101) {
      log.informational(row);
      return 'none';
    }
    log.responseBegins(row, reader.firstFrame, reader.firstTime);
    log.responseProgress(row, at.time, reader.bytes);
    const flags = (head.close ? RESPONSE_CLOSE : 0) | (head.keepAlive ? RESPONSE_KEEP_ALIVE : 0);
    log.responseHead(row, at.frame, status, reader.version, flags, head.server);
    if (head.keepAliveTimeout !== undefined || head.keepAliveMax !== undefined)
      log.setKeepAlive(row, head.keepAliveTimeout, head.keepAliveMax);
    if (this.requesting === row && this.requests.inMessage) this.note('early-response', at);
    const method = log.method(row);
    if (status === 101) return this.leave(row, head.upgrade > 0 ? log.texts.text(head.upgrade).toLowerCase() : 'unknown', at);
    if (method === log.texts.connect && status < 300) return this.leave(row, 'tunnel', at);
    if (method === log.texts.head || status === 204 || status === 304) return 'none';
    if (head.transferEncoding) return head.chunked ? 'chunked' : this.untilClose(row);
    if (head.contentLength === BAD_LENGTH) return this.unframeable(row, at);
    return head.contentLength >= 0 ? 'length' : this.untilClose(row);
  }

  /** After lost bytes: a response whose head was seen before is over, and a request that was asked last is the likeliest to be answered. */
  private skipLost(at: At): void {
    const { log } = this.host;
    if (log.flags(this.answering) & RESPONSE_HEAD) this.advance();
    if (this.answering < 0) {
      this.add();
      return;
    }
    for (let row = log.next(this.answering); row >= 0; row = log.next(row)) if (log.requestEnd(row) < at.time) this.answering = row;
  }

  private unframeable(row: number, at: At): Framing {
    this.host.log.setFlags(row, FRAMING_ERROR);
    this.note('framing-error', at);
    return 'error';
  }

  private untilClose(row: number): Framing {
    this.host.log.setFlags(row, FRAMED_BY_CLOSE);
    return 'until-close';
  }

  private leave(row: number, to: string, at: At): Framing {
    this.host.log.setFlags(row, LEFT_HTTP);
    this.advance();
    this.requests.stop();
    this.responses.stop();
    this.next = this.host.switched(this.connection, to, at);
    return 'left-http';
  }
}
