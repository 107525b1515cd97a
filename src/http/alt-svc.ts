/** Reads from Alt-Svc whether HTTP/3 is to be had (RFC 7838 §3, RFC 9114 §3.1.1). */

const H = 104;
const THREE = 51;
const EQUALS = 61;
const HYPHEN = 45;

// h3=":443"; ma=86400, h3-29=":443"
export function namesHttp3(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at += 1) {
    if (bytes[at] !== H || bytes[at + 1] !== THREE) continue;
    const before = at === start ? 44 : bytes[at - 1]!;
    const after = bytes[at + 2]!;
    if ((before === 44 || before === 32 || before === 9) && (after === EQUALS || after === HYPHEN)) return true;
  }
  return false;
}
