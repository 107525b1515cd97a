/** Covers secrets in the bytes of one direction of an HTTP stream: every byte of them becomes `*`, so that nothing moves. */

const star = 0x2a;

/** Fields whose values are secrets. */
const secretField = /^(proxy-authorization|authorization|cookie|set-cookie|[\w-]*(api-?key|token|secret|password)[\w-]*):[ \t]*(.+)/i;
const requestLine = /^([A-Z]{2,20}) (\S+) HTTP\/\d/;
const headBegin = /^(?:[A-Z]{2,20} \S* HTTP\/\d|HTTP\/\d)/;

/** Longest line that is looked at as a whole. */
const longestLine = 64 << 10;

/** The pieces are one stream, in order; they are changed in place. Lines of text are looked at, wherever a piece's end cuts them. */
export function coverSecrets(pieces: readonly Uint8Array[]): void {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  coverLines(whole);
  at = 0;
  for (const piece of pieces) {
    piece.set(whole.subarray(at, at + piece.length));
    at += piece.length;
  }
}

/** A character for each byte. */
const oneByOne = new TextDecoder('latin1');

function coverLines(bytes: Uint8Array): void {
  // Once for all lines: most have a few bytes.
  const text = oneByOne.decode(bytes);
  let folded = false;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    const line = text.slice(start, Math.min(end, start + longestLine));
    const field = secretField.exec(line);
    if (field) cover(bytes, start + field[0].length - field[3]!.length, end);
    else if (folded && /^[ \t]/.test(line)) cover(bytes, start, end);
    else if (headBegin.test(line)) coverTarget(bytes, start, line);
    folded = field !== null || (folded && /^[ \t]/.test(line));
    start = end + 1;
  }
}

/** Query values, and what stands before an `@` in the authority. */
function coverTarget(bytes: Uint8Array, start: number, line: string): void {
  const [, method, target] = requestLine.exec(line) ?? [];
  if (method === undefined || target === undefined) return;
  const begin = start + method.length + 1;
  const user = /^(?:[a-z][\w+.-]*:\/\/)?([^/?#]*)@/i.exec(target);
  if (user) cover(bytes, begin + user[0].length - 1 - user[1]!.length, begin + user[0].length - 1);
  const question = target.indexOf('?');
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
