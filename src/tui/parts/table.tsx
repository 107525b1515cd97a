/** The visible rows of a list under the heads of their columns; only they are made into text. */

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type Cell, type Context, gapOf, type Heading, type Placed, place } from '../column.ts';
import type { Layout } from '../layout.ts';
import type { View } from '../session.ts';
import { here, type Sort } from '../store.ts';
import type { Theme } from '../theme.ts';
import { cut, fitted, width } from '../width.ts';
import { Line, write } from './line.tsx';

interface RowLook {
  readonly pattern: string;
  readonly isCursor: boolean;
  readonly isMarked: boolean;
  /** The column under the cursor. */
  readonly column: number | undefined;
}

export function Table({ view, layout }: { readonly view: View; readonly layout: Layout }): ReactNode {
  const { state, rows, context } = view;
  const { theme } = context;
  const { cursor, top, column, sort } = here(state);
  const { columns } = rows.listing;
  const order = sort ?? rows.natural;
  const placed = place(columns, layout.columns, [sort?.column, column]);
  const lines: string[] = [];
  for (let position = top; position < Math.min(rows.length, top + layout.body); position += 1) {
    const cells = rows.listing.drawn(rows.row(position), placed, context);
    const mark = state.marks.size > 0 ? rows.mark(position) : undefined;
    const look = { pattern: state.pattern, isCursor: position === cursor, isMarked: mark !== undefined && state.marks.has(mark), column };
    lines.push(rowText(cells, placed, columns, layout.columns, theme, look));
  }
  if (rows.length === 0) lines.push(theme.paint('dim', cut(`  ${nothing(view)}`, layout.columns, theme.glyphs.ellipsis)));
  return (
    <Box flexDirection="column" height={layout.body + (layout.head ? 1 : 0)}>
      {layout.head && <Line text={headText(placed, columns, order, column, layout.columns, context)} />}
      {lines.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
        <Line key={index} text={text} />
      ))}
    </Box>
  );
}

function nothing({ rows, state, context: { snapshot } }: View): string {
  if (rows.listing.nothing !== undefined) return rows.listing.nothing;
  if (state.filter !== '') return 'nothing satisfies the filter; f changes it';
  if (!snapshot.progress.done) return 'nothing here yet';
  return snapshot.trace.size === 0 ? 'there is no TCP connection in this capture' : 'there is nothing of that in this capture';
}

function headText(
  placed: readonly Placed[],
  columns: readonly Heading[],
  sort: Sort | undefined,
  column: number | undefined,
  cells: number,
  context: Context,
): string {
  const { theme } = context;
  const { ascending, descending, ellipsis } = theme.glyphs;
  const heads = placed.map(({ index, width: room }) => {
    const heading = columns[index]!;
    if (heading.head) return write(heading.head(context, room), room, theme).text;
    const isSorted = sort?.column === index;
    const text = isSorted
      ? fitted(heading.title, sort.descending ? descending : ascending, room, heading.align, '')
      : fitted(heading.title, '', room, heading.align, ellipsis);
    const shown = column === index ? theme.paint('tab', text) : text;
    return isSorted ? theme.paint('sorted', shown) : shown;
  });
  const text = heads.join(' '.repeat(gapOf(cells)));
  return theme.paint('head', text + ' '.repeat(Math.max(0, cells - used(placed, cells))));
}

function rowText(
  row: readonly (Cell | readonly Cell[])[],
  placed: readonly Placed[],
  columns: readonly Heading[],
  cells: number,
  theme: Theme,
  look: RowLook,
): string {
  const { isCursor, isMarked, pattern, column } = look;
  const parts = placed.map(({ index, width: room }, i) => {
    const cell = row[i]!;
    if (isDrawn(cell)) {
      const { text, used: filled } = write(cell, room, theme);
      return text + ' '.repeat(Math.max(0, room - filled));
    }
    const { text, style = 'plain' } = cell;
    const fit = fitted(text, tailOf(cell, room, theme), room, columns[index]!.align, theme.glyphs.ellipsis);
    const shown = i === 0 && isMarked ? theme.glyphs.mark + fit.slice(1).padStart(room - width(theme.glyphs.mark)) : fit;
    const painted = marked(shown, i === 0 && isMarked ? 'accent' : style, pattern, theme);
    return isCursor && column === index ? theme.paint('match', painted) : painted;
  });
  const text = parts.join(' '.repeat(gapOf(cells)));
  return isCursor ? theme.paint('cursor', text + ' '.repeat(Math.max(0, cells - used(placed, cells)))) : text;
}

/** Of a longer aside, what still tells something. */
const asideLeast = 10;

/** What is not cut off, and of the rest what there is room for. */
function tailOf({ text, tail = '', aside = '' }: Cell, room: number, { glyphs }: Theme): string {
  const spare = room - width(text) - width(tail);
  return spare >= Math.min(width(aside), asideLeast) ? tail + cut(aside, spare, glyphs.ellipsis) : tail;
}

const isDrawn = (cell: Cell | readonly Cell[]): cell is readonly Cell[] => Array.isArray(cell);

/** The text with what was searched for made to stand out. */
function marked(text: string, style: NonNullable<Cell['style']>, pattern: string, theme: Theme): string {
  const at = pattern === '' ? -1 : text.toLowerCase().indexOf(pattern.toLowerCase());
  if (at < 0) return theme.paint(style, text);
  const end = at + pattern.length;
  return theme.paint(style, text.slice(0, at)) + theme.paint('match', text.slice(at, end)) + theme.paint(style, text.slice(end));
}

const used = (placed: readonly Placed[], cells: number): number =>
  placed.reduce((sum, each) => sum + each.width + gapOf(cells), -gapOf(cells));
