/** Connections of which the capture shows one direction only. */

import { expect, test } from 'vitest';
import { oneSided, sideSeen } from '../../src/analysis/index.ts';
import { type MadeUpConnection, madeUpTrace, seconds } from '../support/made-up-trace.ts';

const heard = (client: number, server: number, established = true): MadeUpConnection => ({
  at: 0,
  established,
  lastHeard: [client, server],
});

test('the side that is seen, where the other must have taken part', () => {
  const { columns } = madeUpTrace([
    heard(seconds(1), Number.NaN),
    heard(Number.NaN, 0),
    heard(0, 0),
    heard(Number.NaN, Number.NaN),
    // Nobody may have answered.
    heard(seconds(1), Number.NaN, false),
    heard(Number.NaN, seconds(2)),
  ]);
  expect([0, 1, 2, 3, 4, 5].map((row) => sideSeen(columns, row))).toEqual([0, 1, undefined, undefined, undefined, 1]);
  expect(oneSided(columns)).toEqual([1, 2]);
  expect(oneSided(madeUpTrace([heard(0, 0)]).columns)).toEqual([0, 0]);
});
