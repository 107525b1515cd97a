/** What-if replays as the pool does, and its caps only ever cost handshakes. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { second } from '../../src/time.ts';
import { Inspector } from '../../src/trace/index.ts';
import { samples } from '../support/samples.ts';

const none = Number.POSITIVE_INFINITY;

describe.each(samples)('$name', ({ name, bytes }) => {
  const inspector = new Inspector({ name });
  inspector.push(bytes);
  inspector.end();
  const trace = inspector.trace();

  test('without caps it opens as often as the pool that takes what was used last', () => {
    for (const idleTimeout of [second, 5 * second, 60 * second, none]) {
      const analysis = analyse(trace, { idleTimeout });
      const free = analysis.simulate({ idleTimeout, maxRequests: none, poolSize: none, http2: false });
      expect(free.opensActual).toBe(analysis.totals.pool.actual);
      expect(free.opens).toBe(analysis.totals.pool.lifo);
    }
  });

  test('a cap never saves a handshake; one request each needs one connection each', () => {
    const analysis = analyse(trace);
    const settings = { idleTimeout: none, maxRequests: none, poolSize: none, http2: false };
    const free = analysis.simulate(settings).opens;
    expect(analysis.simulate({ ...settings, maxRequests: 2 }).opens).toBeGreaterThanOrEqual(free);
    expect(analysis.simulate({ ...settings, poolSize: 0 }).idleConnectionsPeak).toBe(0);
    const counted = Array.from({ length: trace.columns.exchanges }, (_, each) => each).filter((each) => trace.columns.countsForReuse(each));
    const http1 = counted.filter((each) => !trace.columns.multiplexes(trace.columns.exchangeConnection(each)));
    if (http1.length === counted.length) expect(analysis.simulate({ ...settings, maxRequests: 1 }).opens).toBe(counted.length);
  });
});
