/** The first line of an HTTP/1 message: recognised from its first bytes, read as a whole, searched for after damage. */

import { limits } from '../limits.ts';
import { tokenBytes } from './field-name.ts';
import type { LineFeeds } from './line-feed.ts';

/** Methods that a stream is recognised by; once it is HTTP any token will do. */
const methods: readonly string[] = (
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT CHECKOUT CHECKIN ' +
  'MERGE MKACTIVITY NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH PURGE LINK UNLINK BIND REBIND UNBIND ACL MKCALENDAR VERSION-CONTROL ' +
  'BASELINE-CONTROL UNCHECKOUT MKWORKSPACE UPDATE LABEL ORDERPATCH SOURCE'
).split(' ');

const byFirstByte: readonly (readonly string[] | undefined)[] = Array.from({ length: 128 }, (_, byte) => {
  const found = methods.filter((method) => method.charCodeAt(0) === byte);
  return found.length > 0 ? found : undefined;
});

const LF = 10;
const CR = 13;
const SPACE = 32;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const VERSION = 'HTTP/1.';

/** In place of a version: a message in HTTP's form, but of the Real-Time Streaming Protocol (RFC 7826). */
export const RTSP = 1;
const rtspMethods =
  'OPTIONS DESCRIBE ANNOUNCE SETUP PLAY PLAY_NOTIFY PAUSE TEARDOWN GET_PARAMETER SET_PARAMETER REDIRECT RECORD FLUSH'.split(' ');

export type Recognised = 'yes' | 'no' | 'more';

/** Do these bytes begin with a known method and a space? `more`: they may. */
export function isRequestStart(buffer: Uint8Array, start: number, end: number): Recognised {
  const candidates = byFirstByte[buffer[start] ?? 0];
  if (!candidates) return 'no';
  let more = false;
  for (const method of candidates) {
    const answer = begins(buffer, start, end, method);
    if (answer === 'yes') {
      if (start + method.length >= end) more = true;
      else if (buffer[start + method.length] === SPACE) return 'yes';
    } else if (answer === 'more') more = true;
  }
  return more ? 'more' : 'no';
}

/** Methods that a request may have without surprise: those that a stream is recognised by, and the newest. */
export const isKnownMethod = (method: string): boolean => known.has(method);

const known: ReadonlySet<string> = new Set([
  ...methods,
  'UPDATEREDIRECTREF',
  'MKREDIRECTREF',
  'PRI',
  'QUERY',
  'BDELETE',
  'BMOVE',
  'BCOPY',
  'BPROPFIND',
  'BPROPPATCH',
  'POLL',
  'X-MS-ENUMATTS',
  'RPC_IN_DATA',
  'RPC_OUT_DATA',
]);

/** Lines that hold nothing may come before a request (RFC 9112 §2.2). */
export function skipBlankLines(buffer: Uint8Array, from: number, end: number): number {
  let p = from;
  while (p < end && (buffer[p] === CR || buffer[p] === LF)) p += 1;
  return p;
}

/** A request whose method nobody knows is told by its line, which must be whole: `FOO /path HTTP/1.1`. */
export function isRequestLine(buffer: Uint8Array, start: number): Recognised {
  // No more bytes decide than would be waited for, however they were cut.
  const length = Math.min(buffer.length, limits.recognise);
  let p = start;
  while (p < length && tokenBytes[buffer[p]!] === 1) p += 1;
  if (p - start > 32) return 'no';
  if (p === length) return 'more';
  if (p === start || buffer[p] !== SPACE) return 'no';
  const lineEnd = buffer.subarray(0, length).indexOf(LF, p);
  if (lineEnd < 0) return 'more';
  const end = buffer[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  // `PRI * HTTP/2.0` is another protocol's beginning.
  return end > p + 10 && buffer[end - 9] === SPACE && begins(buffer, end - 8, end, VERSION) === 'yes' ? 'yes' : 'no';
}

export const isResponseStart = (buffer: Uint8Array, start: number, end: number): Recognised => begins(buffer, start, end, VERSION);

function begins(buffer: Uint8Array, start: number, end: number, text: string): Recognised {
  const length = Math.min(text.length, end - start);
  for (let i = 0; i < length; i += 1) if (buffer[start + i] !== text.charCodeAt(i)) return 'no';
  return length === text.length ? 'yes' : 'more';
}

/** Parts of a request line, as offsets; a single object, reused. Version 9 stands for HTTP/0.9. */
export class RequestLine {
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  version = 0;
  /** `GET target` and nothing else: no fields follow, and the answer has no head (HTTP/0.9). */
  simple = false;
  /** The preface of HTTP/2 (RFC 9113 §3.4). */
  preface = false;
  /** A target that holds what no target can, or a blank behind the version. */
  malformed = false;

  /** False where the line is no request line. */
  read(buffer: Uint8Array, start: number, end: number, lineFeeds: LineFeeds): boolean {
    let p = start;
    while (p < end && tokenBytes[buffer[p]!] === 1) p += 1;
    if (p === start || p === end || buffer[p] !== SPACE || p - start > 32) return false;
    this.methodEnd = p;
    while (p < end && buffer[p] === SPACE) p += 1;
    this.targetStart = p;
    let to = end;
    while (to > p && buffer[to - 1] === SPACE) to -= 1;
    const version = endsInVersion(buffer, p, to);
    // Icecast's own method and protocol go together, and RTSP has its own methods.
    if (version > 0 && buffer[to - 9] !== SPACE && begins(buffer, start, end, 'SOURCE ') !== 'yes') return false;
    if (version === RTSP && !rtspMethods.some((method) => begins(buffer, start, end, `${method} `) === 'yes')) return false;
    this.simple = version === 0;
    this.preface = false;
    this.version = version === 0 ? 9 : version;
    // `HTTP/1.1` is one longer than `ICE/1.0`.
    if (version > 0) to -= buffer[to - 9] === SPACE ? 9 : 8;
    while (to > p && buffer[to - 1] === SPACE) to -= 1;
    this.targetEnd = to;
    if (to <= p) return false;
    const isVisible = lineFeeds.isVisible(buffer, p, to);
    // A blank or anything else in there: most receivers refuse it (RFC 9112 §3.2).
    this.malformed = !isVisible || (version > 0 && buffer[end - 1] === SPACE);
    if (version > 0) {
      this.preface = to - p === 1 && buffer[p] === STAR && begins(buffer, start, end, 'PRI ') === 'yes';
      return true;
    }
    return isVisible && begins(buffer, start, end, 'GET ') === 'yes' && buffer[p] === SLASH;
  }

  /** Of no form that RFC 9112 §3.2 has: neither a path, nor a URL, nor the asterisk, nor what CONNECT asks for. */
  isOdd(buffer: Uint8Array, start: number): boolean {
    const { targetStart, targetEnd } = this;
    if (buffer[targetStart] === SLASH || this.simple || begins(buffer, start, targetStart, 'CONNECT ') === 'yes') return false;
    return buffer[targetStart] === STAR ? targetEnd - targetStart > 1 : !this.isAbsolute(buffer);
  }

  /** `http://host/path`: a scheme and its slashes. */
  isAbsolute(buffer: Uint8Array): boolean {
    const { targetStart, targetEnd } = this;
    if (buffer[targetStart] === SLASH) return false;
    let colon = targetStart;
    while (colon < targetEnd && buffer[colon] !== COLON) colon += 1;
    return colon > targetStart && colon + 2 < targetEnd && buffer[colon + 1] === SLASH && buffer[colon + 2] === SLASH;
  }
}

/** Parts of a status line; a single object, reused. */
export class StatusLine {
  status = 0;
  version = 0;
  /** More than one space before the status. */
  malformed = false;

  /** False where the line is no status line. */
  read(buffer: Uint8Array, start: number, end: number): boolean {
    let p = start;
    while (p < end && p < start + 9 && buffer[p] !== SPACE) p += 1;
    if (p >= end || buffer[p] !== SPACE) return false;
    this.version = versionOf(buffer, start, p);
    if (this.version === 0) return false;
    const space = p;
    while (p < end && buffer[p] === SPACE) p += 1;
    this.malformed = p - space > 1;
    if (p + 3 > end || (p + 3 < end && buffer[p + 3] !== SPACE)) return false;
    let status = 0;
    for (let i = 0; i < 3; i += 1) {
      const digit = buffer[p + i]! - 48;
      if (digit < 0 || digit > 9) return false;
      status = status * 10 + digit;
    }
    this.status = status;
    return status >= 100;
  }
}

/** The version at the end of a request line, behind a space; 0 for none. */
function endsInVersion(buffer: Uint8Array, start: number, end: number): number {
  if (end - start < 9) return 0;
  if (buffer[end - 9] === SPACE) return versionOf(buffer, end - 8, end);
  return buffer[end - 8] === SPACE ? versionOf(buffer, end - 7, end) : 0;
}

/**
 * What [start, end) speaks: 10 or 11 for `HTTP/1.0` and `HTTP/1.1`, 11 for a higher version that still comes in this form, 9 for
 * `HTTP/0.9`, 10 for Icecast's `ICE/1.0` and the `ICY` of its forerunner's answers, `RTSP` for that protocol's versions; else 0.
 */
function versionOf(buffer: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 7) return begins(buffer, start, end, 'ICE/1.') === 'yes' ? 10 : 0;
  if (length === 3) return begins(buffer, start, end, 'ICY') === 'yes' ? 10 : 0;
  if (length === 8 && begins(buffer, start, end, 'RTSP/') === 'yes' && buffer[start + 6] === DOT) return RTSP;
  if (length !== 8 || begins(buffer, start, end, 'HTTP/') !== 'yes' || buffer[start + 6] !== DOT) return 0;
  const major = buffer[start + 5]! - 48;
  const minor = buffer[start + 7]! - 48;
  if (major === 1) return minor === 0 ? 10 : minor > 0 && minor <= 9 ? 11 : 0;
  if (major === 0) return minor === 9 ? 9 : 0;
  return major === 2 && minor === 0 ? 11 : 0;
}

/** Where, in a line that may begin with the end of something else, a start line of the wanted kind begins; -1. */
export function findStartLine(
  buffer: Uint8Array,
  start: number,
  end: number,
  isRequest: boolean,
  { requestLine, statusLine, lineFeeds }: StartLines,
): number {
  if (isRequest) {
    if (versionOf(buffer, end - 8, end) === 0) return -1;
    for (let p = end - 10; p >= start; p -= 1)
      if (isRequestStart(buffer, p, end) === 'yes' && requestLine.read(buffer, p, end, lineFeeds)) return p;
    return -1;
  }
  for (let p = end - 12; p >= start; p -= 1) if (buffer[p] === 72 && statusLine.read(buffer, p, end)) return p;
  return -1;
}

/** What reads start lines; shared. */
export interface StartLines {
  readonly requestLine: RequestLine;
  readonly statusLine: StatusLine;
  readonly lineFeeds: LineFeeds;
}
