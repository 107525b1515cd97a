/** What help shows: the cell under the cursor, the keys of a screen, what its verdicts and its columns mean. */

import type { Cell, Context } from '../column.ts';
import { type Keys, keyLabel } from '../keys.ts';
import type { Listing } from '../listing.ts';
import { referenceOf } from '../references.ts';
import { type Place, views } from '../store.ts';
import type { Theme } from '../theme.ts';
import { legend, verdictCell } from '../verdict.ts';
import { fitted, wrapped } from '../width.ts';
import { purposes, titles } from './titles.ts';
import { waterfallLegend } from './waterfall.ts';

const labelWidth = 16;
const textWidth = 60;

export function help(
  keys: Keys,
  place: Place,
  listing: Listing,
  theme: Theme,
  at: { readonly row: number; readonly context: Context } | undefined,
): Cell[][] {
  const { screen } = place;
  const { columns } = listing;
  const line = (label: Cell, text: string): Cell[] => [
    { text: '  ' },
    { ...label, text: fitted(label.text, '', labelWidth, 'left', theme.glyphs.ellipsis) },
    { text: ` ${text}` },
  ];
  const heading = (text: string): Cell[][] => [[], [{ text, style: 'accent' }]];
  const bound = keys.of(screen).filter(({ does }) => does !== '');
  const isTab = place.connection !== undefined;
  return [
    [{ text: purposes[screen], style: 'name' }],
    ...cellHelp(place, listing, theme, at),
    ...heading('Keys'),
    ...bound.map(({ keys: names, does }) => line({ text: theme.keys(names.map(keyLabel).join(' ')), style: 'key' }, does)),
    line({ text: `1-${views.length}`, style: 'key' }, views.map((view, index) => `${index + 1} ${titles[view]}`).join(', ')),
    ...(screen === 'waterfall' ? [...heading('Signs'), ...waterfallLegend(theme).map(([sign, meaning]) => line(sign, meaning))] : []),
    ...(isTab || screen === 'whatif' || screen === 'findings'
      ? []
      : [...heading('Verdicts'), ...legend.map(([opinion, meaning]) => line(verdictCell(opinion, theme), meaning))]),
    ...heading('Columns'),
    ...columns.map(({ title, meaning }) => line({ text: title, style: 'key' }, meaning)),
    ...(isTab
      ? []
      : [
          ...heading('Column names'),
          ...wrapped(columns.map(({ name }) => name).join(' '), textWidth).map((text): Cell[] => [{ text: `  ${text}`, style: 'dim' }]),
        ]),
  ];
}

/** Definition, rule and where it is written of the column under the cursor. */
function cellHelp(
  { column }: Place,
  { columns, length, cells }: Listing,
  theme: Theme,
  at: { readonly row: number; readonly context: Context } | undefined,
): Cell[][] {
  const heading = column === undefined ? undefined : columns[column];
  if (heading === undefined) return [];
  const [cell] = at && length > 0 ? cells(at.row, [column!], at.context) : [];
  const value = cell === undefined ? '' : `${cell.text}${cell.tail ?? ''}`;
  const reference = referenceOf(heading.name);
  const indent = (text: string): Cell[][] => wrapped(text, textWidth + labelWidth).map((each): Cell[] => [{ text: `  ${each}` }]);
  return [
    [],
    [
      { text: heading.title, style: 'accent' },
      { text: `  ${value === '' ? 'unknown here' : value}`, style: 'name' },
      { text: `   ${heading.name}`, style: 'dim' },
    ],
    ...indent(heading.meaning),
    ...(reference === undefined ? [] : [...indent(reference.rule), [{ text: `  ${theme.safe(reference.source)}`, style: 'info' } as Cell]]),
  ];
}
