/** Two independent readers, ours and the pcap-parser package, see the same frames in every classic capture. */

import { describe, expect, it } from 'vitest';
import { CaptureFault, CaptureReader, type Frame, type Reader } from '../../src/capture/index.ts';
import { PcapParserReader } from '../../src/capture/pcap-parser.ts';
import { type Capture, samples, sharedCaptures } from '../support/samples.ts';
import { conversation, get, OK } from '../support/talk.ts';
import { framesOf, pcapngOf, pcapOf } from '../support/wire.ts';

type Kind = typeof CaptureReader | typeof PcapParserReader;

interface Seen {
  readonly frames: readonly string[];
  readonly epoch: bigint | undefined;
}

function framesIn(bytes: Uint8Array, Kind: Kind, piece: number = 65_536): Seen {
  const frames: string[] = [];
  const frame = ({ number, time, offset, linkType, buffer, start, end, originalLength }: Frame): void => {
    const hex = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start).toString('hex');
    frames.push(`${number} at ${offset}: ${time} ns, link ${linkType}, ${originalLength} bytes: ${hex}`);
  };
  const reader: Reader = new Kind({ frame, secrets() {} }, { name: 'the capture' });
  for (let from = 0; from < bytes.length; from += piece) reader.push(bytes.slice(from, from + piece));
  reader.end();
  return { frames, epoch: reader.facts.epoch };
}

const microseconds = ['a1b2c3d4', 'd4c3b2a1'];
const isClassic = ({ bytes }: Capture): boolean => microseconds.includes(Buffer.from(bytes.subarray(0, 4)).toString('hex'));
const all = [...samples, ...sharedCaptures()];

/** Behind a length that cannot be, ours searches for the next record and the package ends. */
const isWhole = ({ bytes }: Capture): boolean => {
  const reader = new CaptureReader({ frame() {}, secrets() {} });
  reader.push(bytes);
  reader.end();
  return reader.facts.skipped.damage === undefined;
};

describe.each(all.filter(isClassic).map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
  it('has the same frames for both readers, in pieces of any size', () => {
    const ours = framesIn(capture.bytes, CaptureReader);
    const theirs = framesIn(capture.bytes, PcapParserReader);
    if (isWhole(capture)) expect(theirs).toEqual(ours);
    else expect(theirs.frames).toEqual(ours.frames.slice(0, theirs.frames.length));
    for (const piece of [1000, 17]) expect(framesIn(capture.bytes, PcapParserReader, piece)).toEqual(theirs);
  });
});

describe('what pcap-parser cannot read is refused in one sentence', () => {
  const frames = framesOf(conversation().handshake().client(get()).server(OK).segments);
  const others = {
    pcapng: pcapngOf(frames),
    nanoseconds: pcapOf(frames, { nanoseconds: true }),
    'nanoseconds, big-endian': pcapOf(frames, { nanoseconds: true, littleEndian: false }),
    modified: pcapOf(frames, { modified: true }),
  };

  it.each(Object.entries(others))('%s', (_name, bytes) => {
    for (const piece of [65_536, 1]) {
      const read = (): Seen => framesIn(bytes, PcapParserReader, piece);
      expect(read).toThrow(CaptureFault);
      expect(read).toThrow(/^the capture cannot be read with --reader pcap-parser: .*microseconds only; leave the option out$/);
    }
  });

  it('and what is no capture is said to be none', () => {
    expect(() => framesIn(Buffer.from('<!doctype html><html></html>'), PcapParserReader)).toThrow(/it looks like an HTML page/);
    expect(() => framesIn(new Uint8Array(0), PcapParserReader)).toThrow(/is empty/);
  });
});

it('every file that is no classic capture with microseconds gives one fault', () => {
  for (const { bytes } of all.filter((capture) => !isClassic(capture)))
    expect(() => framesIn(bytes, PcapParserReader)).toThrow(CaptureFault);
});
