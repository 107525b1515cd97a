/** Why the end of an HTTP/2 connection was announced, told from its code, its streams, its age and its idle time. */

import { describe, expect, it } from 'vitest';
import { retirementOf } from '../../src/analysis/index.ts';
import { retirements } from '../../src/analysis/retirement.ts';
import { second } from '../../src/time.ts';
import type { Connection, GoAway } from '../../src/trace/index.ts';

const retired = (said: Partial<GoAway>, start = 0): ReturnType<typeof retirementOf> => {
  const goAway = { by: 'server', code: 'NO_ERROR', lastStream: 1, frame: 9, time: 7 * second, streams: 1, open: 0, idle: 0, ...said };
  return retirementOf({ start, http2: { goAway } as Connection['http2'] });
};

describe('retirementOf', () => {
  it('says nothing where nothing was announced', () => {
    expect(retirementOf({ start: 0, http2: undefined })).toBeUndefined();
    expect(retirementOf({ start: 0, http2: { goAway: undefined } as Connection['http2'] })).toBeUndefined();
  });

  it.each([
    ['a code', { code: 'ENHANCE_YOUR_CALM', idle: 60 * second }, 'error'],
    ['a pause', { idle: 75 * second, streams: 1000 }, 'idle_limit'],
    ['a pause of the client', { by: 'client', idle: 5 * second }, 'idle_limit'],
    ["nginx's thousandth request", { streams: 1000, open: 1, idle: undefined }, 'request_cap'],
    ['the hundredth, and one that was on its way', { streams: 101, open: 1, idle: undefined }, 'request_cap'],
    ['no round number', { streams: 117, open: 1, idle: undefined }, 'shutdown'],
    ['an hour', { streams: 517, time: 3604 * second }, 'age_limit'],
    ['another age', { streams: 517, time: 3400 * second }, 'shutdown'],
    ['a second of pause', { idle: second }, 'idle_limit'],
    ['a little less', { idle: second - 1 }, 'shutdown'],
    ['two that were on their way', { streams: 102, idle: undefined }, 'request_cap'],
    ['three', { streams: 103, idle: undefined }, 'shutdown'],
    ['the hundredth alone', { streams: 100 }, 'request_cap'],
    ['fewer than any cap', { streams: 2 }, 'shutdown'],
    ['five minutes', { streams: 17, time: 300 * second }, 'age_limit'],
    ['a moment before', { streams: 17, time: 300 * second - 1 }, 'shutdown'],
    ['a fiftieth late', { streams: 17, time: 306 * second }, 'age_limit'],
    ['later than that', { streams: 17, time: 307 * second }, 'shutdown'],
    ['no stream ever', { streams: 0, idle: undefined }, 'idle_limit'],
    ['no stream yet', { streams: 0, idle: undefined, time: second - 1 }, 'shutdown'],
    ['the client leaves', { by: 'client', streams: 100 }, 'shutdown'],
  ] as const)('%s', (_, said, expected) => {
    expect(retired(said)).toBe(expected);
  });

  it('counts the age from the connection, not from the capture', () => {
    expect(retired({ streams: 517, time: 5000 * second }, 1399 * second)).toBe('age_limit');
  });
});

it('has five names', () => {
  expect(retirements).toEqual(['error', 'request_cap', 'age_limit', 'idle_limit', 'shutdown']);
});
