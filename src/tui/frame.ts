/** The whole screen as lines: header, list or help, what belongs below the list, footer. */

import type { Cell } from './column.ts';
import { footerCells } from './parts/footer.ts';
import { headerLines } from './parts/header.ts';
import { spread, write } from './parts/line.ts';
import { tableLines } from './parts/table.ts';
import { below } from './screens/below.ts';
import { summary } from './screens/connection.ts';
import { help } from './screens/help.ts';
import type { View } from './session.ts';
import { here, layoutOf } from './store.ts';

/** One line less than the terminal has: some terminals scroll when the last one is full. */
export function frameOf(view: View, fileName: string): readonly string[] {
  const { state, rows, context } = view;
  const layout = layoutOf(state, rows);
  const { columns } = layout;
  const both = ([left, right]: readonly [readonly Cell[], readonly Cell[]]): string => spread(left, right, columns, context.theme);
  const plain = (cells: readonly Cell[]): string => write(cells, columns, context.theme).text;
  const lines = headerLines(view, layout, fileName).map(both);
  if (state.help !== undefined) lines.push(...filled(helpLines(view).map(plain), layout.body + layout.summary + (layout.head ? 1 : 0)));
  else {
    const { connection } = here(state);
    // The verdict comes last, and is the last to go.
    const told = connection === undefined || layout.summary === 0 ? [] : summary(connection, context, columns).slice(-layout.summary);
    lines.push(...filled(told.map(both), layout.summary));
    lines.push(...filled(tableLines(view, layout), layout.body + (layout.head ? 1 : 0)));
    lines.push(...filled(below(view, layout.panel).map(plain), layout.panel));
  }
  if (layout.footer) lines.push(both(footerCells(view, columns)));
  return lines.slice(0, Math.max(1, state.size.rows - 1));
}

/** Exactly so many. */
const filled = (lines: readonly string[], height: number): readonly string[] =>
  Array.from({ length: height }, (_, index) => lines[index] ?? '');

function helpLines({ state, rows, context, keys }: View): readonly (readonly Cell[])[] {
  const place = here(state);
  const at = { row: rows.length === 0 ? -1 : rows.row(place.cursor), context };
  return help(keys, place, rows.listing, context.theme, at).slice(state.help);
}
