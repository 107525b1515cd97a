/** ICMP errors that quote a TCP segment: they tell that probing has found nobody. */

import { describe, expect, it } from 'vitest';
import { inspectBytes } from '../support/inspect.ts';
import { bytes, ethernet, ipv4, ipv6, pcap, tcp, u16, u32 } from './build.ts';

const SYN = 2;
const ACK = 16;
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];
const ROUTER = [10, 0, 0, 9];

const probe = tcp({ sequence: 1000, acknowledgment: 9001, flags: ACK });
const icmp = (type: number, code: number, quoted: Uint8Array): Uint8Array => bytes([type, code, 0, 0], u32(0), quoted);

/** Two answered segments, a probe, then an error about it. */
function story(
  error: Uint8Array,
  wrap: (segment: Uint8Array, fromServer: boolean) => Uint8Array,
  ...after: readonly Uint8Array[]
): ReturnType<typeof inspectBytes> {
  const back = { from: 80, to: 40_000 };
  const frames = [
    wrap(tcp({ sequence: 1000, flags: SYN }), false),
    wrap(tcp({ ...back, sequence: 9000, acknowledgment: 1001, flags: SYN | ACK }), true),
    wrap(tcp({ sequence: 1001, acknowledgment: 9001, flags: ACK }), false),
    wrap(probe, false),
    error,
    ...after,
  ];
  return inspectBytes(pcap(frames.map((data, i) => ({ data, at: i * 10_000_000 }))));
}

const v4 = (segment: Uint8Array, fromServer: boolean): Uint8Array =>
  ethernet(0x0800, ipv4(segment, fromServer ? { from: SERVER, to: CLIENT } : { from: CLIENT, to: SERVER }));
/** From router to client. */
const error4 = (type: number, code: number, quoted: Uint8Array): Uint8Array =>
  ethernet(0x0800, ipv4(icmp(type, code, quoted), { protocol: 1, from: ROUTER, to: CLIENT }));
const quoted4 = (segment: Uint8Array): Uint8Array => ipv4(segment, { from: CLIENT, to: SERVER });

describe('an ICMP error', () => {
  it('host unreachable, with eight bytes of the segment', () => {
    const trace = story(error4(3, 1, quoted4(probe).subarray(0, 28)), v4);
    expect(trace.size).toBe(1);
    expect(trace.connection(0).probes).toMatchObject({
      client: 1,
      peerLost: { by: 'client', how: 'unreachable', unanswered: 1, frame: 5 },
    });
  });

  it.each<[what: string, error: Uint8Array]>([
    ['that the packet was too large', error4(3, 4, quoted4(probe))],
    ['that the way was too long', error4(11, 0, quoted4(probe))],
    ['about another segment', error4(3, 1, quoted4(tcp({ sequence: 500, flags: ACK })))],
    ['about another flow', error4(3, 1, quoted4(tcp({ from: 41_000, sequence: 1000, flags: ACK })))],
    ['about the other direction', error4(3, 1, ipv4(tcp({ from: 80, to: 40_000, sequence: 1000 }), { from: SERVER, to: CLIENT }))],
    ['that is cut', error4(3, 1, quoted4(probe).subarray(0, 24))],
  ])('%s says nothing of it', (_, error) => {
    expect(story(error, v4).connection(0).probes.peerLost).toBeUndefined();
  });

  it('is forgotten when the peer answers after all', () => {
    const answer = v4(tcp({ from: 80, to: 40_000, sequence: 9001, acknowledgment: 1001, flags: ACK }), true);
    const trace = story(error4(3, 1, quoted4(probe)), v4, v4(probe, false), answer);
    expect(trace.connection(0).probes).toMatchObject({ client: 2, acks: 1, peerLost: undefined });
  });

  it('of ICMPv6', () => {
    const swap = (packet: Uint8Array): Uint8Array =>
      bytes(packet.subarray(0, 8), packet.subarray(24, 40), packet.subarray(8, 24), packet.subarray(40));
    const wrap = (segment: Uint8Array, fromServer: boolean): Uint8Array =>
      ethernet(0x86dd, fromServer ? swap(ipv6(segment)) : ipv6(segment));
    const error = ethernet(0x86dd, swap(ipv6(bytes([1, 3, 0, 0], u16(0), u16(0), ipv6(probe)), 58)));
    expect(story(error, wrap).connection(0).probes.peerLost).toMatchObject({ how: 'unreachable', frame: 5 });
  });
});
