/** A connection with more requests than a screen can go through between two keys. */

import { describe, expect, test } from 'vitest';
import { millisecond, second } from '../../src/time.ts';
import type { Packet, PacketList } from '../../src/trace/index.ts';
import { runNow } from '../../src/tui/slices.ts';
import { told } from '../../src/tui/told.ts';
import { madeUpTrace } from '../support/made-up-trace.ts';
import { down, enter, Stage, snapshotOf } from './stage.ts';

const size = 7000;
const requests = Array.from({ length: size }, (_, i) => ({
  start: second + i * 50 * millisecond,
  end: second + i * 50 * millisecond + 10 * millisecond,
  target: `/${i}`,
}));

describe('on the screen', () => {
  test('its story and its timers tell the first and the last, the list of requests has all', async () => {
    const stage = new Stage(snapshotOf([{ authority: 'long.example', at: 0, exchanges: requests, closed: 400 * second }]), 120, 40);
    await stage.shows('long.example');
    await stage.press('2', enter);
    await stage.shows(/GET \/0 /);
    await stage.press('G');
    await stage.shows(/GET \/6999 /);
    await stage.press('g', '/', 'more (all', enter);
    await stage.shows('2,000 more (all: list of requests)');
    await stage.shows(/GET \/3999 .*/);
    await stage.press(down, down);
    await stage.shows(/GET \/6000 .*/);
    await stage.press('\t', '\t');
    await stage.shows(/METHOD .*TARGET/);
    await stage.press('G');
    expect(stage.position).toBe('7,000/7,000');
    await stage.shows('/6999');
    await stage.press('\t', '\t');
    await stage.shows('before request 2');
    await stage.press('/', 'more lines', enter);
    await stage.shows('1,999 more lines like these: the list of requests has what they tell');
    await stage.press('3', down);
    await stage.shows(/▸{20}/);
    await stage.press('\x03');
    await stage.left;
  });
});

describe('what requests tell of packets', () => {
  const at = (frame: number, time: number): Packet => ({ frame, time }) as Packet;
  const listOf = (...packets: readonly Packet[]): PacketList => ({ packets, cut: false });
  const of = (exchanges: readonly { start: number; end: number }[], list: PacketList) => {
    const trace = madeUpTrace([{ at: 0, exchanges }]);
    return runNow(told(trace.connection(0), trace.exchangeViews(0), list));
  };

  test('times in which any was in progress, as each of them says', () => {
    // Overlapping, apart, one inside another, and out of order.
    const spans = [
      [10, 20],
      [15, 30],
      [40, 80],
      [50, 60],
      [100, 110],
      [90, 105],
      [5, 7],
    ] as const;
    const { busy } = of(
      spans.map(([start, end]) => ({ start, end })),
      listOf(at(1, 1000)),
    );
    for (let time = 0; time < 130; time += 1)
      expect([time, busy.at(time)]).toEqual([time, spans.some(([start, end]) => start <= time && time <= end)]);
  });

  test('a frame with many heads names the first of them and counts the others', () => {
    const trace = madeUpTrace([{ at: 0, exchanges: requests.slice(0, 50) }]);
    const views = trace.exchangeViews(0);
    const inOne = Object.assign(
      [...views].map((exchange) => ({ ...exchange, requestFrame: 7 })),
      { numbered: () => undefined },
    );
    const { texts } = runNow(told(trace.connection(0), inOne, listOf(at(7, second))));
    expect(texts.get(7)).toMatch(/^GET \/0; GET \/1; .*GET \/19; and 30 more$/);
    expect(texts.size).toBe(1);
  });
});
