/** Every link type finds the same segment. */

import { describe, expect, test } from 'vitest';
import { linkTypes } from '../../src/capture/index.ts';
import { bytes, ethernet, hex, ipv4, ipv6, tcp, u16, u32 } from './build.ts';
import { decode } from './decode.ts';

const v4 = ipv4(tcp({ payload: [0x68, 0x69] }));
const v6 = ipv6(tcp({ payload: [0x68, 0x69] }));
const snap = hex('aa aa 03 00 00 00 08 00');
const wlan = (flags: number, more: Uint8Array = new Uint8Array(0), control = 0x08): Uint8Array =>
  bytes([control, flags, 0, 0], hex('020000000001 020000000002 020000000003 1000'), more);
const radiotap = hex('00 00 09 00  02 00 00 00  00');

const links: readonly (readonly [name: string, linkType: number, frame: Uint8Array])[] = [
  ['Ethernet', linkTypes.ETHERNET, ethernet(0x0800, v4)],
  ['Ethernet with IPv6', linkTypes.ETHERNET, ethernet(0x86dd, v6)],
  ['802.3 with LLC and SNAP', linkTypes.ETHERNET, ethernet(8 + v4.length, bytes(snap, v4))],
  ['802.3 with LLC alone', linkTypes.ETHERNET, ethernet(3 + v4.length, bytes([6, 6, 3], v4))],
  ['VLAN, then LLC', linkTypes.ETHERNET, ethernet(0x8100, bytes(u16(5), u16(8 + v4.length), snap, v4))],
  ['raw IP', linkTypes.RAW, v6],
  ['raw IPv4', linkTypes.IPV4, v4],
  ['loopback, little-endian', linkTypes.NULL, bytes([2, 0, 0, 0], v4)],
  ['loopback, big-endian', linkTypes.LOOP, bytes([0, 0, 0, 30], v6)],
  ['Linux cooked', linkTypes.LINUX_SLL, bytes(hex('0000 0001 0006 020000000001 0000 0800'), v4)],
  ['Linux cooked 2', linkTypes.LINUX_SLL2, bytes(hex('0800 0000 00000002 0001 00 06 020000000001 0000'), v4)],
  ['PPP', linkTypes.PPP, bytes([0, 0x21], v4)],
  ['PPP with a short protocol', linkTypes.PPP, bytes([0xff, 3, 0x57], v6)],
  ['PPP in HDLC', linkTypes.PPP_HDLC, bytes([0xff, 3, 0, 0x21], v4)],
  ['PPP with a direction', linkTypes.PPP_WITH_DIR, bytes([1, 0xff, 3, 0, 0x21], v4)],
  ['Cisco HDLC', linkTypes.C_HDLC, bytes([0x0f, 0, 8, 0], v4)],
  ['PPPoE', linkTypes.PPP_ETHER, bytes(hex('11 00 002a'), u16(2 + v4.length), [0, 0x21], v4)],
  ['PPPoE in Ethernet', linkTypes.ETHERNET, ethernet(0x8864, bytes(hex('11 00 002a'), u16(2 + v6.length), [0, 0x57], v6))],
  ['MPLS, two labels', linkTypes.ETHERNET, ethernet(0x8847, bytes(hex('00010040 000201ff'), v4))],
  ['MPLS pseudo-wire', linkTypes.ETHERNET, ethernet(0x8847, bytes(hex('000101ff 00000000'), ethernet(0x0800, v4)))],
  ['MPLS pseudo-wire without control word', linkTypes.ETHERNET, ethernet(0x8847, bytes(hex('000101ff'), ethernet(0x86dd, v6)))],
  ['802.1ah, frames in frames', linkTypes.ETHERNET, ethernet(0x88a8, bytes(u16(5), u16(0x88e7), hex('0000002a'), ethernet(0x0800, v4)))],
  ['802.11', linkTypes.IEEE802_11, bytes(wlan(1), snap, v4)],
  ['802.11 with QoS, between access points', linkTypes.IEEE802_11, bytes(wlan(3, hex('020000000004 0000'), 0x88), snap, v4)],
  ['radiotap, padded', linkTypes.RADIOTAP, bytes(hex('00 00 09 00  02 00 00 00  20'), wlan(1, hex('0000 0000'), 0x88), snap, v4)],
  ['radiotap', linkTypes.RADIOTAP, bytes(radiotap, wlan(1), snap, v4)],
  ['Prism', linkTypes.PRISM, bytes(hex('44000000 0c000000 00000000'), wlan(2), snap, v4)],
  ['AVS', linkTypes.AVS, bytes(hex('80211001 0000000c 00000000'), wlan(2), snap, v4)],
  ['PPI', linkTypes.PPI, bytes(hex('00 00 0800 69000000'), wlan(2), snap, v4)],
  ['PFLOG', linkTypes.PFLOG, bytes([61, 2, 0, 0], new Uint8Array(60), v4)],
  ['NFLOG', linkTypes.NFLOG, bytes(hex('02 00 0000  0500 0a00 61 000000'), [4 + v4.length, 0, 9, 0], v4)],
  ['FDDI', linkTypes.FDDI, bytes(hex('50 020000000001 020000000002'), snap, v4)],
  ['token ring with a route', linkTypes.TOKEN_RING, bytes(hex('10 40 020000000001 820000000002 0400 0000'), snap, v4)],
  ['Juniper Ethernet', linkTypes.JUNIPER_ETHER, bytes(hex('4d4743 80 0002 0000'), ethernet(0x0800, v4))],
];

test.each(links)('%s', (_name, linkType, frame) => {
  const { segments, facts } = decode([frame], linkType);
  expect(facts.unusable).toEqual({});
  expect(segments).toMatchObject([{ ports: [40_000, 80], payload: 'hi', payloadLength: 2 }]);
});

describe('several packets in one 802.11 frame', () => {
  const part = (packet: Uint8Array, last = false): Uint8Array => {
    const whole = bytes(hex('020000000001 020000000002'), u16(8 + packet.length), snap, packet);
    return last ? whole : bytes(whole, new Uint8Array(-whole.length & 3));
  };
  const frame = (...parts: Uint8Array[]): Uint8Array => bytes(radiotap, wlan(1, hex('8000'), 0x88), ...parts);
  const named = (payload: string): Uint8Array => ipv4(tcp({ payload: Buffer.from(payload), sequence: payload.length }));
  const udpPacket = ipv4(new Uint8Array(8), { protocol: 17 });

  test('are all read, and the frame is counted once', () => {
    const { segments, facts } = decode([frame(part(named('a')), part(named('bcd')), part(named('ef'), true))], linkTypes.RADIOTAP);
    expect(segments.map(({ payload, frame: number }) => [payload, number])).toEqual([
      ['a', 1],
      ['bcd', 1],
      ['ef', 1],
    ]);
    expect(facts).toMatchObject({ tcp: 1, other: {}, unusable: {} });
  });

  test('of which some are no TCP', () => {
    const mixed = [frame(part(udpPacket), part(named('a'), true)), frame(part(udpPacket), part(udpPacket, true)), frame()];
    const { segments, facts } = decode([...mixed, frame(part(udpPacket, true))], linkTypes.RADIOTAP);
    expect(segments.map(({ payload }) => payload)).toEqual(['a']);
    expect(facts).toMatchObject({ tcp: 1, other: { udp: 2 } });
  });

  test('cut anywhere, are counted', () => {
    const whole = frame(part(named('a')), part(named('bcd')), part(ipv4(tcp(), { more: true })), part(named('ef'), true));
    const cut = Array.from({ length: whole.length }, (_, length) => ({ data: whole.slice(0, length), original: whole.length }));
    expect(() => decode([...cut, whole], linkTypes.RADIOTAP)).not.toThrow();
  });
});

test.each(links)('%s, cut anywhere, never throws and is counted', (_name, linkType, frame) => {
  const cut = Array.from({ length: frame.length }, (_, length) => ({ data: frame.slice(0, length), original: frame.length }));
  expect(() => decode(cut, linkType)).not.toThrow();
});

test('what holds no TCP for us is named', () => {
  const encrypted = bytes(radiotap, wlan(0x41), v4);
  const beacon = bytes(radiotap, wlan(0, undefined, 0x80));
  expect(decode([encrypted, beacon], linkTypes.RADIOTAP).facts.other).toEqual({ 'wlan-encrypted': 1, wlan: 1 });
  expect(decode([ethernet(0x0806, new Uint8Array(28)), ethernet(40, bytes([0x42, 0x42, 3], new Uint8Array(37)))]).facts.other).toEqual({
    arp: 1,
    llc: 1,
  });
  expect(decode([v4], 147).facts.unusable).toEqual({ 'unknown-link-type': 1 });
});

test('padding behind the length of IP or 802.3 is not payload', () => {
  const padded = ethernet(0x0800, bytes(ipv4(tcp()), new Uint8Array(6).fill(0x58)));
  const padded3 = ethernet(8 + 40, bytes(snap, ipv4(tcp()), new Uint8Array(6).fill(0x58)));
  expect(decode([padded, padded3]).segments.map((s) => s.payloadLength)).toEqual([0, 0]);
});

test('total length 0: what was captured is taken; an absurd length on the wire is not', () => {
  const big = ipv4(tcp({ payload: new Uint8Array(3000) }), { total: 0 });
  const { segments, notes } = decode([ethernet(0x0800, big), { data: ethernet(0x0800, big), original: 0xffffffff }]);
  expect(segments.map((s) => s.payloadLength)).toEqual([3000, 3000]);
  expect(notes).toContain('segmentation-offload');
});

test('an IPv6 jumbogram: the length is what is on the wire', () => {
  const jumbo = ipv6(bytes([6, 0, 0xc2, 4], u32(8 + 20 + 3000), tcp({ payload: new Uint8Array(3000) })), 0, 0);
  const { segments, notes } = decode([ethernet(0x86dd, jumbo)]);
  expect(segments.map((s) => s.payloadLength)).toEqual([3000]);
  expect(notes).toEqual([]);
});

test('a TCP header cut behind its window is enough', () => {
  const frame = ethernet(0x0800, v4);
  const { segments, facts } = decode([16, 15].map((length) => ({ data: frame.slice(0, 34 + length), original: frame.length })));
  expect(segments).toMatchObject([{ payloadLength: 2, payload: '' }]);
  expect(facts.unusable).toEqual({ 'bad-tcp-header': 1 });
});
