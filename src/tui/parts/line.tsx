/** One line of the screen: cells put side by side, brought to its width by us, so that Ink has only to lay them out one below the other. */

import { Text } from 'ink';
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import type { Cell } from '../column.ts';
import { Lines } from '../lines.ts';
import type { Theme } from '../theme.ts';
import { cut, width } from '../width.ts';

/** Where lines are put for the painter. */
export const LinesContext: React.Context<Lines> = createContext(new Lines());

export function Line({ text }: { readonly text: string }): ReactNode {
  const lines = useContext(LinesContext);
  const [place] = useState(() => lines.take());
  useLayoutEffect(() => () => lines.give(place), [lines, place]);
  lines.set(place, text);
  return <Text wrap="truncate">{lines.signOf(place)}</Text>;
}

/** The cells as one text of at most `cells`, and how wide it is. */
export function write(list: readonly Cell[], cells: number, theme: Theme): { text: string; used: number } {
  let text = '';
  let used = 0;
  for (const cell of list) {
    const part = cut(cell.text, cells - used, theme.glyphs.ellipsis);
    text += theme.paint(cell.style ?? 'plain', part);
    used += width(part);
    if (part !== cell.text) break;
  }
  return { text, used };
}

/** `left` and, where there is room for it, `right` at the other end. */
export function spread(left: readonly Cell[], right: readonly Cell[], cells: number, theme: Theme): string {
  const end = write(right, cells, theme);
  const begin = write(left, cells, theme);
  const between = cells - begin.used - end.used;
  return between < 1 ? begin.text : begin.text + ' '.repeat(between) + end.text;
}
