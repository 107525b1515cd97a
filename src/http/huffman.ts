/** The Huffman code of HPACK strings (RFC 7541 §5.2, appendix B), read four bits at a time. */

// Code lengths of the 256 bytes and of EOS, one base-36 digit each. The code is canonical: codes of equal length follow the order of
// their symbols, so the lengths say everything.
const lengths =
  'dnsssssssoussussssssssusssssssss' +
  '6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6' +
  'f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnno' +
  'mlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrr' +
  'koklmllnmmppooqnqrqqrrrrrsrrrrrq' +
  'u';
const EOS = 256;

/** The code's tree: children of inner node n at 2n and 2n + 1; an inner node is a number from 1, a leaf the complement of its symbol. */
function grow(): Int16Array {
  const children = new Int16Array(2 * EOS);
  let inner = 1;
  let code = 0;
  for (let length = 5; length <= 30; length += 1) {
    for (let symbol = 0; symbol <= EOS; symbol += 1) {
      if (Number.parseInt(lengths[symbol]!, 36) !== length) continue;
      let node = 0;
      for (let bit = length - 1; bit > 0; bit -= 1) {
        const at = 2 * node + ((code >>> bit) & 1);
        if (children[at] === 0) {
          children[at] = inner;
          inner += 1;
        }
        node = children[at]!;
      }
      children[2 * node + (code & 1)] = ~symbol;
      code += 1;
    }
    code *= 2;
  }
  return children;
}

// What four bits do to a node: the next node (8 bits), a symbol (8 bits), whether one was found, and whether EOS was. No code is shorter
// than five bits: at most one symbol.
const FOUND = 1 << 16;
const BAD = 1 << 17;
interface Coding {
  readonly steps: Int32Array;
  /** Nodes at which a string may end: fewer than eight bits behind the last symbol, all ones (RFC 7541 §5.2). */
  readonly ends: Uint8Array;
}

function makeCoding(): Coding {
  const steps = new Int32Array(EOS * 16);
  const ends = new Uint8Array(EOS);
  const children = grow();
  for (let node = 0; node < EOS; node += 1) {
    for (let four = 0; four < 16; four += 1) {
      let at = node;
      let step = 0;
      for (let bit = 3; bit >= 0; bit -= 1) {
        const child = children[2 * at + ((four >> bit) & 1)]!;
        at = Math.max(0, child);
        if (child < 0) step |= ~child === EOS ? BAD : FOUND | (~child << 8);
      }
      steps[node * 16 + four] = step | at;
    }
  }
  for (let node = 0, bits = 0; bits < 8; bits += 1) {
    ends[node] = 1;
    node = children[2 * node + 1]!;
  }
  return { steps, ends };
}

/** Made for the first string: most captures have none. */
let coding: Coding | undefined;

/** Room that `length` coded bytes may need at most. */
export const decodedRoom = (length: number): number => Math.ceil((length * 8) / 5);

/** Decodes [start, end) into `target` from `at` on; the answer is where it ends there, or -1 where the coding is wrong. */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  coding ??= makeCoding();
  const { steps, ends } = coding;
  let node = 0;
  let to = at;
  let bad = 0;
  for (let p = start; p < end; p += 1) {
    const byte = source[p]!;
    const high = steps[node * 16 + (byte >> 4)]!;
    if (high & FOUND) {
      target[to] = high >> 8;
      to += 1;
    }
    const low = steps[(high & 255) * 16 + (byte & 15)]!;
    if (low & FOUND) {
      target[to] = low >> 8;
      to += 1;
    }
    bad |= high | low;
    node = low & 255;
  }
  return bad & BAD || ends[node] === 0 ? -1 : to;
}
