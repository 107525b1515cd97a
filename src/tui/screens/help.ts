/** What help shows: the keys of a screen, what its verdicts and its columns mean. */

import type { Cell } from '../column.ts';
import { bindings } from '../keys.ts';
import type { Listing } from '../listing.ts';
import { type ScreenName, views } from '../store.ts';
import type { Theme } from '../theme.ts';
import { legend, verdictCell } from '../verdict.ts';
import { fitted } from '../width.ts';

const titles: Readonly<Record<ScreenName, string>> = {
  origins: 'Origins: where connections went, most wasted time first',
  connections: 'Connections: one line each',
  story: 'Story: the life of one connection, line by line',
  requests: 'Requests: what one connection carried',
};

const labelWidth = 16;

export function help(screen: ScreenName, { columns }: Listing, theme: Theme): Cell[][] {
  const line = (label: Cell, text: string): Cell[] => [
    { text: '  ' },
    { ...label, text: fitted(label.text, '', labelWidth, 'left', theme.glyphs.ellipsis) },
    { text: ` ${text}` },
  ];
  const heading = (text: string): Cell[][] => [[], [{ text, style: 'accent' }]];
  const keys = bindings[screen].filter(({ does }) => does !== '');
  return [
    [{ text: titles[screen], style: 'name' }],
    ...heading('Keys'),
    ...keys.map(({ label, does }) => line({ text: theme.keys(label), style: 'key' }, does)),
    line({ text: `1-${views.length}`, style: 'key' }, views.map((view, index) => `${index + 1} ${view}`).join(', ')),
    ...(screen === 'requests'
      ? []
      : [...heading('Verdicts'), ...legend.map(([opinion, meaning]) => line(verdictCell(opinion, theme), meaning))]),
    ...heading('Columns'),
    ...columns.map(({ title, meaning }) => line({ text: title, style: 'key' }, meaning)),
  ];
}
