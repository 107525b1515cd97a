/** Segments that nobody would send, held against tshark flag by flag; needs tshark 4.0 and skips without it. */

import { expect, it } from 'vitest';
import { microsecond, millisecond, second } from '../../src/time.ts';
import { connectionsOf } from '../support/facts.ts';
import { inspectBytes } from '../support/inspect.ts';
import { type Random, randomOf } from '../support/random.ts';
import { flagNames, hasTshark, tsharkStreams, unlessTshark } from '../support/tshark.ts';
import { ACK, FIN, framesOf, PSH, pcapOf, RST, SYN, type WireSegment } from '../support/wire.ts';

interface Sender {
  next: number;
  acknowledgment: number;
  window: number;
}

/** Random segments that mostly lie near what their side sent before; times around the limits of the rules, numbers around 2^32. */
function soup(random: Random, count: number): WireSegment[] {
  const one = <T>(...choices: readonly T[]): T => choices[random(choices.length)]!;
  const base = 2 ** 32 - 40;
  const senders = new Map<number, Sender>();
  const senderOf = (port: number, isClient: boolean): Sender => {
    const key = port * 2 + (isClient ? 0 : 1);
    const known = senders.get(key) ?? { next: base, acknowledgment: base, window: 1000 };
    senders.set(key, known);
    return known;
  };
  let time = second;
  let port = 40_000;
  return Array.from({ length: count }, () => {
    time += one(100 * microsecond, millisecond, 2 * millisecond, 5 * millisecond, 19 * millisecond, 30 * millisecond, 2 * second);
    const isClient = random(2) === 0;
    if (random(6) === 0) port = 40_000 + random(12);
    const own = senderOf(port, isClient);
    const peer = senderOf(port, !isClient);
    const flags = random(60) === 0 ? one(SYN, SYN | ACK, FIN | ACK, RST, RST | ACK, FIN, SYN | FIN, SYN | RST) : one(ACK, ACK, PSH | ACK);
    const sequence = flags & SYN ? base + random(2) : own.next + one(0, 0, 0, 0, -1, -1, -2, -10, 1, 7);
    const payload = new Uint8Array(one(0, 0, 0, 0, 1, 1, 2, 9, 10, 18));
    if (flags & ACK) own.acknowledgment = one(own.acknowledgment, own.acknowledgment, peer.next, peer.next, peer.next - 9, peer.next + 1);
    own.window = one(own.window, own.window, own.window, 0, 1000, 2000, 1, 10);
    own.next = Math.max(own.next, sequence + payload.length);
    const ends = [
      { address: '10.0.0.1', port },
      { address: '10.0.0.2', port: 80 },
    ] as const;
    const [from, to] = isClient ? ends : [ends[1], ends[0]];
    return { time, from, to, sequence, acknowledgment: flags & ACK ? own.acknowledgment : 0, flags, window: own.window, payload };
  });
}

it.skipIf(!hasTshark).each([1, 2, 3])(
  `every flag of every stream is as tshark counts it: soup %i${unlessTshark}`,
  { timeout: 120_000 },
  (seed) => {
    const capture = pcapOf(framesOf(soup(randomOf(seed), 8000)));
    const ours = connectionsOf(inspectBytes(capture, [], { keepDuplicates: true })).map(({ tcpAnalysis }) => tcpAnalysis);
    const theirs = tsharkStreams(capture).map(({ flags }) => flags);
    expect(ours).toEqual(theirs);
    for (const name of flagNames) {
      expect(
        theirs.some((stream) => stream[name]! > 0),
        `${name} never came up`,
      ).toBe(true);
    }
  },
);
