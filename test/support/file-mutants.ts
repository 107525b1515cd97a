/** Changes the container of a capture: its magic, lengths, times, blocks, options; and what happens to files on their way. */

import type { Random } from './random.ts';
import { joined } from './wire.ts';

export type FileOperation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const one = <T>(list: readonly T[], random: Random): T => list[random(list.length)]!;
const oddLengths = [
  0,
  1,
  4,
  8,
  11,
  12,
  13,
  15,
  16,
  17,
  262_144,
  262_145,
  2 ** 24,
  2 ** 24 + 1,
  2 ** 27,
  0x7fffffff,
  0x80000000,
  0xfffffffc,
  0xffffffff,
];

const isPcapng = (bytes: Uint8Array): boolean => bytes[0] === 0x0a;
const isLittle = (bytes: Uint8Array): boolean =>
  isPcapng(bytes) ? bytes[8] === 0x4d : bytes[0] === 0xd4 || bytes[0] === 0x4d || bytes[0] === 0x34;
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where records or blocks begin, as far as they can be followed. */
function starts(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  const little = isLittle(bytes);
  const found: number[] = [];
  for (let at = isPcapng(bytes) ? 0 : 24; at + 16 <= bytes.length; ) {
    found.push(at);
    at += isPcapng(bytes) ? Math.max(12, view.getUint32(at + 4, little)) : 16 + view.getUint32(at + 8, little);
  }
  return found;
}

/** One record or block changed in place. */
const inOne =
  (edit: (view: DataView, at: number, little: boolean, random: Random) => void): FileOperation =>
  (bytes, random) => {
    const places = starts(bytes);
    if (places.length === 0) return bytes;
    const copy = bytes.slice();
    edit(viewOf(copy), one(places, random), isLittle(bytes), random);
    return copy;
  };

/** Put in before a record or block. */
const putIn =
  (make: (little: boolean, random: Random) => Uint8Array): FileOperation =>
  (bytes, random) => {
    const at = one([...starts(bytes), bytes.length], random);
    return joined([bytes.subarray(0, at), make(isLittle(bytes), random), bytes.subarray(at)]);
  };

function block(type: number, body: readonly number[], little: boolean, lie = 0): Uint8Array {
  const padded = [...body, ...Array<number>(-body.length & 3).fill(0)];
  const bytes = new Uint8Array(12 + padded.length);
  const view = viewOf(bytes);
  view.setUint32(0, type, little);
  view.setUint32(4, bytes.length, little);
  bytes.set(padded, 8);
  view.setUint32(bytes.length - 4, bytes.length + lie, little);
  return bytes;
}

const u16 = (value: number, little: boolean): number[] => (little ? [value & 255, value >> 8] : [value >> 8, value & 255]);
const option = (code: number, value: readonly number[], little: boolean, length: number = value.length): number[] => [
  ...u16(code, little),
  ...u16(length, little),
  ...value,
  ...Array<number>(-value.length & 3).fill(0),
];
const noise = (length: number, random: Random): number[] => Array.from({ length }, () => random(256));

/** A section or an interface in the middle, in either byte order. */
function section(little: boolean, random: Random): Uint8Array {
  const body = little ? [0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0] : [0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0];
  const length = random(2) === 0 ? Array<number>(8).fill(255) : noise(8, random);
  return block(0x0a0d0d0a, [...body, ...length], little);
}

function interfaceBlock(little: boolean, random: Random): Uint8Array {
  const link = u16(one([1, 0, 101, 113, 276, 105, 9999], random), little);
  const resolution = option(9, [one([0, 6, 9, 127, 0x80, 0x8a, 0xff], random)], little, random(4) === 0 ? 0 : 1);
  const offset = option(14, random(2) === 0 ? [0, 0, 0, 0, 0, 0, 0, 0x80] : noise(8, random), little);
  const options = [...(random(2) === 0 ? resolution : []), ...(random(4) === 0 ? offset : []), ...(random(6) === 0 ? resolution : [])];
  return block(1, [...link, 0, 0, 0, 0, 0, 0, ...options], little);
}

const types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 0xbad, 0x40000bad, 0x80000001, 0x0a0d0d0a];

export const fileOperations: Readonly<Record<string, FileOperation>> = {
  bitFlip: (bytes, random) => {
    const copy = bytes.slice();
    for (let i = 1 + random(16); i > 0 && copy.length > 0; i -= 1) {
      const at = random(copy.length);
      copy[at] = copy[at]! ^ (1 << random(8));
    }
    return copy;
  },
  noise: (bytes, random) => {
    const rate = 50 + random(950);
    return bytes.map((byte) => (random(rate) === 0 ? random(256) : byte));
  },
  truncate: (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  garbage: (bytes, random) => {
    const at = random(bytes.length + 1);
    return joined([bytes.subarray(0, at), Uint8Array.from(noise(1 + random(one([4, 64, 2000], random)), random)), bytes.subarray(at)]);
  },
  removed: (bytes, random) => {
    const at = random(bytes.length + 1);
    return joined([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random(one([4, 64, 2000], random))))]);
  },
  zeros: (bytes, random) => {
    const at = random(bytes.length + 1);
    return bytes.slice().fill(0, at, at + 1 + random(4096));
  },
  textMode: (bytes, random) => {
    const text = Buffer.from(bytes).toString('latin1');
    return new Uint8Array(Buffer.from(random(2) === 0 ? text.replaceAll('\n', '\r\n') : text.replaceAll('\r\n', '\n'), 'latin1'));
  },
  magic: (bytes, random) => {
    const copy = bytes.slice();
    copy.set(
      one(
        [
          [0xa1, 0xb2, 0xc3, 0xd4],
          [0x4d, 0x3c, 0xb2, 0xa1],
          [0x34, 0xcd, 0xb2, 0xa1],
          [0x1f, 0x8b, 8, 0],
          [0x0a, 0x0d, 0x0d, 0x0a],
          [0, 0, 0, 0],
        ],
        random,
      ),
    );
    return copy;
  },
  fileHeader: (bytes, random) => {
    const copy = bytes.slice();
    if (copy.length >= 24) viewOf(copy).setUint32(one([4, 8, 12, 16, 20], random), one(oddLengths, random), random(2) === 0);
    return copy;
  },
  length: inOne((view, at, little, random) => {
    const field = at + (view.getUint8(0) === 0x0a ? 4 : 8);
    const real = view.getUint32(field, little);
    view.setUint32(field, random(3) === 0 ? real + one([-1, 1, 4, -4], random) : one(oddLengths, random), little);
  }),
  originalLength: inOne((view, at, little, random) => {
    const field = at + (view.getUint8(0) === 0x0a ? 24 : 12);
    if (field + 4 <= view.byteLength) view.setUint32(field, one(oddLengths, random), little);
  }),
  time: inOne((view, at, little, random) => {
    const field = at + (view.getUint8(0) === 0x0a ? 12 : 0) + 4 * random(2);
    if (field + 4 <= view.byteLength) view.setUint32(field, random(2) === 0 ? 0xffffffff : random(2 ** 31), little);
  }),
  trailer: inOne((view, at, little, random) => {
    const end = at + view.getUint32(at + 4, little);
    if (end >= 16 && end <= view.byteLength) view.setUint32(end - 4, one(oddLengths, random), little);
  }),
  blockType: inOne((view, at, little, random) => view.setUint32(at, one(types, random), little)),
  interfaceNumber: inOne((view, at, little, random) => view.setUint32(at + 8, 1 + random(70_000), little)),
  innerLength: inOne((view, at, little, random) => {
    if (at + 24 <= view.byteLength) view.setUint32(at + 20, one(oddLengths, random), little);
  }),
  optionPastEnd: putIn((little, random) =>
    block(one([1, 5, 6, 10], random), [...noise(20, random), ...option(1, [65, 66], little, random(65_536))], little),
  ),
  sectionMidway: putIn((little, random) => joined([section(random(3) === 0 ? !little : little, random), interfaceBlock(little, random)])),
  sectionAlone: putIn((little, random) => section(little, random)),
  interfaceMidway: putIn(interfaceBlock),
  oddBlock: putIn((little, random) => block(one(types, random), noise(random(60), random), little, random(4) === 0 ? 4 : 0)),
  simplePacket: putIn((little, random) => block(3, [...noise(2, random), 0, 0, ...noise(random(200), random)], little)),
  concatenated: (bytes, random, other) => joined([bytes, random(2) === 0 ? other : bytes.subarray(random(bytes.length + 1))]),
  crossover: (bytes, random, other) => joined([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]),
};
