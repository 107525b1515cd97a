/** The bottom line: what is being typed or done, else the keys that work here; and how far down the list we are. */

import type { ReactNode } from 'react';
import type { Cell } from '../column.ts';
import { reportLine } from '../command-line.ts';
import { count } from '../format.ts';
import { keyLabel } from '../keys.ts';
import { lastBelow } from '../screens/below.ts';
import type { View } from '../session.ts';
import { here, layoutOf, views } from '../store.ts';
import { width } from '../width.ts';
import { offered, withCaret } from './header.tsx';
import { Line, spread } from './line.tsx';

export function Footer({ view, columns }: { readonly view: View; readonly columns: number }): ReactNode {
  const [left, right] = footerCells(view, columns);
  return <Line text={spread(left, right, columns, view.context.theme)} />;
}

export function footerCells(view: View, columns: number): readonly [readonly Cell[], readonly Cell[]] {
  const { state } = view;
  const right = state.prompt === undefined ? position(view) : [];
  const room = columns - right.reduce((sum, { text }) => sum + width(text), 0) - 1;
  return [said(view) ?? (state.settings.hints || state.prompt ? hints(view, room) : []), right];
}

const marks = { search: '/', command: ':' } as const;

function said(view: View): Cell[] | undefined {
  const { state, busy, context } = view;
  const { theme } = context;
  const { caret, ellipsis } = theme.glyphs;
  const { prompt } = state;
  if (prompt && prompt.kind !== 'filter') {
    const line = [{ text: marks[prompt.kind], style: 'key' } as const, ...withCaret(prompt, 'plain', theme)];
    if (prompt.kind === 'search') return line;
    const path = /^export\s+(\S+\.\w+)$/.exec(prompt.text)?.[1];
    const same = path === undefined || /\.(pcapng|svg|mmd|txt)$/.test(path) ? undefined : reportLine(view, path);
    const more: Cell[] =
      same === undefined ? [{ text: '   ' }, ...offered(prompt)] : [{ text: `    as: ${theme.safe(same)}`, style: 'dim' }];
    return [...line, ...more];
  }
  if (busy) return [{ text: `${busy.doing}${ellipsis} ${Math.floor(busy.part * 100)} %`, style: 'info' }];
  if (state.count && state.count.digits.length > 0 && !views[Number(state.count.digits) - 1])
    return [{ text: state.count.digits + caret, style: 'accent' }];
  if (state.notice !== '') return [{ text: theme.safe(state.notice), style: 'warn' }];
  return undefined;
}

/** As many keys as fit, help and quit before the others. */
function hints(view: View, room: number): Cell[] {
  const { state, rows, keys } = view;
  const { theme } = view.context;
  const isList = state.prompt === undefined && state.help === undefined;
  const parts = keys
    .offered(state, {
      opens: isList && rows.goal(here(state).cursor) !== undefined,
      scrolls: isList && lastBelow(view, layoutOf(state, rows).panel) > 0,
    })
    .map(({ keys: [key = ''], hint, action }) => ({ key: theme.keys(keyLabel(key)), word: hint!, action }));
  const important = (word: string): number => (word === 'help' || word === 'quit' || word === 'back' ? 0 : 1);
  const kept = new Set<(typeof parts)[number]>();
  let used = 0;
  for (const part of parts.toSorted((a, b) => important(a.word) - important(b.word))) {
    used += width(part.key) + width(part.word) + 3;
    if (used > room) break;
    kept.add(part);
  }
  return parts
    .filter((part) => kept.has(part))
    .flatMap(({ key, word, action }): Cell[] => [
      { text: key, style: 'key', does: action },
      { text: ` ${word}  `, style: 'dim', does: action },
    ]);
}

function position({ state, rows, context: { theme } }: View): Cell[] {
  if (state.help !== undefined) return [];
  const marked: Cell[] = state.marks.size === 0 ? [] : [{ text: `${count(state.marks.size)} marked  `, style: 'info' }];
  const { last } = here(state);
  const place = rows.length === 0 ? '0' : `${count(here(state).cursor + 1)}/${count(rows.length)}`;
  return [...marked, ...(last ? [{ text: theme.glyphs.descending, style: 'info' } as const] : []), { text: place, style: 'dim' }];
}
