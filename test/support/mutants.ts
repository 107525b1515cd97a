/** Seeded mutants of captures: frames changed, written as some container, and that changed too. */

import { fileOperations } from './file-mutants.ts';
import { frameOperations } from './frame-mutants.ts';
import type { Frames } from './frames.ts';
import { type Random, randomOf } from './random.ts';
import { pcapngOf, pcapOf, type WireFrame } from './wire.ts';

export interface Mutant {
  readonly bytes: Uint8Array;
  /** What was done to it. */
  readonly what: string;
}

const framesKinds = Object.entries(frameOperations);
const fileKinds = Object.entries(fileOperations);

/** Every kind of change comes first once in a round of all seeds; up to two more are stacked on it. */
export function mutantOf(source: Frames, other: Frames, seed: number): Mutant {
  const random = randomOf(seed);
  const first = seed % (framesKinds.length + fileKinds.length);
  const what: string[] = [];
  let frames: readonly WireFrame[] = source.frames;
  const change = ([name, operation]: (typeof framesKinds)[number]): void => {
    what.push(name);
    frames = frames.length === 0 ? frames : operation(frames, random);
  };
  if (first < framesKinds.length) change(framesKinds[first]!);
  if (random(3) === 0) change(framesKinds[random(framesKinds.length)]!);
  let bytes = written(source, frames, random, what);
  const damage = ([name, operation]: (typeof fileKinds)[number]): void => {
    what.push(name);
    bytes = operation(bytes, random, written(other, other.frames, random, []));
  };
  if (first >= framesKinds.length) damage(fileKinds[first - framesKinds.length]!);
  if (random(3) === 0) damage(fileKinds[random(fileKinds.length)]!);
  return { bytes, what: what.join('+') };
}

function written({ epoch, linkType }: Frames, frames: readonly WireFrame[], random: Random, what: string[]): Uint8Array {
  const littleEndian = random(3) > 0;
  const file = { epoch, linkType, littleEndian };
  const kind = random(6);
  what.push(kind < 3 ? 'pcap' : kind === 3 ? 'pcap in nanoseconds' : kind === 4 ? 'modified pcap' : 'pcapng');
  if (kind === 5) return pcapngOf(frames, { ...file, noise: random(2) === 0, resolution: [6, 9, 3, 0x8a][random(4)]! });
  return pcapOf(frames, { ...file, nanoseconds: kind === 3, modified: kind === 4 });
}
