/** What the head of an HTTP/1 message says that matters for framing, persistence and identity; filled line by line. */

import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';
import { LineFeeds } from './line-feed.ts';
import { RequestLine } from './start-line.ts';
import type { TextStore } from './text-store.ts';

/** Content-Length: -1 where absent, -2 where it is not one plain number. */
export const NO_LENGTH = -1;
export const BAD_LENGTH = -2;

const COLON = 58;
const COMMA = 44;
const EQUALS = 61;
const QUOTE = 34;

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const CONNECTION = bytes('connection');
const CONTENT_LENGTH = bytes('content-length');
const HOST = bytes('host');
const KEEP_ALIVE = bytes('keep-alive');
const SERVER = bytes('server');
const TRANSFER_ENCODING = bytes('transfer-encoding');
const UPGRADE = bytes('upgrade');
const USER_AGENT = bytes('user-agent');
const CLOSE = bytes('close');
const TIMEOUT = bytes('timeout');
const MAX = bytes('max');

/** Most fields are told apart by their first byte: c h k s t u matter, and the blank that folds a line. */
export const fieldsOfInterest: Uint8Array = new Uint8Array(256);
for (const first of 'chkstuCHKSTU \t') fieldsOfInterest[first.charCodeAt(0)] = 1;

export class Head {
  fields = 0;
  contentLength: number = NO_LENGTH;
  /** Transfer-Encoding was there; its last coding was chunked. */
  transferEncoding = false;
  chunked = false;
  close = false;
  keepAlive = false;
  upgrade = 0;
  keepAliveTimeout: number | undefined;
  keepAliveMax: number | undefined;
  badKeepAlive = false;
  host = 0;
  userAgent = 0;
  server = 0;
  folded = false;
  bareLineFeed = false;
  readonly #texts: TextStore;

  constructor(texts: TextStore) {
    this.#texts = texts;
  }

  reset(): void {
    this.fields = 0;
    this.contentLength = NO_LENGTH;
    this.transferEncoding = false;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgrade = 0;
    this.keepAliveTimeout = undefined;
    this.keepAliveMax = undefined;
    this.badKeepAlive = false;
    this.host = 0;
    this.userAgent = 0;
    this.server = 0;
    this.folded = false;
    this.bareLineFeed = false;
  }

  /** One field line without its line end. */
  field(buffer: Uint8Array, start: number, end: number): void {
    this.fields += 1;
    if (fieldsOfInterest[buffer[start]!] === 0) return;
    if (isBlank(buffer[start]!)) {
      this.folded = true;
      return;
    }
    // The first byte and the colon's place leave one candidate or none.
    switch (buffer[start]! | 0x20) {
      case 99: // c
        if (isField(buffer, start, end, CONTENT_LENGTH))
          this.#length(buffer, valueFrom(buffer, start + 15, end), valueTo(buffer, start, end));
        else if (isField(buffer, start, end, CONNECTION))
          this.#connection(buffer, valueFrom(buffer, start + 11, end), valueTo(buffer, start, end));
        return;
      case 104: // h
        if (isField(buffer, start, end, HOST)) this.host = this.#intern(buffer, start + 5, end);
        return;
      case 107: // k
        if (isField(buffer, start, end, KEEP_ALIVE))
          this.#keepAlive(buffer, start + 11, Math.min(valueTo(buffer, start, end), start + 256));
        return;
      case 115: // s
        if (isField(buffer, start, end, SERVER)) this.server = this.#intern(buffer, start + 7, end);
        return;
      case 116: // t
        if (isField(buffer, start, end, TRANSFER_ENCODING)) this.#coding(latin1(buffer, start + 18, Math.min(end, start + 256)));
        return;
      default: // u
        if (isField(buffer, start, end, USER_AGENT)) this.userAgent = this.#intern(buffer, start + 11, end);
        else if (isField(buffer, start, end, UPGRADE)) this.upgrade = this.#intern(buffer, start + 8, end);
    }
  }

  #intern(buffer: Uint8Array, start: number, end: number): number {
    const from = valueFrom(buffer, start, end);
    return this.#texts.intern(buffer, from, Math.min(valueTo(buffer, from, end), from + limits.headerValue));
  }

  /** All values, of repeated lines and of comma lists, must be one and the same number (RFC 9112 §6.3). */
  #length(buffer: Uint8Array, from: number, to: number): void {
    let value = 0;
    let digits = 0;
    for (let p = from; p <= to; p += 1) {
      const byte = p === to ? COMMA : buffer[p]!;
      if (byte >= 48 && byte <= 57) {
        value = value * 10 + byte - 48;
        digits += 1;
      } else if (byte === COMMA) {
        const valid = digits > 0 && digits <= 15 && (this.contentLength === NO_LENGTH || this.contentLength === value);
        this.contentLength = valid ? value : BAD_LENGTH;
        if (!valid) return;
        value = 0;
        digits = 0;
      } else if (!isBlank(byte) || (digits > 0 && p + 1 < to && buffer[p + 1] !== COMMA && !isBlank(buffer[p + 1]!))) {
        this.contentLength = BAD_LENGTH;
        return;
      }
    }
  }

  /** Only the last coding decides how the body ends. */
  #coding(value: string): void {
    this.transferEncoding = true;
    const last = value
      .slice(value.lastIndexOf(',') + 1)
      .trim()
      .toLowerCase();
    this.chunked = last === 'chunked';
  }

  #connection(buffer: Uint8Array, from: number, to: number): void {
    if (to - from === 10 && isName(buffer, from, KEEP_ALIVE)) this.keepAlive = true;
    else if (to - from === 5 && isName(buffer, from, CLOSE)) this.close = true;
    else
      for (const option of latin1(buffer, from, Math.min(to, from + limits.headerValue))
        .toLowerCase()
        .split(',')) {
        const word = option.trim();
        if (word === 'close') this.close = true;
        else if (word === 'keep-alive') this.keepAlive = true;
      }
  }

  /** `timeout=5, max=100`; old browsers sent the bare number of seconds. The first valid value of each wins. */
  #keepAlive(buffer: Uint8Array, from: number, to: number): void {
    // Nearly every response of some servers has it, so it is read from the bytes: a string and its parts cost half a microsecond.
    for (let p = from; p < to; p += 1) {
      while (p < to && isBlank(buffer[p]!)) p += 1;
      const isTimeout = begins(buffer, p, to, TIMEOUT);
      const isMax = !isTimeout && begins(buffer, p, to, MAX);
      let q = isTimeout ? p + 7 : isMax ? p + 3 : p;
      if (isTimeout || isMax) {
        while (q < to && isBlank(buffer[q]!)) q += 1;
        if (buffer[q] === EQUALS) q += 1;
        else this.badKeepAlive = true;
        while (q < to && (isBlank(buffer[q]!) || buffer[q] === QUOTE)) q += 1;
      }
      const known = isTimeout || isMax || (q < to && isDigit(buffer[q]!));
      const first = q;
      let value = 0;
      for (; q < to && isDigit(buffer[q]!); q += 1) value = value * 10 + buffer[q]! - 48;
      const digits = q - first;
      while (q < to && (isBlank(buffer[q]!) || buffer[q] === QUOTE)) q += 1;
      const valid = digits > 0 && value < 2 ** 31 && (q === to || buffer[q] === COMMA);
      if (known && valid && isMax) this.keepAliveMax ??= value;
      else if (known && valid) this.keepAliveTimeout ??= value;
      else if (known) this.badKeepAlive = true;
      for (p = q; p < to && buffer[p] !== COMMA; ) p += 1;
    }
  }
}

/** Heads are needed only while one is read, mostly within one segment: a few serve all connections. */
export class HeadPool {
  readonly texts: TextStore;
  readonly line: RequestLine = new RequestLine();
  readonly lineFeeds: LineFeeds = new LineFeeds();
  readonly #free: Head[] = [];

  constructor(texts: TextStore) {
    this.texts = texts;
  }

  take(): Head {
    const head = this.#free.pop();
    if (!head) return new Head(this.texts);
    head.reset();
    return head;
  }

  give(head: Head): void {
    if (this.#free.length < 16) this.#free.push(head);
  }
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

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

const isField = (buffer: Uint8Array, start: number, end: number, name: Uint8Array): boolean =>
  start + name.length < end && buffer[start + name.length] === COLON && isName(buffer, start, name);

const begins = (buffer: Uint8Array, at: number, end: number, name: Uint8Array): boolean =>
  at + name.length <= end && isName(buffer, at, name);

/** Case-blind: `name` is lower case, letters and hyphens only. */
function isName(buffer: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i += 1) if ((buffer[at + i]! | 0x20) !== name[i]) return false;
  return true;
}
