/** The top of the screen: the file and how far it was read, the numbers that answer the question, and where we are. */

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { droppedFrames, isLowerBound } from '../../analysis/index.ts';
import { second } from '../../time.ts';
import type { Cell, Context } from '../column.ts';
import { bytes, count, duration, percent } from '../format.ts';
import type { Layout } from '../layout.ts';
import { joined, originName, originsOf } from '../names.ts';
import type { View } from '../session.ts';
import type { Progress } from '../source.ts';
import { here, type State, tabs, views } from '../store.ts';
import type { Theme } from '../theme.ts';
import { width } from '../width.ts';
import { Line, spread } from './line.tsx';

const dim = (text: string): Cell => ({ text, style: 'dim' });
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export function Header({ view, layout, fileName }: { readonly view: View; readonly layout: Layout; readonly fileName: string }): ReactNode {
  const { state, context } = view;
  const { columns } = layout;
  const lines = [
    layout.status && spread(...status(context, fileName), columns, context.theme),
    layout.headline && spread(headline(context), limit(context), columns, context.theme),
    layout.trail && spread(...trail(state, context, columns), columns, context.theme),
  ].filter((line) => line !== false);
  return (
    <Box flexDirection="column">
      {lines.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
        <Line key={index} text={text} />
      ))}
    </Box>
  );
}

function status({ snapshot: { trace, progress }, theme }: Context, fileName: string): [Cell[], Cell[]] {
  const { dot, micro, avoidable } = theme.glyphs;
  const facts = `  ${count(progress.frames)} frames ${dot} ${duration(trace.lastTime, micro)}`;
  const lost = droppedFrames(trace);
  const dropped = lost > 0 ? [{ text: `  ${avoidable} ${count(lost)} dropped`, style: 'warn' } as const] : [];
  const damaged = progress.done && !trace.complete ? [{ text: `  ${avoidable} damaged or cut`, style: 'warn' } as const] : [];
  return [
    [{ text: 'warmwire', style: 'accent' }, { text: `  ${theme.safe(fileName)}`, style: 'name' }, dim(facts), ...dropped, ...damaged],
    meter(progress, theme),
  ];
}

const meterWidth = 12;

function meter({ done, bytes: read, totalBytes }: Progress, { glyphs }: Theme): Cell[] {
  if (done) return [];
  if (!totalBytes) return [{ text: `reading ${bytes(read)}`, style: 'info' }];
  const part = Math.min(1, read / totalBytes);
  const full = Math.floor(part * meterWidth);
  const bar = glyphs.full.repeat(full) + glyphs.empty.repeat(meterWidth - full);
  return [{ text: bar, style: 'info' }, { text: ` ${Math.floor(part * 100)} %` }];
}

function headline({ snapshot: { trace, analysis }, theme }: Context): Cell[] {
  const { connections, requests, reuseRatio, pool, wasted } = analysis.totals;
  const { dot, micro } = theme.glyphs;
  const atLeast = isLowerBound(trace) ? theme.glyphs.atLeast : '';
  const cost = pool.avoidable > 0 ? ` (${duration(wasted, micro)})` : '';
  return [
    dim('conns '),
    { text: atLeast + count(connections) },
    dim(` ${dot} reqs `),
    { text: atLeast + count(requests) },
    dim(` ${dot} reuse `),
    { text: percent(reuseRatio) ?? '-', style: reuseRatio ? 'good' : 'plain' },
    dim(` ${dot} avoidable `),
    { text: atLeast + count(pool.avoidable) + cost, style: pool.avoidable > 0 ? 'bad' : 'good' },
  ];
}

/** The assumption that the numbers stand on. */
function limit({ snapshot: { analysis } }: Context): Cell[] {
  const { idleTimeout } = analysis.options;
  return [dim(Number.isFinite(idleTimeout) ? `idle limit ${idleTimeout / second} s` : 'no idle limit')];
}

/** ` 1 Origins  2 Connections  › api.shop:443 › 17        Story  Requests ` */
function trail(state: State, context: Context, columns: number): [Cell[], Cell[]] {
  const root = state.trail[0]!.screen;
  const { step } = context.theme.glyphs;
  const place = here(state);
  const digits = views.map((view, index): Cell => ({ text: ` ${index + 1} ${capital(view)} `, style: view === root ? 'tab' : 'dim' }));
  const names = state.trail
    .slice(1)
    .map(({ origin, connection }) => (connection === undefined ? nameOf(origin, context) : `#${connection}`));
  const crumbs = names.flatMap((name): Cell[] => [dim(` ${step} `), { text: name, style: 'name' }]);
  const right =
    place.connection === undefined
      ? []
      : tabs.map((tab): Cell => ({ text: ` ${capital(tab)} `, style: tab === place.screen ? 'tab' : 'dim' }));
  const all = [...digits, ...crumbs, ...right].reduce((sum, { text }) => sum + width(text), 0);
  return [[...(all < columns ? digits : digits.filter(({ style }) => style === 'tab')), ...crumbs], right];
}

function nameOf(origin: string | undefined, { snapshot, theme }: Context): string {
  const found = origin === undefined ? undefined : originsOf(snapshot.analysis).get(origin);
  return found ? theme.safe(joined(originName(found))) : 'origin';
}
