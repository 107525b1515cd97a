/** The first line of an HTTP/1 message: recognised from its first bytes, read as a whole, searched for after damage. */

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

const SPACE = 32;
const VERSION = 'HTTP/1.';

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

  /** False where the line is no request line. */
  read(buffer: Uint8Array, start: number, end: number): boolean {
    let p = start;
    while (p < end && isToken(buffer[p]!)) p += 1;
    if (p === start || p === end || buffer[p] !== SPACE || p - start > 32) return false;
    this.methodEnd = p;
    while (p < end && buffer[p] === SPACE) p += 1;
    this.targetStart = p;
    let to = end;
    while (to > p && buffer[to - 1] === SPACE) to -= 1;
    this.version = versionAt(buffer, to - 8, to);
    if (this.version > 0 && buffer[to - 9] === SPACE && to - 9 >= p) {
      this.targetEnd = to - 9;
      while (this.targetEnd > p && buffer[this.targetEnd - 1] === SPACE) this.targetEnd -= 1;
      return this.targetEnd > p;
    }
    // HTTP/0.9 has `GET target` and nothing else.
    this.version = 9;
    this.targetEnd = to;
    if (to <= p || this.methodEnd - start !== 3 || buffer[start] !== 71) return false;
    for (let i = p; i < to; i += 1) if (buffer[i] === SPACE) return false;
    return buffer[p] === 47;
  }
}

/** 10 or 11 for `HTTP/1.0` or `HTTP/1.1` at [start, end), 11 for a higher minor version; else 0. */
function versionAt(buffer: Uint8Array, start: number, end: number): number {
  if (end - start < 8 || start < 0 || begins(buffer, start, end, VERSION) !== 'yes') return 0;
  const minor = buffer[start + 7]! - 48;
  return minor === 0 ? 10 : minor > 0 && minor <= 9 ? 11 : 0;
}

/** Status * 100 + version (10 or 11) of a status line, or -1. */
export function readStatusLine(buffer: Uint8Array, start: number, end: number): number {
  const version = versionAt(buffer, start, Math.min(end, start + 8));
  if (version === 0) return -1;
  let p = start + 8;
  if (p >= end || buffer[p] !== SPACE) return -1;
  while (p < end && buffer[p] === SPACE) p += 1;
  let status = 0;
  for (let i = 0; i < 3; i += 1) {
    const digit = (buffer[p + i] ?? 0) - 48;
    if (p + i >= end || digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  if (p + 3 < end && buffer[p + 3] !== SPACE) return -1;
  return status < 100 ? -1 : status * 100 + version;
}

/** Where, in a line that may begin with the end of something else, a start line of the wanted kind begins; -1. */
export function findStartLine(buffer: Uint8Array, start: number, end: number, isRequest: boolean, line: RequestLine): number {
  if (isRequest) {
    if (versionAt(buffer, end - 8, end) === 0) return -1;
    for (let p = end - 10; p >= start; p -= 1) if (isRequestStart(buffer, p, end) === 'yes' && line.read(buffer, p, end)) return p;
    return -1;
  }
  for (let p = end - 12; p >= start; p -= 1) if (buffer[p] === 72 && readStatusLine(buffer, p, end) > 0) return p;
  return -1;
}

/** RFC 9110 §5.6.2 */
function isToken(byte: number): boolean {
  if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)) return true;
  return (
    byte === 33 ||
    (byte >= 35 && byte <= 39) ||
    byte === 42 ||
    byte === 43 ||
    byte === 45 ||
    byte === 46 ||
    (byte >= 94 && byte <= 96) ||
    byte === 124 ||
    byte === 126
  );
}
