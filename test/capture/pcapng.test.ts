/** pcapng: sections, interfaces, resolutions, and blocks that are not as they should be. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { block, option, padded, section, u16, u32 } from '../support/annotated.ts';
import { connectionsOf, factsOf, unaccounted } from '../support/facts.ts';
import { inspectBytes, inspectFile } from '../support/inspect.ts';
import { shared } from '../support/shared.ts';
import { conversation, get, OK } from '../support/talk.ts';
import { framesOf, joined, pcapngOf, pcapOf, type WireSegment } from '../support/wire.ts';

const talkOn = (port: number, start = 0): WireSegment[] =>
  conversation({ client: { address: '10.0.0.1', port }, start })
    .handshake()
    .client(get())
    .server(OK).segments;
const frames = framesOf(talkOn(40_001));
const second = framesOf(talkOn(40_002, 60e9));
const expected = factsOf(inspectBytes(pcapOf(frames)));
const ports = (bytes: Uint8Array): number[] => connectionsOf(inspectBytes(bytes)).map(({ client }) => client.port);

describe('times', () => {
  it.each([3, 6, 9, 0x80 | 20, 0x80 | 30, 0x80 | 32])('of resolution %i', (resolution) => {
    // Multiples of 2^-3 s are whole ticks in all of them.
    const eighths = frames.map((frame, index) => ({ ...frame, time: index * 125e6 }));
    const trace = inspectBytes(pcapngOf(eighths, { resolution }));
    expect(trace.connection(0)).toMatchObject({ start: 0, handshake: 250e6, duration: 500e6 });
    expect(trace.epoch).toBe(1_700_000_000_000_000_000n);
    expect(trace.timeDigits).toBe(resolution === 3 || resolution === 6 ? 6 : 9);
  });

  it.each([1_000_000_000, -1_000_000, 1])('with an offset of %i s', (offset) => {
    const trace = inspectBytes(pcapngOf(frames, { offset }));
    expect(factsOf(trace)).toEqual(expected);
    expect(trace.epoch).toBe(1_700_000_000_000_000_000n);
  });
});

it('reads either byte order, and passes over what it does not know', () => {
  for (const littleEndian of [true, false])
    for (const noise of [true, false]) {
      const trace = inspectBytes(pcapngOf(frames, { littleEndian, noise }));
      expect(factsOf(trace)).toEqual(expected);
      expect(trace.complete).toBe(true);
      expect(unaccounted(trace.accounting)).toEqual([]);
    }
});

it('begins anew with a section, in another byte order, and connections go on', () => {
  const parts = [pcapngOf(frames.slice(0, 4)), pcapngOf(frames.slice(4), { littleEndian: false, resolution: 9 })];
  expect(factsOf(inspectBytes(joined(parts)))).toEqual(expected);
});

it('of another version, or without one, is read as far as it can be, and noted', () => {
  const bytes = pcapngOf(frames);
  new DataView(bytes.buffer).setUint16(12, 2, true);
  const trace = inspectBytes(bytes);
  expect(factsOf(trace)).toEqual(expected);
  expect(trace.notes).toMatchObject([{ code: 'unknown-version', detail: 'pcapng 2.0 instead of 1.0' }]);
  const short = block(0x0a0d0d0a, u32(0x1a2b3c4d));
  expect(inspectBytes(joined([short, short])).notes).toMatchObject([{ code: 'unknown-version', count: 2 }]);
});

describe('damage', () => {
  const bytes = pcapngOf([...frames, ...second]);
  const blocks = offsetsOf(bytes);

  it('of a block length is searched over', () => {
    for (const length of [0, 4, 8, 11, 0x7fffffff, 0xffffffff]) {
      const damaged = bytes.slice();
      new DataView(damaged.buffer).setUint32(blocks[6]! + 4, length, true);
      expect(ports(damaged)).toEqual([40_001, 40_002]);
      expect(unaccounted(inspectBytes(damaged).accounting)).toEqual([]);
    }
  });

  it('of the second length alone costs nothing', () => {
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(blocks[5]! - 4, 999, true);
    const trace = inspectBytes(damaged);
    expect(trace.captures[0]?.frames).toBe(frames.length + second.length);
    expect(trace.notes.map(({ code }) => code)).toContain('bad-block');
  });

  it('of an interface number costs that packet', () => {
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(blocks[6]! + 8, 7, true);
    const trace = inspectBytes(damaged);
    expect(trace.captures[0]?.frames).toBe(frames.length + second.length - 1);
    expect(trace.notes).toMatchObject([{ code: 'unknown-interface', count: 1 }]);
    expect(trace.accounting.bytes.skipped).toEqual({ 'bad-block': blocks[7]! - blocks[6]! });
  });

  // A length that is believed but goes beyond the end takes everything behind it along; the search has to begin there, too.
  it('put in between is passed over', () => {
    const junk = Uint8Array.from({ length: 101 }, (_, i) => (i * 37) & 255);
    expect(ports(joined([pcapngOf(frames), junk, pcapngOf(second)]))).toEqual([40_001, 40_002]);
  });
});

describe('frames that the capturing system lost', () => {
  const count = (value: number): number[] => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];
  const ethernet = block(1, u16(1), u16(0), u32(0));
  const [{ bytes: packet }] = frames as [(typeof frames)[number]];
  const enhanced = (number: number, ...options: number[][]): Uint8Array =>
    block(6, u32(number), u32(0), u32(0), u32(packet.length), u32(packet.length), padded([...packet]), ...options);
  const old = (drops: number): Uint8Array =>
    block(2, u16(0), u16(drops), u32(0), u32(0), u32(packet.length), u32(packet.length), padded([...packet]));
  const statistics = (number: number, ...options: number[][]): Uint8Array => block(5, u32(number), u32(0), u32(0), ...options);
  const lost = (...blocks: Uint8Array[]): [all: number | undefined, each: (number | undefined)[]] => {
    const [capture] = inspectBytes(joined([section, ethernet, ethernet, ...blocks])).captures;
    return [capture?.framesDropped, capture?.interfaces.map(({ dropped }) => dropped) ?? []];
  };

  it.each<[what: string, blocks: Uint8Array[], lost: ReturnType<typeof lost>]>([
    ['not said', [enhanced(0), old(0xffff), statistics(0, option(4, count(9)))], [undefined, [undefined, undefined]]],
    ['by the interface and by the system', [statistics(1, option(5, count(3)), option(7, count(4)))], [7, [undefined, 7]]],
    ['as the last statistics say', [statistics(0, option(5, count(3))), statistics(0, option(5, count(5)))], [5, [5, undefined]]],
    ['as packets say', [enhanced(0, option(4, count(2))), enhanced(1, option(2, u32(0)), option(4, count(1))), old(4)], [7, [6, 1]]],
    ['as statistics say, not as packets do', [enhanced(0, option(4, count(2))), statistics(0, option(5, count(0)))], [0, [0, undefined]]],
    [
      'on an interface that is not there',
      [statistics(5, option(5, count(2))), enhanced(5, option(4, count(2)))],
      [undefined, [undefined, undefined]],
    ],
    [
      'nothing that can be: not known',
      [statistics(0, option(5, [255, 255, 255, 255, 255, 255, 255, 255]))],
      [undefined, [undefined, undefined]],
    ],
  ])('%s', (_what, blocks, expected) => {
    expect(lost(...blocks)).toEqual(expected);
  });
});

it('interfaces and lost frames of captures joined with another kind between are told one after the other', () => {
  const told = (link: number, drops: number): Uint8Array => {
    const value = [...u16(5), ...u16(8), ...u32(drops), ...u32(0)];
    return joined([section, block(1, u16(link), u16(0), u32(0)), block(5, u32(0), u32(0), u32(0), value)]);
  };
  const [capture] = inspectBytes(joined([told(1, 3), pcapOf(frames), told(113, 4)])).captures;
  expect(capture!.framesDropped).toBe(7);
  expect(capture!.interfaces.map(({ linkType, dropped }) => [linkType, dropped])).toEqual([
    [1, 3],
    [113, 4],
  ]);
});

it('a comment on a packet that cannot be used is not one on the frame before it', () => {
  const ethernet = block(1, u16(1), u16(0), u32(0));
  const comment = option(1, [...Buffer.from('what?')]);
  const packet = (number: number, ...options: number[][]): Uint8Array => block(6, u32(number), u32(0), u32(0), u32(0), u32(0), ...options);
  const told = (number: number) =>
    inspectBytes(joined([section, ethernet, packet(0), packet(number, comment)])).captures[0]!.comments.filter(
      ({ about }) => about === 'frame',
    );
  expect(told(0)).toEqual([{ about: 'frame', number: 2, text: 'what?' }]);
  expect(told(7)).toEqual([]);
});

it('an interface beyond those that a connection has room for is not another one', () => {
  const ethernet = block(1, u16(1), u16(0), u32(0));
  const interfaces = Array.from({ length: 65_540 }, () => ethernet);
  const on = (number: number): Uint8Array[] =>
    frames.map(({ bytes }) => block(6, u32(number), u32(0), u32(0), u32(bytes.length), u32(bytes.length), padded([...bytes])));
  const told = (number: number) => inspectBytes(joined([section, ...interfaces, ...on(number)])).connection(0).interface;
  expect([65_534, 65_535, 65_537].map(told)).toEqual([65_534, undefined, undefined]);
});

it('any number of interfaces that differ stays within bounds', () => {
  const many = Array.from({ length: limits.interfaceKinds + 10 }, (_, i) => block(1, u16(1), u16(0), u32(i)));
  const trace = inspectBytes(
    joined([section, ...many, ...[0, many.length - 1].map((number) => block(6, u32(number), u32(0), u32(0), u32(0), u32(0)))]),
  );
  expect(trace.captures[0]?.frames).toBe(1);
  expect(trace.notes.map(({ code, count }) => [code, count])).toEqual(
    expect.arrayContaining([
      ['interface-limit', 10],
      ['unknown-interface', 1],
    ]),
  );
});

function offsetsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets: number[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 4, true)) offsets.push(at);
  return offsets;
}

const vectors = shared('vectors/pcapng');

describe.skipIf(!existsSync(vectors))('conformance', () => {
  const table = existsSync(vectors) ? readFileSync(join(vectors, 'counts.csv'), 'utf8').trim().split('\n').slice(1) : [];

  it.each(table.map((line) => line.split(',')))('%s has %s packets', (name = '', count) => {
    const path = findFile(vectors, name);
    expect(inspectFile(path).captures[0]?.frames).toBe(Number(count));
  });
});

function findFile(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path === name || path.endsWith(`/${name}`));
  return join(folder, found ?? name);
}
