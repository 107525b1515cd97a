/** Connections opened, open and idle over time, as three small curves in one line. */

import type { Rates } from '../../analysis/index.ts';
import { second } from '../../time.ts';
import type { Cell } from '../column.ts';
import { count, duration } from '../format.ts';
import type { View } from '../session.ts';
import type { Theme } from '../theme.ts';

const dim = (text: string): Cell => ({ text, style: 'dim' });

/** Cells of a curve at least and at most; what stands around the three of them. */
const least = 6;
const most = 40;
const around = 52;

/** `opens/s ▁▂▅█ max 12   open ▂▃▅▇ max 31   idle ▁▂▂▃ max 12      last 60 s` */
export function ratesLine(
  { rates, context: { snapshot, theme } }: View,
  columns: number,
): readonly [left: readonly Cell[], right: readonly Cell[]] {
  if (rates === undefined) return [[], []];
  const when = rates.from > 0 ? `last ${Math.round((rates.to - rates.from) / second)} s` : `in ${duration(rates.to, theme.glyphs.micro)}`;
  const isWide = columns - around - when.length >= 3 * 2 * least;
  const room = Math.max(least, Math.min(most, Math.floor((columns - around - (isWide ? when.length : 0)) / 3)));
  const highest = highestOf(rates.open);
  const curve = (name: string, values: Float64Array, top: number, style: Cell['style'] & string): Cell[] => [
    dim(name),
    { text: curveOf(values, top, room, theme), style },
    dim(' max '),
    { text: figure(highestOf(values)) },
  ];
  const left = [
    ...curve('opens/s ', rates.opens, highestOf(rates.opens), 'warn'),
    ...curve('  open ', rates.open, highest, 'info'),
    ...curve('  idle ', rates.idle, highest, 'plain'),
  ];
  return snapshot.trace.size === 0 ? [[], []] : [left, isWide ? [dim(when)] : []];
}

const highestOf = (values: Float64Array): number => values.reduce((top, value) => Math.max(top, value), 0);

/** `0.4`, `12`, `1,930` */
const figure = (value: number): string => (value < 9.95 ? String(Math.round(value * 10) / 10) : count(Math.round(value)));

/** Each cell is the mean of its part of the time; anything above nothing is seen. */
function curveOf(values: Rates['open'], top: number, room: number, { glyphs: { levels } }: Theme): string {
  let text = '';
  for (let cell = 0; cell < room; cell += 1) {
    const from = Math.floor((cell * values.length) / room);
    const to = Math.max(from + 1, Math.floor(((cell + 1) * values.length) / room));
    const mean = values.subarray(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    const height = top === 0 ? 0 : mean / top;
    text += levels[mean <= 0 ? 0 : Math.max(1, Math.min(levels.length - 1, Math.round(height * (levels.length - 1))))]!;
  }
  return text;
}
