/** What a click means: which line of the screen it met, and what stands there. */

import { type Cell, gapOf, place as placeColumns } from './column.ts';
import { footerCells } from './parts/footer.tsx';
import { headerLines } from './parts/header.tsx';
import type { View } from './session.ts';
import { type Action, here, layoutOf } from './store.ts';
import { width } from './width.ts';

export function hit(view: View, x: number, y: number): Action | undefined {
  const { state, rows } = view;
  const layout = layoutOf(state, rows);
  const header = headerLines(view, layout);
  if (y < header.length) return cellAt(header[y]!, x, layout.columns)?.does;
  if (layout.footer && y === state.size.rows - 2) return cellAt(footerCells(view, layout.columns), x, layout.columns)?.does;
  if (state.help !== undefined) return { type: 'help' };
  const head = header.length + layout.summary;
  if (layout.head && y === head) return sortAt(view, x, layout.columns);
  const line = y - head - (layout.head ? 1 : 0);
  if (line < 0 || line >= layout.body) return undefined;
  const position = here(state).top + line;
  if (position >= rows.length) return undefined;
  return position === here(state).cursor ? { type: 'open' } : { type: 'go', position };
}

/** The cell of a line at a place: from the left, or from the right for its right part. */
function cellAt([left, right]: readonly [readonly Cell[], readonly Cell[]], x: number, columns: number): Cell | undefined {
  const total = right.reduce((sum, { text }) => sum + width(text), 0);
  return x >= columns - total ? at(right, x - (columns - total)) : at(left, x);
}

function at(cells: readonly Cell[], x: number): Cell | undefined {
  let from = 0;
  for (const cell of cells) {
    from += width(cell.text);
    if (x < from) return cell;
  }
  return undefined;
}

function sortAt(view: View, x: number, columns: number): Action | undefined {
  const { state, rows } = view;
  const here_ = here(state);
  const sort = here_.sort ?? rows.natural;
  let from = 0;
  for (const { index, width: room } of placeColumns(rows.listing.columns, columns, [sort?.column, here_.column])) {
    if (x >= from && x < from + room) {
      if (sort?.column === index) return { type: 'reverse' };
      return rows.sortable.some(({ column }) => column === index)
        ? { type: 'sort-by', name: rows.names[index]!, order: undefined }
        : undefined;
    }
    from += room + gapOf(columns);
  }
  return undefined;
}
