/** Options of TCP, read in one pass, are what a search for each of them finds. */

import { expect, it } from 'vitest';
import { Segment } from '../../src/packet/index.ts';
import { fastOpenCookie, Offer, windowScale } from '../../src/tcp/options.ts';
import { randomOf } from '../support/random.ts';

/** The first option of a kind, and of a length where one is given, that lies within the bytes: its bytes. */
function search(bytes: Uint8Array, kind: number, length?: number): Uint8Array | undefined {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const size = bytes[at] === 1 ? 1 : (bytes[at + 1] ?? 0);
    if (size === 0 || (size === 1 && bytes[at] !== 1)) return undefined;
    const isWhole = at + size <= bytes.length;
    if (bytes[at] === kind && isWhole && (length === undefined || size === length)) return bytes.subarray(at, at + size);
    at += size;
  }
  return undefined;
}

function cookie(bytes: Uint8Array): number {
  const option = search(bytes, 34);
  if (option) return option.length - 2;
  const tried = search(bytes, 254);
  return tried && tried.length >= 4 && tried[2] === 0xf9 && tried[3] === 0x89 ? tried.length - 4 : -1;
}

it('whatever they are, in whatever order', () => {
  const random = randomOf(1);
  const offer = new Offer();
  const segment = new Segment();
  const some = [
    [2, 4, 5, 180],
    [2, 4, 1, 2],
    [2, 3, 9],
    [3, 3, 7],
    [3, 3, 200],
    [3, 4, 1, 1],
    [4, 2],
    [4, 3, 0],
    [8, 10, 1, 2, 3, 4, 5, 6, 7, 8],
  ];
  const rare = [
    [1],
    [1, 1],
    [0],
    [34, 2],
    [34, 10, 1, 2, 3, 4, 5, 6, 7, 8],
    [254, 4, 0xf9, 0x89],
    [254, 4, 1, 2],
    [254, 6, 0xf9, 0x89, 5, 6],
    [5, 0],
    [8, 1],
  ];
  for (let round = 0; round < 20_000; round += 1) {
    const parts = Array.from({ length: random(7) }, () => (random(2) === 0 ? some[random(some.length)]! : rare[random(rare.length)]!));
    const bytes = Uint8Array.from(parts.flat()).subarray(0, random(4) === 0 ? random(20) : 60);
    segment.buffer = Uint8Array.from([9, 9, ...bytes, 3, 3, 5]);
    segment.optionsStart = 2;
    segment.optionsEnd = 2 + bytes.length;
    offer.read(segment);
    const size = search(bytes, 2, 4);
    const scale = search(bytes, 3, 3);
    const shift = scale === undefined ? -1 : Math.min(scale[2]!, 14);
    expect([
      offer.segmentSize,
      offer.windowScale,
      offer.selectiveAcks,
      offer.timestamps,
      windowScale(segment),
      fastOpenCookie(segment),
    ]).toEqual([
      size === undefined ? 0 : size[2]! * 256 + size[3]!,
      shift,
      search(bytes, 4, 2) !== undefined,
      search(bytes, 8, 10) !== undefined,
      shift,
      cookie(bytes),
    ]);
  }
});
