/** One column of a list: what it is called, how much room it takes, and what it says of a row. */

import type { Clock } from './format.ts';
import type { Snapshot } from './source.ts';
import type { Action, Place } from './store.ts';
import type { StyleName, Theme } from './theme.ts';

/** What a cell may look at besides its own row. */
export interface Context {
  readonly snapshot: Snapshot;
  readonly theme: Theme;
  readonly clock: Clock;
  readonly place: Place;
  readonly marks: ReadonlySet<string>;
  /** Secrets are shown as they are. */
  readonly secrets: boolean;
}

export interface Cell {
  readonly text: string;
  /** What stays where the text must be cut: a port, a status. */
  readonly tail?: string;
  /** What stands behind it, as far as there is room: another name. */
  readonly aside?: string | undefined;
  readonly style?: StyleName;
  /** What a click on it does. */
  readonly does?: Action;
}

export type SortKey = number | string | undefined;

/** A column without its rows. */
export interface Heading {
  /** Its name in every report. */
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  /** Cells at least and at most. */
  readonly min: number;
  readonly max: number;
  readonly align: 'left' | 'right';
  /** Where the screen is narrow, the columns of the lowest ranks stay. */
  readonly rank: number;
  /** Its head, drawn into `room`: the axis of a waterfall. */
  head?(context: Context, room: number): readonly Cell[];
}

export interface Column<Subject> extends Heading {
  /** Its text is safe for the terminal. */
  cell(subject: Subject, context: Context): Cell;
  /** Instead, cells that fill `room` exactly: bars, arrows. */
  draw?(subject: Subject, context: Context, room: number): readonly Cell[];
  /** What a text must look like, in small letters, to be found in any of its cells; in a million rows nobody looks for anything else there. */
  readonly holds?: RegExp;
  /** What it is sorted by; unknown values come last either way. */
  key?(subject: Subject, snapshot: Snapshot): SortKey;
}

export interface Placed {
  readonly index: number;
  readonly width: number;
}

const largeRoom = 16;

/** Between two columns. */
export const gapOf = (cells: number): number => (cells < 120 ? 1 : 2);

/** The columns that are shown in `cells`, and how wide. Ranks decide who may stay; those of `kept` (sorted by, under the cursor) always may. */
export function place(columns: readonly Heading[], cells: number, kept: readonly (number | undefined)[]): Placed[] {
  const chosen = byRank(columns, cells, kept);
  const widths = chosen.map((index) => columns[index]!.min);
  let spare = cells - needed(widths, cells);
  if (spare < 0) return chosen.map((index) => ({ index, width: Math.max(1, cells) }));
  // What is to spare goes round among the columns that can use it, lowest ranks first; those that can use much take more at a time.
  const turns = widths.map((_, i) => i).sort((a, b) => columns[chosen[a]!]!.rank - columns[chosen[b]!]!.rank);
  const room = chosen.map((index) => columns[index]!.max - columns[index]!.min);
  for (let used = 1; spare > 0 && used > 0; ) {
    used = 0;
    for (const i of turns) {
      const more = Math.min(spare, Math.ceil(room[i]! / largeRoom), columns[chosen[i]!]!.max - widths[i]!);
      widths[i]! += more;
      spare -= more;
      used += more;
    }
  }
  return widths.map((width, i) => ({ index: chosen[i]!, width }));
}

function byRank(columns: readonly Heading[], cells: number, kept: readonly (number | undefined)[]): number[] {
  const rank = (index: number): number => (kept.includes(index) ? 0 : columns[index]!.rank);
  const order = columns.map((_, index) => index).sort((a, b) => rank(a) - rank(b));
  return taken(columns, order, cells).sort((a, b) => a - b);
}

/** The first of `order` always, then the others as long as they fit. */
function taken(columns: readonly Heading[], order: readonly number[], cells: number): number[] {
  const chosen: number[] = [];
  for (const index of order) {
    const widths = [...chosen, index].map((each) => columns[each]!.min);
    if (chosen.length > 0 && needed(widths, cells) > cells) break;
    chosen.push(index);
  }
  return chosen;
}

const needed = (widths: readonly number[], cells: number): number =>
  widths.reduce((sum, width) => sum + width + gapOf(cells), -gapOf(cells));
