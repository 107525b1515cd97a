/** Long work on rows, in steps that can be left and taken up again: which satisfy a filter, which is the next that fits. */

import type { Analysis } from '../analysis/index.ts';
import { resizable } from '../scratch.ts';
import type { Trace } from '../trace/index.ts';
import type { Arrangement } from './arrangement.ts';
import { few } from './slices.ts';
import type { Seen, Snapshot } from './source.ts';

/** With secrets as they are, where that was asked for; other names stay other names. */
export function whole(snapshot: Seen, secrets: boolean): Snapshot {
  const { trace, analysis } = snapshot;
  const isPlain = secrets && trace.redaction?.anonymized !== true;
  return { ...snapshot, trace: isPlain ? (trace.original ?? trace) : trace, whole: analysis };
}

/** The one before where nothing has come, and the same is to be shown of it. */
export function renewed(before: Snapshot, seen: Seen, secrets: boolean): Snapshot {
  const next = whole(seen, secrets);
  return next.whole === before.whole && next.trace === before.trace && next.progress === before.progress ? before : next;
}

/** The analysis of the rows that satisfy a test; what of many would hold up a key later is still to be worked out (`explained`). */
export function* narrowed({ trace, analysis }: Snapshot, test: (row: number) => boolean): Generator<number, Analysis, void> {
  const rows = yield* satisfying(trace.size, test);
  const steps = analysis.selecting(rows);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield 1;
  if (rows.length > few) leaveUnexplained(step.value);
  return step.value;
}

const unexplained = new WeakSet<Analysis>();

/** Its rows are shown; the rest is worked out after that. */
export const leaveUnexplained = (analysis: Analysis): void => void unexplained.add(analysis);

/** Findings, advice and the curve of an analysis are there, or take no time. */
export const isExplained = (analysis: Analysis): boolean => !unexplained.has(analysis);

export function* explained(analysis: Analysis): Generator<unknown, void, void> {
  if (isExplained(analysis)) return;
  yield* analysis.explaining();
  // The view that shows it begins with advice, whose words take some milliseconds each.
  for (const { text } of analysis.advice.slice(0, atOnce)) yield text;
  unexplained.delete(analysis);
}

/** Lines of a large screen. */
const atOnce = 60;

/** The rows that satisfy a test, in ascending order. */
function* satisfying(size: number, test: (row: number) => boolean): Generator<number, Uint32Array, void> {
  // A bit for each: until they are counted, a list of them could be as long as all.
  const bits = new Uint32Array((size + 31) >> 5);
  let found = 0;
  for (let row = 0; row < size; row += 1) {
    if (test(row)) {
      bits[row >> 5]! |= 1 << row;
      found += 1;
    }
    if (row % 64 === 0) yield row / size;
  }
  // Apart from what stays: as part of the heap, lists that are no longer shown would leave holes in it.
  const rows = new Uint32Array(resizable(4 * found), 0, found);
  let filled = 0;
  for (let row = 0; row < size; row += 1) if ((bits[row >> 5]! >>> row) & 1) rows[filled++] = row;
  return rows;
}

/** Its exchanges are gone through between two frames. */
export function carriesFew({ columns }: Trace, id: number): boolean {
  let carried = 0;
  for (let each = columns.firstExchange(id); each >= 0; each = columns.nextExchange(each)) {
    carried += 1;
    if (carried > few) return false;
  }
  return true;
}

/** The connection with this number, its own or Wireshark's; -1 without one. */
export function numbered({ columns, size }: Trace, number: number, by: 'id' | 'stream'): number {
  // In ordinary captures the two numbers are the same.
  if (number < size && (by === 'id' || columns.tcpStream(number) === number)) return number;
  for (let id = 0; by === 'stream' && id < size; id += 1) if (columns.tcpStream(id) === number) return id;
  return -1;
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
