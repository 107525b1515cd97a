/** Long work on rows, in steps that can be left and taken up again: which satisfy a filter, which is the next that fits. */

import type { Analysis } from '../analysis/index.ts';
import type { Arrangement } from './arrangement.ts';
import { few } from './slices.ts';
import type { Seen, Snapshot } from './source.ts';

/** With secrets as they are, where that was asked for; other names stay other names. */
export function whole(snapshot: Seen, secrets: boolean): Snapshot {
  const { trace, analysis } = snapshot;
  const isPlain = secrets && trace.redaction?.anonymized !== true;
  return { ...snapshot, trace: isPlain ? (trace.original ?? trace) : trace, whole: analysis };
}

/** The analysis of the rows that satisfy a test; of many with everything that would hold up a key later. */
export function* narrowed({ trace, analysis }: Snapshot, test: (row: number) => boolean): Generator<number, Analysis, void> {
  const rows = yield* satisfying(trace.size, test);
  const steps = analysis.selecting(rows);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield 1;
  if (rows.length <= few) return step.value;
  for (const _ of step.value.explaining()) yield 1;
  return step.value;
}

/** The rows that satisfy a test, in ascending order. */
function* satisfying(size: number, test: (row: number) => boolean): Generator<number, Uint32Array, void> {
  const rows = new Uint32Array(size);
  let found = 0;
  for (let row = 0; row < size; row += 1) {
    if (test(row)) rows[found++] = row;
    if (row % 64 === 0) yield row / size;
  }
  return rows.slice(0, found);
}

/** The first position at or after `from`, going round, whose row fits; -1 where none does. */
export function* find(rows: Arrangement, fits: (row: number) => boolean, by: 1 | -1, from: number): Generator<number, number, void> {
  const { length } = rows;
  for (let i = 0; i < length; i += 1) {
    const position = (((from + i * by) % length) + length) % length;
    if (fits(rows.row(position))) return position;
    if (i % 64 === 0) yield i / length;
  }
  return -1;
}
