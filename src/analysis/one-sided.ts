/** Connections of which the capture shows one direction only: asymmetric routes, a tap on one line of two. */

import type { Columns } from '../trace/index.ts';

/** The only side whose packets are seen (0 client, 1 server) of a connection that the other must have taken part in; undefined of any other. */
export function sideSeen(columns: Columns, connection: number): 0 | 1 | undefined {
  const isClient = !Number.isNaN(columns.lastHeard(connection, 0));
  if (isClient === !Number.isNaN(columns.lastHeard(connection, 1)) || !columns.established(connection)) return undefined;
  return isClient ? 0 : 1;
}

type Counts = readonly [client: number, server: number];

/** Several parts of a report ask, and there may be a million connections. */
const counted = new WeakMap<Columns, Counts>();

/** How many there are, by the side that is seen. */
export function oneSided(columns: Columns): Counts {
  const known = counted.get(columns);
  if (known !== undefined) return known;
  const counts: [number, number] = [0, 0];
  for (let connection = 0; connection < columns.connections; connection += 1) {
    const side = sideSeen(columns, connection);
    if (side !== undefined) counts[side] += 1;
  }
  counted.set(columns, counts);
  return counts;
}
