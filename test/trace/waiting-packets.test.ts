/** Bytes of packets that come out of order, put together for those who look at them. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { follow, type Packet } from '../../src/trace/index.ts';

const packet = (sequence: number, text: string, frame = 0): Packet => {
  const bytes = Buffer.from(text, 'latin1');
  return {
    frame,
    file: 0,
    time: frame,
    by: 'client',
    flags: 0,
    sequence,
    acknowledgment: 0,
    window: 0,
    length: bytes.length,
    duplicate: false,
    bytes,
    ...rest,
    end: bytes.length,
  };
};
const rest = { originalLength: 0, linkType: 1, v6: false, ip: 0, tcp: 0, payload: 0 };
const textOf = (packets: readonly Packet[]): string =>
  follow({ packets, cut: false }, false)
    .map(({ bytes, missing }) => (missing > 0 ? `[${missing}]` : '') + Buffer.from(bytes).toString('latin1'))
    .join('');

test('in whatever order pieces come after the first, they are told in that of their bytes', () => {
  const pieces = Array.from({ length: 60 }, (_, i) => packet(2 + i, String.fromCharCode(48 + i)));
  const whole = `-${pieces.map(({ bytes }) => String.fromCharCode(bytes[0]!)).join('')}`;
  const orders = fc.shuffledSubarray(pieces, { minLength: pieces.length });
  fc.assert(fc.property(orders, (order) => textOf([packet(1, '-'), ...order]) === whole));
});

test('of bytes that waited twice the first copy counts, whatever begins before it', () => {
  expect(textOf([packet(1, 'a'), packet(10, 'FIRST'), packet(5, 'secondsecond'), packet(2, 'bcd')])).toBe('abcdsecondsecond');
  expect(textOf([packet(1, 'a'), packet(4, 'FIRST'), packet(3, 'xxxxxxxx'), packet(2, 'bcd')])).toBe('abcdIRSTxx');
});

test('holes that nothing fills are told, thousands of them', () => {
  const pieces = Array.from({ length: 5000 }, (_, i) => packet(1 + 2 * i, 'x'));
  expect(textOf(pieces)).toBe(`x${'[1]x'.repeat(4999)}`);
});
