/** Damages captures: a seeded mutator of bytes that also knows where lengths lie. */

import { type Random, randomOf } from './random.ts';
import { joined } from './wire.ts';

type Operation = (bytes: Uint8Array, random: Random) => Uint8Array;

const interesting = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  11,
  12,
  15,
  16,
  27,
  28,
  0x7f,
  0x80,
  0xff,
  0xffff,
  0x10000,
  262_144,
  262_145,
  2 ** 24,
  2 ** 24 + 1,
  2 ** 27,
];
const large = [0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff];

const place = (bytes: Uint8Array, random: Random): number => random(bytes.length + 1);
/** Short far more often than long. */
const extent = (random: Random): number => 1 + random([4, 16, 64, 1000, 20_000][random(5)]!);

const operations: readonly Operation[] = [
  function flip(bytes, random) {
    const copy = bytes.slice();
    for (let i = 1 + random(16); i > 0 && copy.length > 0; i -= 1) {
      const at = random(copy.length);
      copy[at] = copy[at]! ^ (1 << random(8));
    }
    return copy;
  },
  function overwrite(bytes, random) {
    const copy = bytes.slice();
    for (let i = 1 + random(8); i > 0 && copy.length > 0; i -= 1)
      copy[random(copy.length)] = [0, 1, 10, 13, 32, 127, 128, 255, random(256)][random(9)]!;
    return copy;
  },
  function cut(bytes, random) {
    return bytes.slice(0, place(bytes, random));
  },
  function loseHead(bytes, random) {
    return joined([bytes.subarray(0, 24), bytes.subarray(Math.min(bytes.length, 24 + extent(random)))]);
  },
  function remove(bytes, random) {
    const at = place(bytes, random);
    return joined([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + extent(random)))]);
  },
  function insert(bytes, random) {
    const at = place(bytes, random);
    const noise = Uint8Array.from({ length: extent(random) }, () => random(256));
    return joined([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  function duplicate(bytes, random) {
    const at = place(bytes, random);
    const part = bytes.subarray(at, at + extent(random));
    return joined([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  function zeros(bytes, random) {
    const at = place(bytes, random);
    return bytes.slice().fill(0, at, at + extent(random));
  },
  function number(bytes, random) {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    for (let i = 1 + random(3); i > 0 && copy.length >= 4; i -= 1) {
      const value = random(4) === 0 ? large[random(large.length)]! : interesting[random(interesting.length)]!;
      view.setUint32(random(copy.length - 3) & ~(random(2) === 0 ? 3 : 0), value, random(2) === 0);
    }
    return copy;
  },
  function recordLength(bytes, random) {
    const at = recordAt(bytes, random(200));
    if (at + 16 > bytes.length) return bytes;
    const copy = bytes.slice();
    const value = random(3) === 0 ? large[random(large.length)]! : interesting[random(interesting.length)]!;
    new DataView(copy.buffer).setUint32(at + [0, 4, 8, 8, 8, 12][random(6)]!, value, copy[0] !== 0xa1);
    return copy;
  },
  function swapParts(bytes, random) {
    const [a = 0, b = 0, c = 0] = [place(bytes, random), place(bytes, random), place(bytes, random)].sort((x, y) => x - y);
    return joined([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)]);
  },
  function append(bytes, random) {
    return joined([bytes, random(2) === 0 ? bytes : bytes.subarray(place(bytes, random))]);
  },
];

/** Where the nth record of a classic capture or the nth block of a pcapng begins, as far as it can be followed. */
function recordAt(bytes: Uint8Array, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPcapng = bytes[0] === 0x0a;
  let at = isPcapng ? 0 : 24;
  for (let i = 0; i < count && at + 16 <= bytes.length; i += 1) {
    const next = isPcapng ? at + Math.max(12, view.getUint32(at + 4, true)) : at + 16 + view.getUint32(at + 8, bytes[0] !== 0xa1);
    if (next + 16 > bytes.length) break;
    at = next;
  }
  return at;
}

/** One to three kinds of damage, decided by the seed. */
export function damaged(bytes: Uint8Array, seed: number): { bytes: Uint8Array; what: string } {
  const random = randomOf(seed);
  const what: string[] = [];
  let copy = bytes;
  for (let i = 1 + random(3); i > 0; i -= 1) {
    const operation = operations[random(operations.length)]!;
    what.push(operation.name);
    copy = operation(copy, random);
  }
  return { bytes: copy, what: what.join('+') };
}
