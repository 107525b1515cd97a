/** A packet that the capture holds twice is told from one that was sent twice. */

import { expect, test } from 'vitest';
import { bytes, ethernet, ipv4, ipv6, tcp, text, u16 } from './build.ts';
import { decode } from './decode.ts';

const data = tcp({ flags: 0x18, sequence: 100, acknowledgment: 5, checksum: 0x1234, payload: text('hello') });
const ack = tcp({ flags: 0x10, sequence: 105, acknowledgment: 9, checksum: 0x4321 });
const packet = (payload: Uint8Array, id = 77, ttl = 64): Uint8Array => ethernet(0x0800, ipv4(payload, { id, ttl }));
const marks = (frames: Parameters<typeof decode>[0], options = {}): boolean[] =>
  decode(frames, 1, options).segments.map((s) => s.duplicate);

test('the same packet again: another time to live and other link addresses do not matter', () => {
  const tapped = bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], packet(data, 77, 63).subarray(12));
  expect(marks([packet(data), packet(data), tapped, packet(ack), packet(ack)])).toEqual([false, true, true, false, true]);
  expect(decode([packet(data), packet(data)]).facts).toMatchObject({ tcp: 2, duplicates: 1 });
});

test('a retransmission has another id, or comes later', () => {
  expect(marks([packet(data), packet(data, 78)])).toEqual([false, false]);
  expect(
    marks([
      { data: packet(data), at: 0 },
      { data: packet(data), at: 200_000 },
    ]),
  ).toEqual([false, false]);
});

test('without an id only neighbours in time are copies, and pure ACKs never', () => {
  expect(marks([packet(data, 0), packet(data, 0)])).toEqual([false, true]);
  expect(
    marks([
      { data: packet(data, 0), at: 0 },
      { data: packet(data, 0), at: 2000 },
    ]),
  ).toEqual([false, false]);
  expect(marks([packet(ack, 0), packet(ack, 0)])).toEqual([false, false]);
  const v6 = ethernet(0x86dd, ipv6(data));
  expect(marks([v6, v6])).toEqual([false, true]);
});

test('anything that differs makes another packet', () => {
  const others = [
    tcp({ flags: 0x18, sequence: 101, acknowledgment: 5, checksum: 0x1234, payload: text('hello') }),
    tcp({ flags: 0x18, sequence: 100, acknowledgment: 6, checksum: 0x1234, payload: text('hello') }),
    tcp({ flags: 0x10, sequence: 100, acknowledgment: 5, checksum: 0x1234, payload: text('hello') }),
    tcp({ flags: 0x18, sequence: 100, acknowledgment: 5, checksum: 0x1235, payload: text('hellp') }),
    tcp({ from: 40_001, flags: 0x18, sequence: 100, acknowledgment: 5, checksum: 0x1234, payload: text('hello') }),
  ];
  expect(marks([data, ...others].map((segment) => packet(segment)))).toEqual(new Array(6).fill(false));
  const tagged = ethernet(0x8100, bytes(u16(9), u16(0x0800), ipv4(data, { id: 77 })));
  expect(marks([packet(data), tagged])).toEqual([false, false]);
});

test('the option keeps them', () => {
  expect(marks([packet(data), packet(data)], { keepDuplicates: true })).toEqual([false, false]);
});
