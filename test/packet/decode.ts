/** Decodes frames that a test built, and keeps what came out as plain data. */

import { CaptureReader, linkTypes } from '../../src/capture/index.ts';
import { Notes } from '../../src/note.ts';
import { type DecoderOptions, Hosts, PacketDecoder, type PacketFacts } from '../../src/packet/index.ts';
import { type CapturedFrame, pcap } from './build.ts';

export interface DecodedSegment {
  readonly frame: number;
  readonly source: string;
  readonly destination: string;
  readonly ports: readonly [number, number];
  readonly sequence: number;
  readonly payload: string;
  readonly payloadLength: number;
  readonly vlan: readonly number[];
  readonly tunnel: string | undefined;
  readonly linkTag: number;
  readonly duplicate: boolean;
}

export interface Decoded {
  readonly segments: readonly DecodedSegment[];
  readonly facts: PacketFacts;
  readonly notes: readonly string[];
}

export function decode(
  frames: readonly (CapturedFrame | Uint8Array)[],
  linkType: number = linkTypes.ETHERNET,
  options: DecoderOptions = {},
): Decoded {
  return decodeCapture(pcap(frames, linkType), options);
}

export function decodeCapture(capture: Uint8Array, options: DecoderOptions = {}): Decoded {
  const notes = new Notes();
  const hosts = new Hosts();
  const segments: DecodedSegment[] = [];
  const decoder = new PacketDecoder(
    {
      segment(s) {
        const host = (at: number): string => hosts.text(s.v6 ? hosts.v6(s.buffer, at) : hosts.v4(s.view.getInt32(at)));
        segments.push({
          frame: s.frame,
          source: host(s.source),
          destination: host(s.destination),
          ports: [s.sourcePort, s.destinationPort],
          sequence: s.sequence,
          payload: Buffer.from(s.buffer.subarray(s.payloadStart, s.payloadEnd)).toString('latin1'),
          payloadLength: s.payloadLength,
          vlan: decoder.tags.vlansOf(s.linkTag),
          tunnel: decoder.tags.tunnelOf(s.linkTag),
          linkTag: s.linkTag,
          duplicate: s.duplicate,
        });
      },
    },
    notes,
    options,
  );
  const reader = new CaptureReader({ frame: (frame) => decoder.frame(frame), secrets() {} }, { notes });
  reader.push(capture);
  reader.end();
  decoder.end();
  const { facts } = decoder;
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
  if (reader.facts.frames !== facts.tcp + sum(facts.other) + sum(facts.unusable)) throw new Error('frames do not add up');
  return { segments, facts, notes: notes.list().map((note) => note.code) };
}
