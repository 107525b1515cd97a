/** The visible rows of a list under the heads of their columns; only they are made into text. */

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type Cell, gapOf, type Heading, type Placed, place } from '../column.ts';
import type { Layout } from '../layout.ts';
import type { View } from '../session.ts';
import { here, type Sort } from '../store.ts';
import type { Theme } from '../theme.ts';
import { cut, fitted } from '../width.ts';
import { Line } from './line.tsx';

export function Table({ view, layout }: { readonly view: View; readonly layout: Layout }): ReactNode {
  const { state, rows, context } = view;
  const { theme } = context;
  const { cursor, top, shift, sort } = here(state);
  const { columns } = rows.listing;
  const order = sort ?? rows.natural;
  const placed = place(columns, layout.columns, shift, sort?.column);
  const shown = placed.map(({ index }) => index);
  const lines: string[] = [];
  for (let position = top; position < Math.min(rows.length, top + layout.body); position += 1) {
    const cells = rows.listing.cells(rows.row(position), shown, context);
    lines.push(rowText(cells, placed, columns, layout.columns, theme, state.pattern, position === cursor));
  }
  if (rows.length === 0) lines.push(theme.paint('dim', cut('  nothing here yet', layout.columns, theme.glyphs.ellipsis)));
  return (
    <Box flexDirection="column" height={layout.body + (layout.head ? 1 : 0)}>
      {layout.head && <Line text={headText(placed, columns, order, layout.columns, theme)} />}
      {lines.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
        <Line key={index} text={text} />
      ))}
    </Box>
  );
}

function headText(placed: readonly Placed[], columns: readonly Heading[], sort: Sort | undefined, cells: number, theme: Theme): string {
  const { ascending, descending, ellipsis } = theme.glyphs;
  const heads = placed.map(({ index, width: room }) => {
    const { title, align } = columns[index]!;
    if (sort?.column !== index) return fitted(title, '', room, align, ellipsis);
    const mark = sort.descending ? descending : ascending;
    return theme.paint('sorted', fitted(title, mark, room, align, ''));
  });
  const text = heads.join(' '.repeat(gapOf(cells)));
  return theme.paint('head', text + ' '.repeat(Math.max(0, cells - used(placed, cells))));
}

function rowText(
  row: readonly Cell[],
  placed: readonly Placed[],
  columns: readonly Heading[],
  cells: number,
  theme: Theme,
  pattern: string,
  isCursor: boolean,
): string {
  const parts = placed.map(({ index, width: room }, i) => {
    const { text, tail = '', style = 'plain' } = row[i]!;
    return marked(fitted(text, tail, room, columns[index]!.align, theme.glyphs.ellipsis), style, pattern, theme);
  });
  const text = parts.join(' '.repeat(gapOf(cells)));
  return isCursor ? theme.paint('cursor', text + ' '.repeat(Math.max(0, cells - used(placed, cells)))) : text;
}

/** The text with what was searched for made to stand out. */
function marked(text: string, style: NonNullable<Cell['style']>, pattern: string, theme: Theme): string {
  const at = pattern === '' ? -1 : text.toLowerCase().indexOf(pattern.toLowerCase());
  if (at < 0) return theme.paint(style, text);
  const end = at + pattern.length;
  return theme.paint(style, text.slice(0, at)) + theme.paint('match', text.slice(at, end)) + theme.paint(style, text.slice(end));
}

const used = (placed: readonly Placed[], cells: number): number =>
  placed.reduce((sum, each) => sum + each.width + gapOf(cells), -gapOf(cells));
