/** Tunnels and VLANs: looked through, and part of what tells connections apart. */

import { expect, test } from 'vitest';
import { type LinkTags, LinkTags as Tags } from '../../src/packet/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { bytes, ethernet, hex, ipv4, ipv6, pcap, tcp, u16, udp } from './build.ts';
import { decode } from './decode.ts';

const v4 = ipv4(tcp({ payload: [0x68, 0x69] }));
const v6 = ipv6(tcp({ payload: [0x68, 0x69] }));
const inner = ethernet(0x0800, v4);
const outer = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(0x0800, ipv4(payload, { protocol, from: [192, 0, 2, 1] }));
const vxlan = (id: number, frame: Uint8Array = inner): Uint8Array =>
  outer(17, udp(50_000, 4789, bytes(hex('08000000 0000'), [id, 0], frame)));

test.each([
  ['ipip', outer(4, v4)],
  ['6in4', outer(41, v6)],
  ['4in6', ethernet(0x86dd, ipv6(v4, 4))],
  ['6in6', ethernet(0x86dd, ipv6(v6, 41))],
  ['gre', outer(47, bytes(hex('0000 0800'), v4))],
  ['gre:42', outer(47, bytes(hex('b000 6558 0000 0000 0000002a 00000001'), inner))],
  ['gre', outer(47, bytes(hex('3081 880b 0000 0001 00000001 00000001'), [0, 0x21], v4))],
  ['erspan', outer(47, bytes(hex('0000 88be'), inner))],
  ['erspan:100', outer(47, bytes(hex('1000 88be 00000001  1064 0064 00000001'), inner))],
  ['erspan:7', outer(47, bytes(hex('1000 22eb 00000001  2064 0007 00000001 00000001  0000000000000000'), inner))],
  ['vxlan:42', vxlan(42)],
  ['vxlan:42', outer(17, udp(50_000, 4790, bytes(hex('0c000001 00002a00'), v4)))],
  ['vxlan:42', outer(17, udp(50_000, 4790, bytes(hex('0c000003 00002a00'), inner)))],
  ['geneve:42', outer(17, udp(1, 6081, bytes(hex('0100 6558 00002a00 00000000'), inner)))],
  ['gtp', outer(17, udp(5906, 2152, bytes(hex('30ff 0034 00000001'), v4)))],
  ['gtp', outer(17, udp(2152, 2152, bytes(hex('34ff 0034 00000001 00000085 01000000'), v6)))],
  ['pppoe:42', ethernet(0x8864, bytes(hex('11 00 002a'), u16(2 + v4.length), [0, 0x21], v4))],
  ['etherip', outer(97, bytes([0x30, 0], inner))],
] as const)('%s', (name, frame) => {
  const { segments, facts } = decode([frame]);
  expect(facts.unusable).toEqual({});
  // ERSPAN type III has 8 more bytes only where its last bit is set.
  expect(segments).toMatchObject(name === 'erspan:7' ? [{ tunnel: name }] : [{ tunnel: name, payload: 'hi', vlan: [] }]);
});

test('the innermost tunnel is named, the VLANs on both sides of it are kept', () => {
  const tagged = ethernet(0x8100, bytes(u16(20), u16(0x0800), v4));
  const frame = vxlan(42, tagged);
  const both = bytes(frame.subarray(0, 12), u16(0x88a8), u16(10), frame.subarray(12));
  expect(decode([both]).segments).toMatchObject([{ vlan: [10, 20], tunnel: 'vxlan:42' }]);
});

test('UDP on a tunnel port that is none stays UDP', () => {
  const noTunnel = outer(17, udp(53, 4789, new Uint8Array(20)));
  const control = outer(17, udp(2152, 2152, bytes(hex('3201 0004 00000000'), new Uint8Array(8))));
  expect(decode([noTunnel, control]).facts.other).toEqual({ udp: 2 });
});

test('sixteen layers and no more', () => {
  const nested = (depth: number): Uint8Array => {
    let packet = v4;
    for (let i = 1; i < depth; i += 1) packet = ipv4(packet, { protocol: 4 });
    return ethernet(0x0800, packet);
  };
  expect(decode([nested(16)]).segments).toHaveLength(1);
  expect(decode([nested(17), nested(40)]).facts.unusable).toEqual({ 'too-deep': 2 });
});

test('the same addresses in two tunnels are two connections, and each says which', () => {
  const trace = inspectBytes(pcap([vxlan(1), vxlan(2), outer(47, bytes(hex('2000 0800 00000009'), v4)), inner]));
  const tunnels = Array.from({ length: trace.size }, (_, i) => trace.connection(i).tunnel);
  expect(tunnels).toEqual(['vxlan:1', 'vxlan:2', 'gre:9', undefined]);
});

test('where VLANs and tunnels are ignored, a connection whose directions differ in them is one', () => {
  const tagged = (id: number, packet: Uint8Array): Uint8Array => ethernet(0x8100, bytes(u16(id), u16(0x0800), packet));
  const answer = ipv4(tcp({ from: 80, to: 40_000, acknowledgment: 2, flags: 0x12 }), { from: [10, 0, 0, 2], to: [10, 0, 0, 1] });
  const frames = [
    tagged(10, ipv4(tcp())),
    tagged(20, answer),
    vxlan(7, ethernet(0x0800, ipv4(tcp({ flags: 0x10, sequence: 2, acknowledgment: 2 })))),
  ];
  expect(inspectBytes(pcap(frames)).size).toBe(3);
  const trace = inspectBytes(pcap(frames), [], { ignoreEncapsulation: true });
  expect(trace.size).toBe(1);
  expect(trace.connection(0)).toMatchObject({ framesClient: 2, framesServer: 1, handshakeComplete: true, vlan: [], tunnel: undefined });
});

test('a tag that only gives a priority is no VLAN', () => {
  const tagged = (...ids: number[]): Uint8Array =>
    ethernet(0x8100, bytes(...ids.map((id, i) => bytes(i > 0 ? u16(0x8100) : [], u16(id))), u16(0x0800), v4));
  const { segments } = decode([tagged(0xa000), tagged(0xa00a), tagged(0xa000, 10), inner]);
  expect(segments.map(({ vlan }) => vlan)).toEqual([[], [10], [10], []]);
  expect(new Set(segments.map((s) => s.linkTag)).size).toBe(2);
});

test('MPLS labels differ by direction: they do not split a connection', () => {
  const labelled = ethernet(0x8847, bytes(hex('000101ff'), v4));
  expect(new Set(decode([labelled, inner]).segments.map((s) => s.linkTag))).toEqual(new Set([0]));
});

test('tags are equal where VLANs and tunnels are, and only there', () => {
  const tags: LinkTags = new Tags();
  const seen = new Map<number, string>();
  for (const id of [0, 1, 4095]) {
    const one = tags.vlan(0, id);
    for (const tag of [
      one,
      ...[0, 1, 4095].map((second) => tags.vlan(one, second)),
      tags.tunnel(one, 7, id),
      tags.tunnel(0, 7, id),
      tags.vlan(tags.tunnel(0, 7, id), id),
    ]) {
      const name = `${tags.vlansOf(tag)} ${tags.tunnelOf(tag)} ${seen.size}`;
      expect(seen.has(tag)).toBe(false);
      seen.set(tag, name);
    }
  }
  expect(tags.vlan(tags.vlan(0, 5), 6)).toBe(tags.vlan(tags.vlan(0, 5), 6));
  expect(tags.vlansOf(tags.vlan(tags.vlan(0, 5), 6))).toEqual([5, 6]);
  expect(tags.tunnel(0, 7, 42)).toBe(tags.tunnel(0, 7, 42));
});
