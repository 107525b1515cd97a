/** Classic pcap: every magic number, cut files, damage and what is found behind it. */

import { describe, expect, it, vi } from 'vitest';
import { CaptureFault, CaptureReader } from '../../src/capture/index.ts';
import { PcapFramer } from '../../src/capture/pcap.ts';
import { connectionsOf, factsOf, unaccounted } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { conversation, get, OK } from '../support/talk.ts';
import { framesOf, joined, type PcapOptions, pcapngOf, pcapOf, type WireSegment } from '../support/wire.ts';

const talkOn = (port: number, start = 0): WireSegment[] =>
  conversation({ client: { address: '10.0.0.1', port }, start })
    .handshake()
    .client(get())
    .server(OK).segments;
const frames = framesOf(talkOn(40_001));
const whole = inspectBytes(pcapOf(frames));
const damage = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255);

describe('every magic number', () => {
  const variants: Record<string, PcapOptions> = {
    'd4 c3 b2 a1': { littleEndian: true },
    'a1 b2 c3 d4': { littleEndian: false },
    '4d 3c b2 a1': { littleEndian: true, nanoseconds: true },
    'a1 b2 3c 4d': { littleEndian: false, nanoseconds: true },
    '34 cd b2 a1': { littleEndian: true, modified: true },
    'a1 b2 cd 34': { littleEndian: false, modified: true },
  };

  it.each(Object.entries(variants))('%s', (magic, options) => {
    const bytes = pcapOf(frames, options);
    expect([...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe(magic);
    const trace = inspectBytes(bytes);
    expect(factsOf(trace)).toEqual(factsOf(whole));
    expect(trace.timeDigits).toBe(options.nanoseconds ? 9 : 6);
    expect(trace.epoch).toBe(whole.epoch);
    expect(trace.complete).toBe(true);
  });
});

it('keeps nanoseconds', () => {
  const segments = talkOn(1).map((segment, index) => ({ ...segment, time: index * 1001 + 7 }));
  const trace = inspectBytes(pcapOf(framesOf(segments), { nanoseconds: true }));
  expect(trace.connection(0)).toMatchObject({ start: 0, handshake: 2002, duration: 4004 });
});

it('masks what the upper bits of the link type say of a frame check sequence', () => {
  const bytes = pcapOf(frames, { littleEndian: false });
  bytes.set([0x14, 0, 0, 1], 20);
  expect(inspectBytes(bytes).captures[0]?.linkTypes).toEqual(['ETHERNET']);
});

describe('a file that is cut', () => {
  const bytes = pcapOf(frames);

  it('is read up to the cut, at every byte', () => {
    for (let length = 24; length <= bytes.length; length += 1) {
      const trace = inspectBytes(bytes.subarray(0, length));
      const used = 24 + frames.reduce((sum, frame) => (sum + 40 + frame.bytes.length <= length ? sum + 16 + frame.bytes.length : sum), 0);
      expect(unaccounted(trace.accounting)).toEqual([]);
      expect(trace.accounting.bytes.used).toBeLessThanOrEqual(length);
      expect(trace.accounting.bytes.used).toBeGreaterThanOrEqual(Math.min(used, length));
      expect(trace.complete).toBe(trace.accounting.bytes.used === length);
      if (!trace.complete) expect(trace.notes.map(({ code }) => code)).toContain('cut-short');
    }
  });

  it('is no capture inside its file header', () => {
    for (let length = 0; length < 4; length += 1) expect(() => inspectBytes(bytes.subarray(0, length))).toThrow(CaptureFault);
  });
});

describe('damage', () => {
  const second = framesOf(talkOn(40_002, 60e9));
  const ports = (bytes: Uint8Array): number[] => connectionsOf(inspectBytes(bytes)).map(({ client }) => client.port);

  // A length of up to 16 MiB is believed, and takes everything behind it along.
  it('of a record length that goes beyond the end is searched over', () => {
    const damaged = pcapOf([...frames, ...second]);
    new DataView(damaged.buffer).setUint32(24 + 8, 1_000_000, true);
    expect(ports(damaged)).toEqual([40_001, 40_002]);
  });

  it('of a record length is searched over: the connection behind it is found', () => {
    const before = pcapOf(frames);
    const bytes = pcapOf([...frames, ...second]);
    for (const length of [0xffffffff, 0x80000000, 0x01000001]) {
      const damaged = bytes.slice();
      new DataView(damaged.buffer).setUint32(before.length - frames.at(-1)!.bytes.length - 8, length, true);
      const trace = inspectBytes(damaged);
      expect(connectionsOf(trace).map(({ client }) => client.port)).toEqual([40_001, 40_002]);
      expect(trace.captures[0]?.damagedAtOffset).toBe(before.length - frames.at(-1)!.bytes.length - 16);
      expect(trace.accounting.bytes.skipped).toEqual({ damage: frames.at(-1)!.bytes.length + 16 });
      expect(trace.complete).toBe(false);
    }
  });

  it('put in between is passed over', () => {
    const trace = joined([pcapOf(frames), damage, pcapOf(second).subarray(24)]);
    expect(ports(trace)).toEqual([40_001, 40_002]);
  });

  it('is searched in whole pieces, also where nothing is found', () => {
    const consume = vi.spyOn(PcapFramer.prototype, 'consume');
    const head = pcapOf(frames);
    const zeros = new Uint8Array(1 << 16);
    const reader = new CaptureReader({ frame() {}, secrets() {} });
    for (const piece of [head, new Uint8Array(16).fill(255), ...Array<Uint8Array>(20).fill(zeros)]) reader.push(piece);
    reader.end();
    expect(consume.mock.calls.length).toBeLessThan(22 * 20);
    expect(reader.facts).toMatchObject({ bytesUsed: head.length, skipped: { 'cut-short': 16 + 20 * zeros.length } });
  });

  it('that is a second file, in another byte order and with nanoseconds, is read as one', () => {
    const appended = pcapOf(second, { littleEndian: false, nanoseconds: true });
    const trace = inspectBytes(joined([pcapOf(frames), appended]));
    expect(connectionsOf(trace).map(({ client, start }) => [client.port, start])).toEqual([
      [40_001, 0],
      [40_002, 60e9],
    ]);
    expect(trace.notes.map(({ code }) => code)).toContain('second-file');
    expect(unaccounted(trace.accounting)).toEqual([]);
  });
});

describe('a capture of the other container behind one', () => {
  const second = framesOf(talkOn(40_002, 60e9));
  const noise = Uint8Array.from({ length: 50 }, (_, i) => (i * 37) & 255);
  const containers = {
    'pcapng behind pcap': [pcapOf(frames), pcapngOf(second)],
    'pcapng of the other byte order behind pcap in nanoseconds': [
      pcapOf(frames, { nanoseconds: true }),
      pcapngOf(second, { littleEndian: false }),
    ],
    'pcap behind pcapng': [pcapngOf(frames), pcapOf(second)],
    'pcap of the other byte order behind pcapng': [pcapngOf(frames), pcapOf(second, { littleEndian: false })],
  };

  it.each(Object.entries(containers))('%s is read', (_what, parts) => {
    const bytes = joined(parts);
    for (const piece of [bytes.length, 1000, 7, 1]) {
      const cuts = Array.from({ length: Math.ceil(bytes.length / piece) - 1 }, (_, i) => (i + 1) * piece);
      const trace = inspectBytes(bytes, cuts);
      expect(connectionsOf(trace).map(({ client, start }) => [client.port, start])).toEqual([
        [40_001, 0],
        [40_002, 60e9],
      ]);
      expect(trace.notes.map(({ code }) => code)).toEqual(['second-file']);
      expect(trace.accounting.bytes).toMatchObject({ read: bytes.length, used: bytes.length, skipped: {} });
      expect(trace.complete).toBe(true);
    }
  });

  it.each(Object.entries(containers))('%s is found behind damage, too', (_what, [first, behind]) => {
    const bytes = joined([first!, noise, behind!, first!]);
    const trace = inspectBytes(bytes);
    expect(connectionsOf(trace).map(({ client }) => client.port)).toEqual(expect.arrayContaining([40_001, 40_002]));
    expect(trace.accounting.bytes.skipped).toEqual({ damage: noise.length });
    expect(unaccounted(trace.accounting)).toEqual([]);
  });
});

it('uses what was captured where the original length is a lie', () => {
  const lying = frames.map((frame) => ({ ...frame, originalLength: 1 }));
  const trace = inspectBytes(pcapOf(lying));
  expect(factsOf(trace)).toEqual(factsOf(whole));
  expect(trace.notes).toMatchObject([{ code: 'captured-longer-than-original', count: frames.length }]);
});

it('tells what a file is that is no capture', () => {
  const cases: [string, RegExp][] = [
    ['', /is empty/],
    ['{"a":1}', /looks like JSON/],
    ['some text', /looks like text/],
    ['\u0000\u0001\u0002\u0003', /begins with the bytes 00 01 02 03/],
  ];
  for (const [text, message] of cases) expect(() => inspectBytes(Buffer.from(text, 'latin1'))).toThrow(message);
});
