/** What takes a walk along all connections of a pool key. The last one is remembered: an origin is asked for several figures that one walk finds. */

import { IdleGaps } from './idle-gaps.ts';
import type { Judgement } from './judgement.ts';

type Walk<Found> = (key: number) => Found;

export const membersOf = ({ keys: { members, offsets } }: Judgement, key: number): Int32Array =>
  members.subarray(offsets[key]!, offsets[key + 1]!);

export class Walks {
  readonly requests: Walk<number>;
  readonly reuses: Walk<number>;
  /** In ascending order: of the connections that have any. */
  readonly requestsPerConnection: Walk<Float64Array>;
  /** In ascending order: idle time before each reuse; exchanges that overlap leave none. */
  readonly idleGaps: Walk<Float64Array>;
  /** In ascending order, of those that are known. */
  readonly setups: Walk<Float64Array>;

  constructor(judgement: Judgement) {
    const { columns } = judgement.trace;
    const sumOf = (value: (connection: number) => number): Walk<number> => remembered((key) => sumAmong(membersOf(judgement, key), value));
    const sortedOf = (value: (connection: number) => number): Walk<Float64Array> =>
      remembered((key) => sorted(membersOf(judgement, key), value));
    this.requests = sumOf((each) => columns.requests(each));
    this.reuses = sumOf((each) => columns.reuses(each));
    this.requestsPerConnection = sortedOf((each) => columns.requests(each) || Number.NaN);
    this.setups = sortedOf((each) => judgement.setups.get(each));
    const gaps = new IdleGaps(judgement);
    this.idleGaps = remembered((key) => gaps.of(key, membersOf(judgement, key)));
  }
}

function remembered<Found>(walk: Walk<Found>): Walk<Found> {
  let last: { readonly key: number; readonly found: Found } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, found: walk(key) };
    return last.found;
  };
}

export function sumAmong(connections: Int32Array, value: (connection: number) => number): number {
  let sum = 0;
  for (let at = 0; at < connections.length; at += 1) sum += value(connections[at]!);
  return sum;
}

/** Without those that are unknown (NaN). */
function sorted(connections: Int32Array, value: (connection: number) => number): Float64Array {
  const values = new Float64Array(connections.length);
  let size = 0;
  for (const each of connections) {
    const known = value(each);
    if (!Number.isNaN(known)) values[size++] = known;
  }
  return values.subarray(0, size).sort();
}
