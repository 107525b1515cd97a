/** A connection's record keeps times and bytes in words; what does not go into one comes back all the same. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { ConnectionRecords, FIRST_FRAME, FLAGS, SLOTS, START, SYN_SEEN, WORDS } from '../../src/tcp/records.ts';

const around = fc.constantFrom(-1, 0, 1, 0.5, 2 ** 32 - 4, 2 ** 32 - 3, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 3e15, Number.NaN);
const time = fc.oneof(around, fc.nat(), fc.double({ min: -1e16, max: 1e16, noNaN: true }));

it('gives times back as they were, whatever lies between them and the start', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e16, noNaN: true })), fc.array(time, { maxLength: 5 }), (start, times) => {
      const records = new ConnectionRecords();
      const c = records.add();
      const other = records.add();
      records.f64[c * SLOTS + START] = start;
      records.f64[other * SLOTS + START] = start;
      expect([records.synAckTime(c), records.ackTime(c), records.initialRtt(c)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      for (const each of times) {
        const at = start + each;
        records.setSynAckTime(c, at);
        records.setAckTime(c, at + 1);
        records.setInitialRtt(c, each);
        expect([records.synAckTime(c), records.ackTime(c), records.initialRtt(c)]).toEqual([at, at + 1, each + 0]);
      }
      expect([records.synAckTime(other), records.ackTime(other), records.initialRtt(other)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    }),
  );
});

it('adds bytes up beyond 32 bits, of each side by itself', () => {
  const records = new ConnectionRecords();
  const [c, other] = [records.add(), records.add()];
  let sum = 0;
  for (let each = 0; each < 9; each += 1) {
    records.addBytes(c, SERVER, 2 ** 30 + each);
    sum += 2 ** 30 + each;
    expect([records.bytes(c, CLIENT), records.bytes(c, SERVER)]).toEqual([0, sum]);
  }
  records.addBytes(c, CLIENT, 2 ** 32 - 1);
  records.addBytes(c, CLIENT, 1);
  expect([records.bytes(c, CLIENT), records.bytes(other, CLIENT), records.bytes(other, SERVER)]).toEqual([2 ** 32, 0, 0]);
});

it('knows the frame of the first SYN, which need not be the first frame', () => {
  const records = new ConnectionRecords();
  const frames = [0, 7, 9].map((frame) => {
    const c = records.add();
    records.i32[c * WORDS + FIRST_FRAME] = 7;
    if (frame === 0) return records.synFrame(c);
    records.i32[c * WORDS + FLAGS] = SYN_SEEN;
    records.setSynFrame(c, frame);
    return records.synFrame(c);
  });
  expect(frames).toEqual([0, 7, 9]);
});
