/** What is shown below the rows, as far down as it was scrolled. */

import type { Cell } from '../column.ts';
import type { View } from '../session.ts';
import { here } from '../store.ts';

/** More lines than anything below the rows has. */
const all = 2000;

export function below({ state, rows, context }: View, lines: number): readonly (readonly Cell[])[] {
  const { below: from, cursor } = here(state);
  const row = rows.length === 0 ? -1 : rows.row(cursor);
  const draw = (room: number): readonly (readonly Cell[])[] => rows.listing.panel?.draw(row, context, state.size.columns, room) ?? [];
  return from === 0 ? draw(lines).slice(0, lines) : draw(all).slice(from, from + lines);
}

/** How far it can be scrolled. */
export function lastBelow(view: View, lines: number): number {
  const { rows, context, state } = view;
  const row = rows.length === 0 ? -1 : rows.row(here(state).cursor);
  return Math.max(0, (rows.listing.panel?.draw(row, context, state.size.columns, all).length ?? 0) - lines);
}
