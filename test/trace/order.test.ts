/** Captures whose frames are not in the order of their times. */

import { expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { headline } from '../../src/report/headline.ts';
import { millisecond } from '../../src/time.ts';
import { play } from '../support/scenario.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';

test('a capture lasts from its earliest frame to its latest, whichever come first', () => {
  const { segments } = conversation()
    .handshake(20 * millisecond)
    .pause(5 * millisecond)
    .send('client', get())
    .pause(millisecond)
    .send('server', OK);
  const [capture] = traceOf([segments.at(-1)!, ...segments.slice(0, -1)]).captures;
  const earliest = Math.min(...segments.map(({ time }) => time));
  const latest = Math.max(...segments.map(({ time }) => time));
  expect(capture!.lastTime! - capture!.firstTime!).toBe(BigInt(latest - earliest));
});

test('bytes that come only after they were confirmed are not called copies of others, nor missing', () => {
  const trace = play(
    '```packets\n0 ms client opens in 20 ms\n30 ms client "12345"\ncapture begins\n41 ms client ACK\n42 ms client "12345" at -5\n```',
  );
  expect(trace.accounting.payload).toEqual({ seen: 5, delivered: 0, duplicate: 0, conflicting: 0, givenUp: { 'before-begin': 5 } });
  expect(headline(trace, analyse(trace))).toMatch(/^The bytes of the only TCP connection come later than their acknowledgments:/);
});
