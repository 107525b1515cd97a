/** Verified checksums: the wrong ones are left out and counted, those that a network card was to compute are not. */

import { describe, expect, it } from 'vitest';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { conversation, get, OK } from '../support/talk.ts';
import { framesOf, pcapOf, type WireFrame } from '../support/wire.ts';

const ends = {
  4: { client: { address: '10.0.0.1', port: 40_000 }, server: { address: '10.0.0.2', port: 80 } },
  6: { client: { address: '2001:db8::1', port: 40_000 }, server: { address: '2001:db8::2', port: 80 } },
} as const;
const ETHERNET = 14;
const TCP_CHECKSUM = 16;

describe.each([4, 6] as const)('IPv%i', (version) => {
  const { segments } = conversation(ends[version]).handshake().client(get('/odd')).server(OK).client.ack();
  const frames = framesOf(segments);
  const tcpAt = ETHERNET + (version === 4 ? 20 : 40);

  /** With the byte at `at` of frame 4, the request, changed. */
  const changed = (at: number, to: (before: number) => number): WireFrame[] =>
    frames.map((frame, i) => {
      const bytes = frame.bytes.slice();
      if (i === 3) bytes[at] = to(bytes[at]!);
      return { ...frame, bytes };
    });
  const read = (list: readonly WireFrame[], verifyChecksums = true) => inspectBytes(pcapOf(list), [], { verifyChecksums });

  it('right ones change nothing but the options', () => {
    const { notes, accounting, readWith } = read(frames);
    expect({ notes, accounting }).toEqual({ notes: [], accounting: read(frames, false).accounting });
    expect(readWith.verifyChecksums).toBe(true);
  });

  it.each([
    ['payload', tcpAt + 25],
    ['last byte', frames[3]!.bytes.length - 1],
    ['port', tcpAt + 1],
    ['address', tcpAt - 1],
  ])('a wrong bit in the %s leaves the packet out', (_what, at) => {
    const { accounting, notes } = read(changed(at, (byte) => byte ^ 4));
    expect(accounting.frames).toMatchObject({ seen: 6, tcp: 5, unusable: { 'bad-checksum': 1 } });
    expect(notes[0]).toMatchObject({ code: 'bad-checksum', count: 1, firstFrame: 4 });
    expect(
      read(
        changed(at, (byte) => byte ^ 4),
        false,
      ).accounting.frames.unusable,
    ).toEqual({});
  });

  it('what the network card was to compute is used', () => {
    const zero = frames.map((frame) => {
      const bytes = frame.bytes.slice();
      bytes.fill(0, tcpAt + TCP_CHECKSUM, tcpAt + TCP_CHECKSUM + 2);
      return { ...frame, bytes };
    });
    // Linux leaves the sum of the pseudo header in the field: here of the addresses, the protocol and the length.
    const partial = zero.map((frame) => {
      const bytes = frame.bytes.slice();
      const addresses = bytes.subarray(version === 4 ? tcpAt - 8 : tcpAt - 32, tcpAt);
      let sum = 6 + bytes.length - tcpAt;
      for (let i = 0; i < addresses.length; i += 2) sum += addresses[i]! * 256 + addresses[i + 1]!;
      new DataView(bytes.buffer).setUint16(tcpAt + TCP_CHECKSUM, (sum % 65_536) + Math.floor(sum / 65_536));
      return { ...frame, bytes };
    });
    for (const list of [zero, partial]) {
      const { accounting, notes } = read(list);
      expect(accounting.frames).toMatchObject({ tcp: 6, unusable: {} });
      expect(notes).toMatchObject([{ code: 'checksum-offload', count: 6 }]);
    }
  });

  it('what was captured in part cannot be verified', () => {
    const cut = changed(tcpAt + 1, (byte) => byte ^ 4).map((frame) => ({
      ...frame,
      bytes: frame.bytes.subarray(0, tcpAt + 20),
      originalLength: frame.bytes.length,
    }));
    expect(read(cut).accounting.frames.unusable['bad-checksum'] ?? 0).toBe(0);
  });
});

it.each(samples.map(({ name, bytes }) => [name, bytes] as const))('%s has no wrong checksum', (_name, bytes) => {
  expect(inspectBytes(bytes, [], { verifyChecksums: true }).accounting.frames).toEqual(inspectBytes(bytes).accounting.frames);
});
