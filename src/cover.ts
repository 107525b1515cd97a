/** Covers secrets in the bytes of one direction of an HTTP stream: every byte of them becomes `*`, so that nothing moves. */

const star = 0x2a;

/**
 * Fields whose values are secrets, and those whose values are addresses that may hold some. Names are looked ahead into: to go back over them at each
 * word would take the square of their length.
 */
const secretField =
  /^(?:proxy-authorization|authorization|cookie|set-cookie|(?=[\w-]*(?:api-?key|token|secret|password))[\w-]+)[ \t]*:[ \t]*(.*)/i;
const urlField = /^(?:referer|location|content-location|destination|x-original-ur[il]|x-rewrite-url|x-forwarded-uri)[ \t]*:[ \t]*(\S+)/i;
/** Where the capture has not the end of the line, a path or a URL must do. */
const requestUrl = /^[A-Z]{2,20} (\S+(?= HTTP\/\d)|(?:\/|https?:\/\/)\S*)/;
/** What a message begins with. */
const headBegin = /^(?:[A-Z]{2,20} (?:\/|https?:\/\/|\S+ HTTP\/)|HTTP\/\d)/;

/** Longest line that is looked at as a whole. */
const longestLine = 64 << 10;

/**
 * The pieces are one stream, in order; they are changed in place. Lines of text are looked at, wherever a piece's end cuts them. `holes`: the
 * pieces before which bytes are missing, by index.
 */
export function coverSecrets(pieces: readonly Uint8Array[], holes: ReadonlySet<number> = noHoles): void {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = new Uint8Array(total);
  const behindHoles: number[] = [];
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (holes.has(index)) behindHoles.push(at);
    whole.set(piece, at);
    at += piece.length;
  }
  coverLines(whole, behindHoles);
  at = 0;
  for (const piece of pieces) {
    piece.set(whole.subarray(at, at + piece.length));
    at += piece.length;
  }
}

const noHoles: ReadonlySet<number> = new Set();

/** A character for each byte. */
const oneByOne = new TextDecoder('latin1');

function coverLines(bytes: Uint8Array, behindHoles: readonly number[]): void {
  // Once for all lines: most have a few bytes.
  const text = oneByOne.decode(bytes);
  // A message that begins behind a hole goes on with no line before it; of anything else nobody knows.
  const begun = behindHoles.filter((at) => headBegin.test(text.slice(at, at + longestLine)));
  let next = 0;
  let folded = false;
  for (let start = 0; start < bytes.length; ) {
    while (begun[next]! <= start) next += 1;
    const found = bytes.indexOf(10, start);
    const lineEnd = found < 0 ? bytes.length : found;
    const end = begun[next]! < lineEnd ? begun[next]! : lineEnd;
    const line = text.slice(start, Math.min(end, start + longestLine));
    const field = secretField.exec(line);
    if (field) cover(bytes, start + field[0].length - field[1]!.length, end);
    else if (folded && /^[ \t]/.test(line)) cover(bytes, start, end);
    else coverUrl(bytes, start, line, end);
    folded = field !== null || (folded && /^[ \t]/.test(line));
    start = end === lineEnd ? end + 1 : end;
  }
}

/** That of a request line or of a field: of what is longer than a line that is looked at, all of the rest. */
function coverUrl(bytes: Uint8Array, start: number, line: string, end: number): void {
  const [whole = '', url] = requestUrl.exec(line) ?? urlField.exec(line) ?? [];
  if (url === undefined) return;
  coverTarget(bytes, start + whole.length - url.length, url);
  if (whole.length === line.length) cover(bytes, start + line.length, end);
}

/** Query values, path parameters, and what stands before an `@` in the authority. */
function coverTarget(bytes: Uint8Array, begin: number, target: string): void {
  const user = /^(?:[a-z][\w+.-]*:\/\/)?([^/?#]*)@/i.exec(target);
  if (user) cover(bytes, begin + user[0].length - 1 - user[1]!.length, begin + user[0].length - 1);
  const question = target.indexOf('?');
  for (const part of target.slice(0, question < 0 ? undefined : question).matchAll(/;[^;/=]*=([^;/]+)/g))
    cover(bytes, begin + part.index + part[0].length - part[1]!.length, begin + part.index + part[0].length);
  if (question < 0) return;
  for (const part of target.slice(question + 1).matchAll(/[^&;]+/g)) {
    const equals = part[0].indexOf('=');
    const from = begin + question + 1 + part.index;
    cover(bytes, from + equals + 1, from + part[0].length);
  }
}

function cover(bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i += 1) if (bytes[i] !== 13) bytes[i] = star;
}
