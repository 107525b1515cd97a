/** Which of many captures is next. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EarliestFirst } from '../../src/capture/earliest-first.ts';

test('the earliest is always first; among equals that of the capture named first', () => {
  const steps = fc.array(fc.option(fc.nat(9), { freq: 3 }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (times) => {
      const heap = new EarliestFirst();
      const list: { capture: number; queue: { time: number } }[] = [];
      for (const [capture, time] of times.entries()) {
        if (time === null) {
          const [expected] = list.sort((a, b) => a.queue.time - b.queue.time || a.capture - b.capture);
          expect([heap.first, heap.take()]).toEqual([expected, expected]);
          list.shift();
        } else {
          const each = { capture, queue: { time } };
          heap.add(each);
          list.push(each);
        }
      }
    }),
  );
});
