/** Compressed captures: recognised by content, unpacked in pieces, bounded; damage is noted and costs only what is damaged. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { unpacked } from '../../src/capture/compression.ts';
import { CaptureFault, capturesSize, openCapture, SourceFacts } from '../../src/capture/index.ts';
import { Xxh32 } from '../../src/capture/xxh32.ts';
import { Xxh64 } from '../../src/capture/xxh64.ts';
import { zstdFrame } from '../../src/capture/zstd-frame.ts';
import { Inspector } from '../../src/trace/index.ts';
import { bytes, ethernet, ipv4, pcap, tcp, text, u16 } from '../packet/build.ts';

const client = [10, 0, 0, 1];
const server = [10, 0, 0, 2];

/** Three exchanges on one connection, 864 bytes. */
function conversation(): Uint8Array {
  const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  const frames: Uint8Array[] = [];
  const say = (fromClient: boolean, parts: Parameters<typeof tcp>[0]): void => {
    const ports = fromClient ? { from: 40_000, to: 80 } : { from: 80, to: 40_000 };
    const addresses = fromClient ? { from: client, to: server } : { from: server, to: client };
    frames.push(ethernet(0x0800, ipv4(tcp({ ...ports, ...parts }), { id: frames.length + 1, ...addresses })));
  };
  say(true, { sequence: 0, flags: 0x02 });
  say(false, { sequence: 100, acknowledgment: 1, flags: 0x12 });
  say(true, { sequence: 1, acknowledgment: 101, flags: 0x10 });
  for (let i = 0; i < 3; i += 1) {
    const [sent, received] = [1 + i * get.length, 101 + i * ok.length];
    say(true, { sequence: sent, acknowledgment: received, flags: 0x18, payload: text(get) });
    say(false, { sequence: received, acknowledgment: sent + get.length, flags: 0x18, payload: text(ok) });
  }
  return pcap(frames);
}

const plain = conversation();

/** The same, as `zstd -19`, `lz4 -9 --content-size` and `lz4 -l` pack it. */
const zstd = Buffer.from(
  'KLUv/WRgAg0HAAJOKCKA22ab4jHCMlZBjujWmR/hogHuP7++kJoMhcCU7gY1K2UKo7saCq5bFgiWrxIGqy8OBJCOYlKVTh+noTp9qhPqwh02ng4CkXQX/wp2' +
    'RBc9wB24gyr1qRyjjqJKoTTcIeKIPDwQSNM9OhAmUxGoCT10AML7rgG2hKed9ArLq22bVgbYvH9vhbXNaXMPKmsZYxa037bfJv99Zq8NDNxaL1gsHyBwKdMD' +
    'm4U+kdWEtBTvUaVPZDVhaKlKXF+/MdoT4JZ6eohO0uwhXMNBD8D2+I5g4QqI4iDYJHS7rsIiDrIRY1I=',
  'base64',
);
const lz4 = Buffer.from(
  'BCJNGGxAYAMAAAAAAADzPgEAAIbUw7KhAgAEAAEAMAQAAQcAMPFTZQcAEzYEABACDQARAgYAcAEIAEUAACgnAPQBQAYAAAoAAAEKAAACnEAAUEQAU1ACA+gA' +
    'RgAfAUYACxUCRgAQAkoAgABQnEAAAABkIgAmUBJGAB8CRgALHwOMAAIAewA2ZVAQRgBTAwAAAFYEAA1GAD9IAARGAAgSGEYA8BFHRVQgLyBIVFRQLzEuMQ0K' +
    'SG9zdDogYS50ZXN0DQoNCmYAAE4BE1wEAA1mAD9OAAXyAAIAbgEUIWYABGAA9AsgMjAwIE9LDQpDb250ZW50LUxlbmd0aDogMGwAHwXSAAsfBtIAAl8hAAAA' +
    'i9IAGR8G0gALHwfSAAJfiwAAAEHSAB8fB9IACx8I0gACX0EAAACx0gAZHwjSAAsfCdIAAl+xAAAAYdIAFlAwDQoNCgAAAACkcZ+y',
  'base64',
);
const lz4Legacy = Buffer.from(
  'AiFMGHcBAACG1MOyoQIABAABADAEAAENADDxU2UHABM2BAAQAg0AEQIGAHABCABFAAAoJwDwAUAGAAAKAAABCgAAApxAAFAlAAACAEBQAgPoCABAAPFTZU4A' +
    'D0YACBUCRgAQAkoA5gBQnEAAAABkAAAAAVASRgAAegAPRgAIFQNGAAiMAAB7ADZlUBBGAFMDAAAAVgQAAFIACdIAEEgHAQ/SAAACRgASGEYA8BFHRVQgLyBI' +
    'VFRQLzEuMQ0KSG9zdDogYS50ZXN0DQoNCvIAAE4BE1wEAA1mADVOAAVmAAjyAFRlAAAAIWYABGAA9AsgMjAwIE9LDQpDb250ZW50LUxlbmd0aDogMGwAEwXO' +
    'AADWAA1sADVIAAZsAAgYAVQhAAAAi2wAD9IAERMGzgAA1gANZgA1TgAHZgAI0gBUiwAAAEFmAA/SABcfB9IACxUIbAAI0gBUQQAAALFsAA/SABEfCNIACxUJ' +
    'ZgAI0gBUsQAAAGFmAA/SAA5QMA0KDQo=',
  'base64',
);

const gzip = gzipSync(plain);
/** A frame of stored blocks, as the format allows: no packer needed. */
const zstdStored = (content: Uint8Array): Uint8Array =>
  bytes([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38], threeBytes((content.length << 3) | 1), content);
const threeBytes = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255];

interface Unpacked {
  readonly fault: string | undefined;
  readonly bytes: Uint8Array;
  readonly facts: SourceFacts;
  readonly notes: readonly string[];
}

async function unpack(packed: Uint8Array, piece = 1 << 18, maximum?: number): Promise<Unpacked> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const borrowed = new Uint8Array(piece);
    for (let p = 0; p < packed.length; p += piece) {
      const part = packed.subarray(p, p + piece);
      borrowed.fill(0xee);
      borrowed.set(part);
      yield borrowed.subarray(0, part.length);
    }
  }
  const facts = new SourceFacts();
  const out: Uint8Array[] = [];
  let fault: string | undefined;
  try {
    for await (const part of unpacked(pieces(), facts, 'x', { maxUncompressed: maximum })) out.push(part.slice());
  } catch (error) {
    // Nothing at all came out, and it is said why.
    if (!(error instanceof CaptureFault && error.message.includes('unpacked ('))) throw error;
    fault = error.message;
  }
  return { fault, bytes: Buffer.concat(out), facts, notes: facts.notes.list().map((note) => `${note.code}: ${note.detail}`) };
}

test.each([
  ['gzip', 'gzip', gzip],
  [
    'gzip with a name and a check of its header',
    'gzip',
    bytes([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3], u16(0x0200), [1, 2], text('a\0b\0'), [9, 9], gzip.subarray(10)),
  ],
  ['zstd', 'zstd', zstd],
  ['zstd, stored', 'zstd', zstdStored(plain)],
  ['lz4', 'lz4', lz4],
  ['lz4, legacy', 'lz4', lz4Legacy],
] as const)('%s, in pieces of any size', async (_name, compression, packed) => {
  for (const piece of [1, 2, 3, 7, 100, 1 << 18]) {
    const result = await unpack(packed, piece);
    expect(Buffer.compare(result.bytes, plain)).toBe(0);
    expect(result.notes).toEqual([]);
    expect(result.facts).toMatchObject({ compression, packed: packed.length, unpacked: plain.length, damaged: false });
  }
});

test.each([
  ['gzip', gzip],
  ['zstd', zstd],
  ['lz4', lz4],
  ['lz4Legacy', lz4Legacy],
])('%s: two, one behind the other', async (_name, packed) => {
  const { bytes: out, notes } = await unpack(bytes(packed, packed), 50);
  expect(Buffer.compare(out, bytes(plain, plain))).toBe(0);
  expect(notes).toEqual([]);
});

test('what is not compressed goes through as it is', async () => {
  const { bytes: out, facts } = await unpack(plain, 5);
  expect(Buffer.compare(out, plain)).toBe(0);
  expect(facts.compression).toBeUndefined();
  expect((await unpack(new Uint8Array(0))).bytes).toHaveLength(0);
});

test.each([
  ['gzip', gzip],
  ['zstd', zstd],
  ['lz4', lz4],
])('%s, cut anywhere: what is whole comes out, and it is said', async (_name, packed) => {
  for (let length = 5; length < packed.length; length += 1) {
    const { bytes: out, facts } = await unpack(packed.subarray(0, length));
    expect(Buffer.compare(out, plain.subarray(0, out.length))).toBe(0);
    expect(facts.damaged).toBe(true);
  }
});

test('a cut gzip file gives all of its bytes up to the cut', async () => {
  const noise = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
  const packed = gzipSync(noise);
  const { bytes: out } = await unpack(packed.subarray(0, packed.length >> 1));
  expect(out.length).toBe(gunzipSync(packed.subarray(0, packed.length >> 1), { finishFlush: constants.Z_SYNC_FLUSH }).length);
  expect(Buffer.compare(out, noise.subarray(0, out.length))).toBe(0);
});

test('damage anywhere never throws', async () => {
  for (const packed of [gzip, zstd, lz4, lz4Legacy])
    for (let at = 4; at < packed.length; at += 1) {
      const damaged = Uint8Array.from(packed);
      damaged[at] = damaged[at]! ^ 0x55;
      await unpack(damaged).catch((error: Error) => expect(error.message).toMatch(/window/));
    }
});

test('a wrong check is noted, its bytes are used', async () => {
  const wrong = Uint8Array.from(gzip);
  wrong[wrong.length - 8] = wrong[wrong.length - 8]! ^ 1;
  const result = await unpack(wrong);
  expect(Buffer.compare(result.bytes, plain)).toBe(0);
  expect(result.notes).toEqual(['bad-compression: gzip: wrong check of the member at offset 0']);
});

test('foreign bytes behind the last member are named; zeros are padding', async () => {
  expect((await unpack(bytes(gzip, new Uint8Array(512)))).notes).toEqual([]);
  expect((await unpack(bytes(gzip, text('more')))).notes).toEqual([
    `bad-compression: gzip: 4 foreign bytes behind the last member at offset ${gzip.length}`,
  ]);
});

test('one layer only', async () => {
  await expect(unpack(gzipSync(gzip))).rejects.toThrow('gzip inside gzip');
  await expect(unpack(gzipSync(lz4))).rejects.toThrow('lz4 inside gzip');
});

test('the limit stops what comes out, exactly', async () => {
  const { bytes: out, notes } = await unpack(gzip, 1 << 18, 500);
  expect(Buffer.compare(out, plain.subarray(0, 500))).toBe(0);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^unpacked-limit: 500 bytes from \d+ of gzip; --max-uncompressed allows more$/);
});

test('a window that is too large is refused before anything is allocated', async () => {
  const greedy = bytes([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xb8], threeBytes(1));
  await expect(unpack(greedy)).rejects.toThrow('window');
});

test('blocks without an end cost no more than they are worth', async () => {
  const empty = new Array<number[]>(5000).fill(threeBytes(0)).flat();
  const { notes } = await unpack(bytes([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68], empty));
  expect(notes).toEqual([expect.stringContaining('too many empty blocks')]);
});

test('a wrong check of a zstd frame, and a length that is a lie, are noted; the bytes are used', async () => {
  const packed = new Uint8Array(readFileSync(new URL('../../samples/rotated_00002.pcap.zst', import.meta.url)));
  const whole = await unpack(packed);
  expect(whole).toMatchObject({ notes: [], bytes: { length: 2528 } });
  const wrong = packed.slice();
  wrong[wrong.length - 1] = ~wrong.at(-1)!;
  expect((await unpack(wrong)).notes).toEqual([expect.stringMatching(/^bad-compression: zstd: /)]);
  // One block that is not packed; its frame has eight bytes for the length.
  const lying = bytes([0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x38], [9, 0, 0, 0, 0, 0, 0, 0], threeBytes((8 << 3) | 1), text('12345678'));
  expect((await unpack(lying)).notes).toEqual([expect.stringMatching(/^bad-compression: zstd: /)]);
});

test('lz4: a length that is a lie is noted, the bytes are used', async () => {
  const lying = Uint8Array.from(lz4);
  lying[6] = 1;
  lying[14] = (Xxh32.of(lying.subarray(4, 14)) >>> 8) & 255;
  const { bytes: out, notes } = await unpack(lying);
  expect(Buffer.compare(out, plain)).toBe(0);
  expect(notes).toEqual(['bad-compression: lz4: 864 bytes instead of 769 in the frame at offset 0']);
});

test('lz4: what is to be skipped may be as long as its 32 bits say', async () => {
  const { notes } = await unpack(bytes(lz4, [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0x80], text('cut')));
  expect(notes).toEqual([expect.stringMatching(/^bad-compression: lz4: cut/)]);
});

test.each([
  ['lz4', lz4],
  ['lz4Legacy', lz4Legacy],
])('a cut %s file gives what can be unpacked of its last block', async (_name, packed) => {
  let before = 0;
  for (let length = 20; length < packed.length - 8; length += 1) {
    const { bytes: out, notes } = await unpack(packed.subarray(0, length));
    expect(Buffer.compare(out, plain.subarray(0, out.length))).toBe(0);
    expect(out.length).toBeGreaterThanOrEqual(before);
    expect(notes).toEqual([expect.stringMatching(/^bad-compression: lz4: cut/)]);
    before = out.length;
  }
  expect(before).toBeGreaterThan(800);
});

test('what holds nothing is said to be empty, or why nothing could be unpacked', async () => {
  await expect(unpack(gzipSync(''))).rejects.toThrow('x is empty: gzip of 0 bytes');
  const { fault } = await unpack(zstd.subarray(0, 100));
  expect(fault).toBe('x is no capture: nothing could be unpacked (zstd: cut in the frame at offset 0)');
});

test('xxHash of known texts', () => {
  expect(Xxh32.of(text('')) >>> 0).toBe(0x02cc5d05);
  expect(Xxh32.of(text('Nobody inspects the spammish repetition')) >>> 0).toBe(0xe2293b2f);
  const long = (content: Uint8Array, piece: number): bigint => {
    const hash = new Xxh64();
    for (let p = 0; p < content.length; p += piece) hash.add(content.subarray(p, p + piece));
    return hash.value();
  };
  expect(long(text(''), 1)).toBe(0xef46db3751d8e999n);
  // A check that zstd itself wrote: of three exchanges, 864 bytes.
  for (const piece of [1, 7, 31, 32, 33, 864]) expect(long(plain, piece) & 0xffffffffn).toBe(BigInt(zstd.readUInt32LE(zstd.length - 4)));
});

const folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['gzip', gzip],
  ['zstd', zstd],
  ['lz4', lz4],
])('a %s file read by the inspector gives the report of the plain one', async (compression, packed) => {
  const path = join(folder, `c.pcap.${compression}`);
  writeFileSync(path, packed);
  expect(capturesSize([path])).toBeUndefined();
  const opened = openCapture(path);
  const inspector = new Inspector({ source: opened.source });
  for await (const piece of opened) inspector.push(piece);
  inspector.end();
  const trace = inspector.trace();
  expect(trace.captures[0]).toMatchObject({ compression, container: 'pcap', bytes: plain.length, frames: 9 });
  expect(trace.complete).toBe(true);
  expect(trace.connection(0)).toMatchObject({ requests: 3, reuses: 2 });
});

test('a damaged one is read, and the trace is not complete', async () => {
  const path = join(folder, 'cut.pcap.gz');
  writeFileSync(path, bytes(gzip.subarray(0, 10), deflateRawSync(plain), [0, 0]));
  const opened = openCapture(path);
  const inspector = new Inspector({ source: opened.source });
  for await (const piece of opened) inspector.push(piece);
  inspector.end();
  expect(inspector.trace()).toMatchObject({ complete: false, size: 1 });
  expect(inspector.trace().notes.map((note) => note.code)).toContain('bad-compression');
});

const hasNative = 'createZstdDecompress' in zlib;

test.skipIf(!hasNative)(`zstd of Node and of fzstd give the same${hasNative ? '' : ' (skipped: this Node has no zstd)'}`, async () => {
  const packed = readFileSync(new URL('../../samples/rotated_00002.pcap.zst', import.meta.url));
  const [theirs, ours] = await Promise.all([true, false].map(async (native) => Buffer.concat(await zstdFrame(native).push(packed, true))));
  expect(theirs).toEqual(ours);
  expect(ours!.length).toBe(2528);
  const wrong = Uint8Array.from(packed);
  wrong[wrong.length - 1] = ~wrong.at(-1)!;
  await expect(zstdFrame(true).push(wrong, true)).rejects.toThrow();
});
