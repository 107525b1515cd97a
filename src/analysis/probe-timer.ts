/** Names the software whose TCP keep-alive timers a connection's probes show. */

import type { Connection, Trace } from '../trace/index.ts';
import type { Timer } from './timer-table.ts';
import { nameProbes, type TimerMatch } from './timers.ts';

const none: readonly TimerMatch[] = [];

/** All that fit the side that sent more probes, the most convincing first; none where there were no probes. */
export function probeTimers(trace: Trace, timers: readonly Timer[], index: number): readonly TimerMatch[] {
  if (trace.columns.probes(index) === 0) return none;
  const connection = trace.view(index);
  const { client, server, clientTimes, serverTimes } = connection.probes;
  const byClient = client >= server;
  const times = byClient ? clientTimes : serverTimes;
  if (times === undefined) return [];
  return nameProbes(timers, times, { roundTrip: roundTripOf(connection), product: productOf(trace, index, byClient) });
}

function roundTripOf({ initialRtt, rttClient, rttServer }: Connection): number | undefined {
  return initialRtt ?? (rttClient === undefined || rttServer === undefined ? undefined : rttClient + rttServer);
}

/** What a side says that it is. */
function productOf(trace: Trace, index: number, client: boolean): string | undefined {
  for (const { userAgent, server } of trace.exchangeViews(index)) {
    const product = client ? userAgent : server;
    if (product !== undefined) return product;
  }
  return undefined;
}
