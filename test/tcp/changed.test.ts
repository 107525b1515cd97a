/** Real captures that were cut, mixed up and forged, held against tshark stream by stream; needs tshark 4.0 and skips without it. */

import { describe, expect, it } from 'vitest';
import { connectionsOf } from '../support/facts.ts';
import { type FrameOperation, frameOperations } from '../support/frame-mutants.ts';
import { framesIn } from '../support/frames.ts';
import { inspectBytes } from '../support/inspect.ts';
import { randomOf } from '../support/random.ts';
import { samples } from '../support/samples.ts';
import { hasTshark, tsharkStreams, unlessTshark } from '../support/tshark.ts';
import { pcapOf, type WireFrame } from '../support/wire.ts';

/** Each frame cut to so many bytes; with 60, options are cut, with 54 all of them are missing. */
const snapped =
  (length: number): FrameOperation =>
  (frames) =>
    frames.map((frame) => ({ ...frame, bytes: frame.bytes.subarray(0, length), originalLength: frame.bytes.length }));

const operations: Readonly<Record<string, FrameOperation>> = {
  ...Object.fromEntries(
    ['drop', 'dropBurst', 'dropDirection', 'dropHandshake', 'dup', 'reorderNear', 'sequence', 'window', 'probe', 'reset', 'portReuse'].map(
      (name) => [name, frameOperations[name]!],
    ),
  ),
  'cut to 54 bytes': snapped(54),
  'cut to 60 bytes': snapped(60),
  'cut to 68 bytes': snapped(68),
};

const { epoch, linkType, frames } = framesIn(samples.find(({ name }) => name === 'lossy-link.pcap')!.bytes);
const others = ['keep-alive-peer-vanishes.pcap', 'nginx-idle-too-short.pcap', 'close-every-request.pcap'].flatMap((wanted) => {
  const { bytes } = samples.find(({ name }) => name === wanted)!;
  return framesIn(bytes).frames.slice(0, 150);
});
const all: readonly WireFrame[] = [...frames, ...others].sort((a, b) => a.time - b.time);

const theirs = (capture: Uint8Array): unknown[] =>
  tsharkStreams(capture).map(({ firstFrame, flags, initialRtt, completeness }) => ({ firstFrame, flags, initialRtt, completeness }));
const ours = (capture: Uint8Array): unknown[] =>
  connectionsOf(inspectBytes(capture, [], { keepDuplicates: true })).map(({ firstFrame, tcpAnalysis, initialRtt, completeness }) => ({
    firstFrame,
    flags: tcpAnalysis,
    initialRtt: initialRtt === undefined ? undefined : Math.round(initialRtt / 1e3),
    completeness,
  }));

describe(`as tshark counts them, too${unlessTshark}`, () => {
  it.skipIf(!hasTshark).each(Object.entries(operations))(`%s${unlessTshark}`, { timeout: 60_000 }, (_, operation) => {
    const capture = pcapOf(operation(all, randomOf(7)), { epoch, linkType });
    expect(ours(capture)).toEqual(theirs(capture));
  });
});
