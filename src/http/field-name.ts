/** The name of a field line: how far it goes, and which ones matter (RFC 9112 §5, RFC 9110 §5.6.2). */

export const COLON = 58;

/** 1 for the characters that a token may have. */
export const tokenBytes: Uint8Array = new Uint8Array(256);
for (const byte of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") tokenBytes[byte.charCodeAt(0)] = 1;

/** Most fields are told apart by their first byte: c h k p s t u matter, and the blank that folds a line. */
export const fieldsOfInterest: Uint8Array = new Uint8Array(256);
for (const first of 'chkpstuCHKPSTU \t') fieldsOfInterest[first.charCodeAt(0)] = 1;

/** Offset of the colon right behind a name, or -1. The line must be followed by a byte that no name has. */
export function colonOf(buffer: Uint8Array, start: number): number {
  let p = start;
  while (tokenBytes[buffer[p]!] === 1) p += 1;
  return p > start && buffer[p] === COLON ? p : -1;
}

/** Where a name ends that has blanks before its colon, which RFC 9112 §5.1 forbids because receivers differ about it; -1 for no name at all. */
export function looseNameEnd(buffer: Uint8Array, start: number, end: number): number {
  let colon = start;
  while (colon < end && buffer[colon] !== COLON) colon += 1;
  if (colon === end) return -1;
  let to = colon;
  while (to > start && isBlank(buffer[to - 1]!)) to -= 1;
  return to > start ? to : -1;
}

export const isBlank = (byte: number): boolean => byte === 32 || byte === 9;
