/** What the head of an HTTP/1 message says that matters for framing, persistence and identity; filled line by line. */

import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';
import { namesHttp3 } from './alt-svc.ts';
import { ChunkLine } from './chunk-line.ts';
import { ContentLength, NO_LENGTH } from './content-length.ts';
import { COLON, colonOf, isBlank, looseNameEnd } from './field-name.ts';
import { KeepAliveValues } from './keep-alive-values.ts';
import { LineFeeds } from './line-feed.ts';
import * as known from './line-memory.ts';
import { isKnownMethod, RequestLine, StatusLine } from './start-line.ts';
import type { TextStore } from './text-store.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const ALT_SVC = bytes('alt-svc');
const AUTHORIZATION = bytes('authorization');
const CONNECTION = bytes('connection');
const CONTENT_LENGTH = bytes('content-length');
const COOKIE = bytes('cookie');
const EXPECT = bytes('expect');
const HOST = bytes('host');
const KEEP_ALIVE = bytes('keep-alive');
const PROXY_AUTHORIZATION = bytes('proxy-authorization');
const PROXY_CONNECTION = bytes('proxy-connection');
const SERVER = bytes('server');
const SET_COOKIE = bytes('set-cookie');
const TRANSFER_ENCODING = bytes('transfer-encoding');
const UPGRADE = bytes('upgrade');
const USER_AGENT = bytes('user-agent');
const CLOSE = bytes('close');
const CR = 13;
const LF = 10;

/** The field before, for a line that folds it: only those that decide about the message matter. */
const OTHER = 0;
const LENGTH = 1;
const CODING = 2;
const OPTIONS = 3;

const BOTH = 'Content-Length and Transfer-Encoding';

export class Head {
  fields = 0;
  readonly length: ContentLength = new ContentLength();
  /** Transfer-Encoding was there; its last coding was chunked. */
  transferEncoding = false;
  chunked = false;
  close = false;
  keepAlive = false;
  /** The client may wait with the body until it is asked for (RFC 9110 §10.1.1). */
  expects = false;
  /** Evidence only: no rule of persistence reads it. */
  proxyConnection = false;
  /** Cookie, or Set-Cookie: their values are nobody's business. */
  cookies = false;
  /** `Connection: upgrade`, and what to. */
  upgrades = false;
  upgrade = 0;
  readonly keepAliveValues: KeepAliveValues = new KeepAliveValues();
  /** NTLM or Negotiate: who asks is known by the connection, not by the request. */
  bound = false;
  /** Alt-Svc names HTTP/3. */
  announcesHttp3 = false;
  host = 0;
  userAgent = 0;
  server = 0;
  /** A field that decides about the message has a form that receivers read differently; which. */
  ambiguous: string | undefined = undefined;
  /** Set by whoever reads lines past this one. */
  before: number = OTHER;
  readonly #texts: TextStore;
  readonly #lineFeeds: LineFeeds;
  #hasChunked = false;

  constructor(texts: TextStore, lineFeeds: LineFeeds) {
    this.#texts = texts;
    this.#lineFeeds = lineFeeds;
  }

  reset(): void {
    this.fields = 0;
    this.length.reset();
    this.transferEncoding = false;
    this.chunked = false;
    this.#hasChunked = false;
    this.close = false;
    this.keepAlive = false;
    this.expects = false;
    this.proxyConnection = false;
    this.cookies = false;
    this.upgrades = false;
    this.upgrade = 0;
    this.keepAliveValues.reset();
    this.bound = false;
    this.announcesHttp3 = false;
    this.host = 0;
    this.userAgent = 0;
    this.server = 0;
    this.ambiguous = undefined;
    this.before = OTHER;
  }

  /** Another transfer coding follows chunked: in a request, nobody knows where it ends (RFC 9112 §6.3). */
  get isChunkedInside(): boolean {
    return this.transferEncoding && this.#hasChunked && !this.chunked;
  }

  /** One field line without its line end: name [start, nameEnd), value [from, end) with blanks around it. What it says, by line-memory.ts. */
  field(buffer: Uint8Array, start: number, nameEnd: number, from: number, end: number): number {
    this.fields += 1;
    this.before = OTHER;
    // The first byte and the name's length leave one candidate or none.
    const length = nameEnd - start;
    switch (buffer[start]! | 0x20) {
      case 97: // a
        if (length === 13 && isName(buffer, start, AUTHORIZATION)) return this.#authorization(buffer, from, end);
        if (length !== 7 || !isName(buffer, start, ALT_SVC)) return known.NOTHING;
        this.announcesHttp3 ||= namesHttp3(buffer, from, end);
        return known.UNLIKE;
      case 99: // c
        if (length === 14 && isName(buffer, start, CONTENT_LENGTH)) {
          this.#length(buffer, from, end);
          return known.LENGTH_NAME;
        }
        if (length === 6 && isName(buffer, start, COOKIE)) return this.#cookies();
        if (length === 10 && isName(buffer, start, CONNECTION))
          return this.#options(buffer, valueFrom(buffer, from, end), valueTo(buffer, from, end));
        return known.NOTHING;
      case 101: // e
        if (length !== 6 || !isName(buffer, start, EXPECT)) return known.NOTHING;
        this.expects = true;
        return known.UNLIKE;
      case 104: // h
        if (length !== 4 || !isName(buffer, start, HOST)) return known.NOTHING;
        this.host = this.#intern(buffer, from, end);
        return known.HOST;
      case 107: // k
        if (length !== 10 || !isName(buffer, start, KEEP_ALIVE)) return known.NOTHING;
        if (!this.keepAliveValues.isEmpty) return this.#keepAlive(buffer, from, end);
        this.#keepAlive(buffer, from, end);
        return this.keepAliveValues.bad === undefined ? known.KEEP_ALIVE : known.UNLIKE;
      case 112: // p
        if (length === 19 && isName(buffer, start, PROXY_AUTHORIZATION)) return this.#authorization(buffer, from, end);
        if (length !== 16 || !isName(buffer, start, PROXY_CONNECTION)) return known.NOTHING;
        this.proxyConnection = true;
        return known.UNLIKE;
      case 115: // s
        if (length === 10 && isName(buffer, start, SET_COOKIE)) return this.#cookies();
        if (length !== 6 || !isName(buffer, start, SERVER)) return known.NOTHING;
        this.server = this.#intern(buffer, from, end);
        return known.SERVER;
      case 116: // t
        if (length !== 17 || !isName(buffer, start, TRANSFER_ENCODING)) return known.NOTHING;
        this.#coding(buffer, from, end);
        return known.UNLIKE;
      case 117: // u
        if (length === 10 && isName(buffer, start, USER_AGENT)) {
          this.userAgent = this.#intern(buffer, from, end);
          return known.USER_AGENT;
        }
        if (length !== 7 || !isName(buffer, start, UPGRADE)) return known.NOTHING;
        this.upgrade = this.#intern(buffer, from, end);
        return known.UNLIKE;
      default:
        return known.NOTHING;
    }
  }

  #authorization(buffer: Uint8Array, from: number, end: number): number {
    const value = valueFrom(buffer, from, end);
    this.bound ||= bindingSchemes.some((scheme) => value + scheme.length <= end && isName(buffer, value, scheme));
    return known.UNLIKE;
  }

  #cookies(): number {
    this.cookies = true;
    return known.COOKIE_NAME;
  }

  #keepAlive(buffer: Uint8Array, from: number, end: number): number {
    this.keepAliveValues.read(buffer, valueFrom(buffer, from, end), Math.min(valueTo(buffer, from, end), from + 256));
    return known.UNLIKE;
  }

  /** A line that begins with the bytes remembered at `place`: where it ends, or `start` if it must be read after all. */
  repeats(buffer: Uint8Array, start: number, end: number, lines: known.LineMemory, place: number): number {
    const { kinds, lengths, values, maxima } = lines;
    const kind = kinds[place]!;
    let to = start + lengths[place]!;
    if (kind === known.NOTHING) {
      this.fields += 1;
      this.before = OTHER;
      return to;
    }
    if (kind >= known.NAME_ONLY) {
      const from = to;
      to = this.#lineFeeds.control(buffer, from, end);
      if (to + 1 >= end || buffer[to] !== CR || buffer[to + 1] !== LF) return start;
      if (kind === known.LENGTH_NAME) this.#length(buffer, from, to);
      else if (kind === known.KEEP_ALIVE_NAME) this.#keepAlive(buffer, from, to);
      else if (kind === known.COOKIE_NAME) this.cookies = true;
      else if (kind === known.HOST_NAME) this.host = this.#intern(buffer, from, to);
      to += 2;
    } else if (kind === known.HOST) this.host = values[place]!;
    else if (kind === known.USER_AGENT) this.userAgent = values[place]!;
    else if (kind === known.SERVER) this.server = values[place]!;
    else if (kind === known.PERSISTS) this.keepAlive = true;
    else if (kind === known.CLOSES) this.close = true;
    else if (kind === known.KEEP_ALIVE && !this.keepAliveValues.repeats(values[place]!, maxima[place]!)) return start;
    this.fields += 1;
    this.before = kind === known.LENGTH_NAME ? LENGTH : kind === known.PERSISTS || kind === known.CLOSES ? OPTIONS : OTHER;
    return to;
  }

  /** Reads a line [start, end) that its line end follows, and remembers it: its place, or 0. Another one was expected, or none (0). */
  learns(buffer: Uint8Array, start: number, nameEnd: number, end: number, lines: known.LineMemory, expected: number): number {
    const kind = this.field(buffer, start, nameEnd, nameEnd + 1, end);
    if (kind === known.UNLIKE) return 0;
    if (kind === known.LENGTH_NAME || kind === known.COOKIE_NAME) return lines.place(buffer, start, nameEnd + 1, kind);
    // Two values of one name: the next will be another again.
    const byName = kind === known.NOTHING ? known.NAME_ONLY : kind === known.KEEP_ALIVE ? known.KEEP_ALIVE_NAME : known.HOST_NAME;
    if (kind <= known.HOST || kind === known.KEEP_ALIVE)
      if (lines.begins(buffer, start, nameEnd + 1, expected)) return lines.place(buffer, start, nameEnd + 1, byName);
    const place = lines.place(buffer, start, end + 2, kind);
    if (kind === known.HOST) lines.values[place] = this.host;
    else if (kind === known.USER_AGENT) lines.values[place] = this.userAgent;
    else if (kind === known.SERVER) lines.values[place] = this.server;
    else if (kind === known.KEEP_ALIVE) {
      lines.values[place] = this.keepAliveValues.timeout ?? -1;
      lines.maxima[place] = this.keepAliveValues.max ?? -1;
    }
    return place;
  }

  /** One line of any kind; false where it has no proper name. */
  line(buffer: Uint8Array, start: number, end: number): boolean {
    if (this.fields >= limits.headerFields && !isFramingField(buffer[start]!)) {
      this.fields += 1;
      this.before = OTHER;
      return true;
    }
    if (isBlank(buffer[start]!)) {
      this.#fold(buffer, start, end);
      return true;
    }
    const colon = colonOf(buffer, start);
    if (colon > 0 && colon < end) {
      this.field(buffer, start, colon, colon + 1, end);
      return true;
    }
    const nameEnd = looseNameEnd(buffer, start, end);
    if (nameEnd >= 0) this.#looseField(buffer, start, nameEnd, buffer.indexOf(COLON, nameEnd) + 1, end);
    else this.fields += 1;
    return false;
  }

  /** A field whose name has blanks before its colon: read like any other, but not every receiver does (RFC 9112 §5.1). */
  #looseField(buffer: Uint8Array, start: number, nameEnd: number, from: number, end: number): void {
    this.field(buffer, start, nameEnd, from, end);
    if (this.before === LENGTH || this.before === CODING) this.ambiguous ??= 'blank before the colon';
  }

  /** A line that continues the field before it (obs-fold, RFC 9112 §5.2): lists go on, a number cannot. */
  #fold(buffer: Uint8Array, start: number, end: number): void {
    const { before } = this;
    if (before === LENGTH) this.length.spoil();
    else if (before === CODING) this.#coding(buffer, start, end);
    else if (before === OPTIONS) this.#options(buffer, valueFrom(buffer, start, end), valueTo(buffer, start, end));
    if (before === LENGTH || before === CODING) this.ambiguous ??= 'a folded field';
  }

  #intern(buffer: Uint8Array, start: number, end: number): number {
    const from = valueFrom(buffer, start, end);
    return this.#texts.intern(buffer, from, Math.min(valueTo(buffer, from, end), from + limits.headerValue));
  }

  #length(buffer: Uint8Array, from: number, end: number): void {
    this.before = LENGTH;
    this.length.read(buffer, from, end);
    if (this.transferEncoding) this.ambiguous = BOTH;
    else this.ambiguous ??= this.length.ambiguity;
  }

  /** Only the last coding decides how the body ends; lines count as one list (RFC 9110 §5.3), and chunked belongs there once (RFC 9112 §6.1). */
  #coding(buffer: Uint8Array, from: number, end: number): void {
    this.before = CODING;
    this.transferEncoding = true;
    if (this.length.value !== NO_LENGTH) this.ambiguous = BOTH;
    if (end - from > limits.headerValue) this.ambiguous ??= 'a list of transfer codings beyond measure';
    for (const coding of latin1(buffer, from, Math.min(end, from + limits.headerValue)).split(',')) {
      const word = coding.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase();
      // RFC 9110 §5.6.1 has empty elements ignored; not everybody does, and then the last coding is none.
      if (word === '') this.ambiguous ??= 'an empty transfer coding';
      if (word === '') continue;
      this.chunked = word === 'chunked';
      if (!this.chunked) continue;
      if (this.#hasChunked) this.ambiguous ??= 'chunked twice';
      this.#hasChunked = true;
    }
  }

  #options(buffer: Uint8Array, from: number, to: number): number {
    this.before = OPTIONS;
    if (to - from === 10 && isName(buffer, from, KEEP_ALIVE)) {
      this.keepAlive = true;
      return known.PERSISTS;
    }
    if (to - from === 5 && isName(buffer, from, CLOSE)) {
      this.close = true;
      return known.CLOSES;
    }
    for (const option of latin1(buffer, from, Math.min(to, from + limits.headerValue))
      .toLowerCase()
      .split(',')) {
      const word = option.trim();
      if (word === 'close') this.close = true;
      else if (word === 'keep-alive') this.keepAlive = true;
      else if (word === 'upgrade') this.upgrades = true;
    }
    return known.UNLIKE;
  }
}

/** Heads are needed only while one is read, mostly within one segment: a few serve all connections. */
export class HeadPool {
  readonly texts: TextStore;
  readonly requestLine: RequestLine = new RequestLine();
  readonly statusLine: StatusLine = new StatusLine();
  readonly chunk: ChunkLine = new ChunkLine();
  readonly lineFeeds: LineFeeds = new LineFeeds();
  readonly requestLines: known.LineMemory = new known.LineMemory();
  readonly responseLines: known.LineMemory = new known.LineMemory();
  readonly #free: Head[] = [];
  /** By interned number: does that method surprise nobody? */
  readonly #methods: boolean[] = [];

  constructor(texts: TextStore) {
    this.texts = texts;
  }

  take(): Head {
    const head = this.#free.pop();
    if (!head) return new Head(this.texts, this.lineFeeds);
    head.reset();
    return head;
  }

  isKnownMethod(method: number): boolean {
    const known = this.#methods[method];
    if (known !== undefined) return known;
    const fresh = isKnownMethod(this.texts.text(method));
    this.#methods[method] = fresh;
    return fresh;
  }

  give(head: Head): void {
    if (this.#free.length < 16) this.#free.push(head);
  }
}

function valueFrom(buffer: Uint8Array, start: number, end: number): number {
  let from = start;
  while (from < end && isBlank(buffer[from]!)) from += 1;
  return from;
}

function valueTo(buffer: Uint8Array, start: number, end: number): number {
  let to = end;
  while (to > start && isBlank(buffer[to - 1]!)) to -= 1;
  return to;
}

/** Content-Length, Connection, Transfer-Encoding: read however many fields came before. */
const isFramingField = (first: number): boolean => (first | 0x20) === 99 || (first | 0x20) === 116;

/** Schemes that say who the connection is (RFC 4559; MS-NTHT). */
const bindingSchemes = [bytes('ntlm'), bytes('negotiate')];

/** Case-blind: `name` is lower case, letters and hyphens only. */
function isName(buffer: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i += 1) if ((buffer[at + i]! | 0x20) !== name[i]) return false;
  return true;
}
