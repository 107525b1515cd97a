/** The bottom line: what is being typed or done, else the keys that work here; and how far down the list we are. */

import type { ReactNode } from 'react';
import type { Cell } from '../column.ts';
import { count } from '../format.ts';
import { offered } from '../keys.ts';
import type { View } from '../session.ts';
import { here, views } from '../store.ts';
import { width } from '../width.ts';
import { Line, spread } from './line.tsx';

export function Footer({ view, columns }: { readonly view: View; readonly columns: number }): ReactNode {
  const { theme } = view.context;
  const { state } = view;
  const right = state.prompt === undefined ? position(view) : hints(view, columns);
  const room = columns - right.reduce((sum, { text }) => sum + width(text), 0) - 1;
  return <Line text={spread(said(view) ?? hints(view, room), right, columns, theme)} />;
}

function said({ state, busy, context: { theme } }: View): Cell[] | undefined {
  const { caret, ellipsis } = theme.glyphs;
  if (state.prompt !== undefined)
    return [{ text: '/', style: 'key' }, { text: theme.safe(state.prompt) }, { text: caret, style: 'accent' }];
  if (busy) return [{ text: `${busy.doing}${ellipsis} ${Math.floor(busy.part * 100)} %`, style: 'info' }];
  if (state.count && state.count.digits.length > 0 && !views[Number(state.count.digits) - 1])
    return [{ text: state.count.digits + caret, style: 'accent' }];
  if (state.notice !== '') return [{ text: theme.safe(state.notice), style: 'warn' }];
  return undefined;
}

/** As many keys as fit, help and quit before the others. */
function hints({ state, context: { theme } }: View, room: number): Cell[] {
  const parts = offered(state).map(({ label, hint }) => ({ key: theme.keys(label.split(' ')[0]!), word: hint! }));
  const important = (word: string): number => (word === 'help' || word === 'quit' ? 0 : 1);
  const kept = new Set<(typeof parts)[number]>();
  let used = 0;
  for (const part of parts.toSorted((a, b) => important(a.word) - important(b.word))) {
    used += width(part.key) + width(part.word) + 3;
    if (used > room) break;
    kept.add(part);
  }
  return parts
    .filter((part) => kept.has(part))
    .flatMap(({ key, word }): Cell[] => [
      { text: key, style: 'key' },
      { text: ` ${word}  `, style: 'dim' },
    ]);
}

function position({ state, rows }: View): Cell[] {
  if (state.help !== undefined) return [];
  return [{ text: rows.length === 0 ? '0' : `${count(here(state).cursor + 1)}/${count(rows.length)}`, style: 'dim' }];
}
