/** What the head of an HTTP/1 message says that matters for framing, persistence and identity; filled line by line. */

import { latin1 } from '../bytes.ts';
import { limits } from '../limits.ts';
import type { TextStore } from './text-store.ts';

/** Content-Length: -1 where absent, -2 where it is not one plain number. */
export const NO_LENGTH = -1;
export const BAD_LENGTH = -2;

const COLON = 58;
const COMMA = 44;

export class Head {
  fields = 0;
  bytes = 0;
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
    this.bytes = 0;
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
    const first = buffer[start]! | 0x20;
    // Most fields are told apart by their first letter: c h k s t u.
    if (first !== 99 && first !== 104 && first !== 107 && first !== 115 && first !== 116 && first !== 117) {
      if (first === 0x20 || buffer[start] === 9) this.folded = true;
      return;
    }
    let colon = start;
    while (colon < end && buffer[colon] !== COLON) colon += 1;
    if (colon === end) return;
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(buffer[from]!)) from += 1;
    while (to > from && isBlank(buffer[to - 1]!)) to -= 1;
    switch (colon - start) {
      case 4:
        if (isName(buffer, start, 'host')) this.host = this.#intern(buffer, from, to);
        return;
      case 6:
        if (isName(buffer, start, 'server')) this.server = this.#intern(buffer, from, to);
        return;
      case 7:
        if (isName(buffer, start, 'upgrade')) this.upgrade = this.#intern(buffer, from, to);
        return;
      case 10:
        if (isName(buffer, start, 'connection')) this.#connection(buffer, from, to);
        else if (isName(buffer, start, 'keep-alive')) this.#keepAlive(latin1(buffer, from, Math.min(to, from + 256)));
        else if (isName(buffer, start, 'user-agent')) this.userAgent = this.#intern(buffer, from, to);
        return;
      case 14:
        if (isName(buffer, start, 'content-length')) this.#length(buffer, from, to);
        return;
      case 17:
        if (isName(buffer, start, 'transfer-encoding')) this.#coding(latin1(buffer, from, Math.min(to, from + 256)));
        return;
      default:
    }
  }

  #intern(buffer: Uint8Array, from: number, to: number): number {
    return this.#texts.intern(buffer, from, Math.min(to, from + limits.headerValue));
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
    const last = value.slice(value.lastIndexOf(',') + 1).trim().toLowerCase();
    this.chunked = last === 'chunked';
  }

  #connection(buffer: Uint8Array, from: number, to: number): void {
    if (to - from === 10 && isName(buffer, from, 'keep-alive')) this.keepAlive = true;
    else if (to - from === 5 && isName(buffer, from, 'close')) this.close = true;
    else
      for (const option of latin1(buffer, from, Math.min(to, from + limits.headerValue)).toLowerCase().split(',')) {
        const word = option.trim();
        if (word === 'close') this.close = true;
        else if (word === 'keep-alive') this.keepAlive = true;
      }
  }

  /** `timeout=5, max=100`; old browsers sent the bare number of seconds. The first valid value of each wins. */
  #keepAlive(value: string): void {
    for (const part of value.split(',')) {
      const equals = part.indexOf('=');
      const name = equals < 0 ? '' : part.slice(0, equals).trim().toLowerCase();
      const text = part.slice(equals + 1).trim().replace(/^"(.*)"$/, '$1');
      if (equals < 0 && text === '') continue;
      if (name !== '' && name !== 'timeout' && name !== 'max') continue;
      const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (!(number < 2 ** 31)) this.badKeepAlive = true;
      else if (name === 'max') this.keepAliveMax ??= number;
      else this.keepAliveTimeout ??= number;
    }
  }
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9;

/** Case-blind: `name` is lower case, letters and hyphens only. */
function isName(buffer: Uint8Array, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const expected = name.charCodeAt(i);
    if ((buffer[at + i]! | 0x20) !== expected && buffer[at + i] !== expected) return false;
  }
  return true;
}
