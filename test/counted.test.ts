/** Counts as people read them. */

import { expect, test } from 'vitest';
import { connectionSeconds, counted } from '../src/counted.ts';

test('one is one, many are grouped', () =>
  expect([counted(1, 'request'), counted(1204, 'request')]).toEqual(['1 request', '1,204 requests']));

test('little idle time is not said to be none', () => {
  expect([0, 0.0646, 0.9, 1.2, 9.95, 21.4, 26_911].map(connectionSeconds).map((text) => text.split(' ')[0])).toEqual([
    '0',
    '0.06',
    '0.9',
    '1.2',
    '9.9',
    '21',
    '26,911',
  ]);
});
