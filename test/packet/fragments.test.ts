/** IP fragments are put together; the segment is booked on the frame that makes its datagram whole. */

import { expect, test } from 'vitest';
import { bytes, ethernet, hex, ipv4, ipv6, tcp, text, u16, u32, udp } from './build.ts';
import { decode } from './decode.ts';

const message = 'GET /a-rather-long-target-so-that-there-is-something-to-cut HTTP/1.1\r\nHost: a.test\r\n\r\n';
const segment = tcp({ flags: 0x18, payload: text(message) });

const fragment = (from: number, to: number, id = 99, payload: Uint8Array = segment): Uint8Array =>
  ethernet(0x0800, ipv4(payload.slice(from, to), { id, offset: from, more: to < payload.length }));
const fragment6 = (from: number, to: number, id = 99): Uint8Array =>
  ethernet(0x86dd, ipv6(bytes([6, 0], u16(from | (to < segment.length ? 1 : 0)), u32(id), segment.slice(from, to)), 44));

const cuts = [0, 24, 48, 72, segment.length];
const pieces = (make: (from: number, to: number) => Uint8Array): Uint8Array[] => cuts.slice(1).map((to, i) => make(cuts[i]!, to));

test.each([
  ['in order', (frames: Uint8Array[]) => frames],
  ['reversed', (frames: Uint8Array[]) => frames.toReversed()],
  ['twice', (frames: Uint8Array[]) => [frames[1]!, frames[1]!, frames[0]!, frames[3]!, frames[2]!]],
])('IPv4 and IPv6, %s', (_name, order) => {
  for (const make of [fragment, fragment6]) {
    const frames = order(pieces(make));
    const { segments, facts, notes } = decode(frames);
    expect(segments).toMatchObject([{ frame: frames.length, ports: [40_000, 80], payload: message }]);
    expect(segments[0]!.source).toBe(make === fragment ? '10.0.0.1' : '2001:db8::1');
    expect(facts.other).toEqual({ 'ip-fragment': frames.length - 1 });
    expect(facts.unusable).toEqual({});
    expect(notes).toEqual([]);
  }
});

test('a cut through the middle of the TCP header', () => {
  expect(decode([fragment(0, 16), fragment(16, segment.length)]).segments).toMatchObject([{ payload: message }]);
});

test('two datagrams at once, told apart by id', () => {
  const [a, b] = [pieces((from, to) => fragment(from, to, 1)), pieces((from, to) => fragment(from, to, 2))];
  expect(decode([a[0]!, b[0]!, a[1]!, b[1]!, b[2]!, a[2]!, a[3]!, b[3]!]).segments.map((s) => s.frame)).toEqual([7, 8]);
});

test('the first bytes win where two fragments differ, and that is noted', () => {
  const other = segment.map((byte, i) => (i >= 30 ? 0x2a : byte));
  const { segments, notes } = decode([fragment(0, 48), fragment(24, 72, 99, other), fragment(72, segment.length)]);
  expect(segments[0]!.payload.slice(0, 28)).toBe(message.slice(0, 28));
  expect(segments[0]!.payload.slice(28, 52)).toBe('*'.repeat(24));
  expect(notes).toEqual(['fragment-conflict']);
});

test('what never gets whole, or is too long, is counted and noted', () => {
  const tooFar = ethernet(0x0800, ipv4(new Uint8Array(64), { id: 5, offset: 65_528 }));
  const { segments, facts, notes } = decode([fragment(0, 24), fragment(48, 72), tooFar]);
  expect(segments).toEqual([]);
  expect(facts.unusable).toEqual({ 'ip-fragment': 3 });
  expect(notes).toEqual(['fragment-conflict', 'ip-fragment']);
});

test('a fragment of another minute belongs to another datagram', () => {
  const frames = [
    { data: fragment(0, 24), at: 0 },
    { data: fragment(24, segment.length), at: 61e6 },
    { data: fragment(0, 24), at: 61e6 },
  ];
  expect(decode(frames).segments.map((s) => s.frame)).toEqual([3]);
});

test('fragments of a tunnel packet: the connection is inside', () => {
  const packet = udp(2152, 2152, bytes(hex('30ff 0000 00000001'), ipv4(segment)));
  const half = (from: number, to: number): Uint8Array =>
    ethernet(0x0800, ipv4(packet.slice(from, to), { protocol: 17, offset: from, more: to < packet.length }));
  expect(decode([half(0, 64), half(64, packet.length)]).segments).toMatchObject([{ frame: 2, tunnel: 'gtp', payload: message }]);
});

test('fragments captured in part: the first one shows its segment, as Wireshark does', () => {
  const first = fragment(0, 72);
  const cut = [
    { data: first.slice(0, 60), original: first.length },
    { data: fragment(72, segment.length).slice(0, 40), original: 60 },
  ];
  const { segments, facts } = decode(cut);
  expect(segments).toMatchObject([{ payloadLength: 52 }]);
  expect(facts.unusable).toEqual({ 'ip-fragment': 1 });
});

test('a cut first fragment of a tunnel packet is counted once', () => {
  const packet = ipv4(udp(2152, 2152, bytes(hex('30ff 0000 00000001'), ipv4(segment))), { protocol: 17, more: true });
  const frames = Array.from({ length: packet.length }, (_, length) => ({
    data: ethernet(0x0800, packet.slice(0, length)),
    original: 14 + packet.length,
  }));
  expect(() => decode(frames)).not.toThrow();
});

test('many that never get whole stay within bounds', () => {
  const frames = Array.from({ length: 70_000 }, (_, i) =>
    ethernet(0x0800, ipv4(new Uint8Array(8), { id: i & 0xffff, from: [10, 1, i >> 16, 1], more: true })),
  );
  const { facts, notes } = decode(frames);
  expect(facts.unusable).toEqual({ 'ip-fragment': 70_000 });
  expect(notes).toEqual(['fragment-limit', 'ip-fragment']);
});
