/** The top of the screen: the file and how far it was read, the numbers that answer the question, where we are, and the filter. */

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { isFilterError, parseFilter } from '../../analysis/filter/index.ts';
import { droppedFrames, isLowerBound } from '../../analysis/index.ts';
import { second } from '../../time.ts';
import type { Cell, Context } from '../column.ts';
import { between, bytes, count, duration, percent } from '../format.ts';
import type { Layout } from '../layout.ts';
import { joined, originName, originsOf } from '../names.ts';
import { offers, type Prompt } from '../prompt.ts';
import { isExplained } from '../row-work.ts';
import { titles } from '../screens/titles.ts';
import type { View } from '../session.ts';
import type { Progress } from '../source.ts';
import { here, type State, tabs, views } from '../store.ts';
import type { Theme } from '../theme.ts';
import { width } from '../width.ts';
import { Line, spread } from './line.tsx';
import { ratesLine } from './rates.ts';

type TwoSides = readonly [left: readonly Cell[], right: readonly Cell[]];

const dim = (text: string): Cell => ({ text, style: 'dim' });

export function Header({ view, layout, fileName }: { readonly view: View; readonly layout: Layout; readonly fileName: string }): ReactNode {
  return (
    <Box flexDirection="column">
      {headerLines(view, layout, fileName).map(([left, right], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen is its place
        <Line key={index} text={spread(left, right, layout.columns, view.context.theme)} />
      ))}
    </Box>
  );
}

/** Also for clicks, which do not care for the file's name. */
export function headerLines(view: View, layout: Layout, fileName = ''): readonly TwoSides[] {
  const { state, context } = view;
  return [
    ...(layout.status ? [status(context, state, fileName)] : []),
    ...(layout.headline ? [[headline(context), limit(context)] as const] : []),
    ...(layout.rates ? [ratesLine(view, layout.columns)] : []),
    ...(layout.trail ? [trail(state, context, layout.columns)] : []),
    ...filterLines(view, layout),
  ];
}

function status({ snapshot: { trace, progress }, theme }: Context, { paused }: State, fileName: string): TwoSides {
  const { dot, micro, avoidable } = theme.glyphs;
  const facts = `  ${count(progress.frames)} frames ${dot} ${duration(trace.lastTime, micro)}`;
  const lost = droppedFrames(trace);
  const dropped = lost > 0 ? [{ text: `  ${avoidable} ${count(lost)} dropped`, style: 'warn' } as const] : [];
  const { 'connection-limit': unlisted = 0 } = trace.accounting.connections.evicted;
  const full = unlisted > 0 ? [{ text: `  ${avoidable} list is full: ${count(unlisted)} segments of others`, style: 'warn' } as const] : [];
  const damaged = progress.done && !trace.complete ? [{ text: `  ${avoidable} damaged or cut`, style: 'warn' } as const] : [];
  return [
    [
      { text: 'warmwire', style: 'accent' },
      { text: `  ${theme.safe(fileName)}`, style: 'name' },
      dim(facts),
      ...dropped,
      ...full,
      ...damaged,
    ],
    [...(paused ? [{ text: 'paused ', style: 'warn' } as const] : []), ...meter(progress, theme)],
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
  const { connections, requests, reuseRatio, pool, races, wasted } = analysis.totals;
  const most = isExplained(analysis) ? analysis.totals.avoidableHigh : pool.avoidable;
  const { dot, micro } = theme.glyphs;
  const atLeast = isLowerBound(trace) ? theme.glyphs.atLeast : '';
  const cost = pool.avoidable > 0 ? ` (${duration(wasted, micro)})` : '';
  const all = analysis.selected === undefined ? '' : ` of ${count(trace.size)}`;
  return [
    dim('conns '),
    { text: atLeast + count(connections) },
    dim(`${all} ${dot} reqs `),
    { text: atLeast + count(requests) },
    dim(` ${dot} reuse `),
    { text: percent(reuseRatio) ?? '-', style: reuseRatio ? 'good' : 'plain' },
    dim(` ${dot} avoidable `),
    {
      text: atLeast + between(pool.avoidable, most) + cost,
      style: pool.avoidable > 0 ? 'bad' : most > 0 ? 'warn' : 'good',
    },
    ...(races > 0 ? [dim(` ${dot} races `), { text: atLeast + count(races), style: 'bad' } as const] : []),
  ];
}

/** The assumption that the numbers stand on. */
function limit({ snapshot: { analysis } }: Context): Cell[] {
  const { idleTimeout } = analysis.options;
  return [dim(Number.isFinite(idleTimeout) ? `idle limit ${idleTimeout / second} s` : 'no idle limit')];
}

/** ` 1 Origins  2 Connections  › api.shop:443 › 17        Story  Requests `; what does not fit is left out, what is shown last. */
function trail(state: State, context: Context, columns: number): TwoSides {
  const root = state.trail[0]!.screen;
  const { step } = context.theme.glyphs;
  const place = here(state);
  const digits = views.map(
    (view, index): Cell => ({ text: ` ${index + 1} ${titles[view]} `, style: view === root ? 'tab' : 'dim', does: { type: 'view', view } }),
  );
  const names = state.trail
    .slice(1)
    .map(({ origin, connection }) => (connection === undefined ? nameOf(origin, context) : `#${connection}`));
  const crumbs = names.flatMap((name): Cell[] => [dim(` ${step} `), { text: name, style: 'name', does: { type: 'back' } }]);
  const right =
    place.connection === undefined
      ? []
      : tabs.map((tab): Cell => ({ text: ` ${titles[tab]} `, style: tab === place.screen ? 'tab' : 'dim', does: { type: 'tab-to', tab } }));
  const sum = (cells: readonly Cell[]): number => cells.reduce((all, { text }) => all + width(text), 0);
  const isShown = ({ style }: Cell): boolean => style === 'tab';
  const short = digits.map((cell) => (isShown(cell) ? cell : { ...cell, text: cell.text.slice(0, 3) }));
  const lefts = [...[digits, short, digits.filter(isShown), []].map((list) => [...list, ...crumbs]), crumbs.slice(-2)];
  const rights = [right, right.filter(isShown)];
  for (const list of rights) {
    const left = lefts.find((each) => sum(each) + sum(list) < columns);
    if (left) return [left, list];
  }
  return [lefts.at(-1)!, []];
}

function nameOf(origin: string | undefined, { snapshot, theme }: Context): string {
  const found = origin === undefined ? undefined : originsOf(snapshot.whole).get(origin);
  return found ? theme.safe(joined(originName(found))) : 'origin';
}

/** The filter that is applied; or the one that is typed, and below it what is wrong with it or could come next. */
function filterLines({ state, context: { theme } }: View, { filter: lines, columns }: Layout): readonly TwoSides[] {
  if (lines === 0) return [];
  const { prompt } = state;
  if (prompt?.kind !== 'filter')
    return [
      [
        [
          { text: ' filter ', style: 'key', does: { type: 'prompt-open', kind: 'filter' } },
          { text: theme.safe(state.filter), style: 'good' },
        ],
        [],
      ],
    ];
  const result = prompt.text.trim() === '' ? undefined : parseFilter(prompt.text);
  const error = result && isFilterError(result) ? result : undefined;
  const label: Cell = { text: ' filter ', style: 'key' };
  const style = error ? 'bad' : result ? 'good' : 'plain';
  const line: TwoSides = [[label, ...withCaret(prompt, style, theme)], []];
  if (lines < 2) return [line];
  const typing = error !== undefined && error.at >= prompt.text.trimEnd().length;
  if (error && !(typing && offers(prompt).words.length > 0)) {
    const indent = Math.min(columns - 2, width(label.text) + width(theme.safe(prompt.text.slice(0, error.at))));
    return [
      line,
      [
        [
          { text: `${' '.repeat(indent)}^ `, style: 'bad' },
          { text: theme.safe(error.message), style: 'warn' },
        ],
        [],
      ],
    ];
  }
  return [line, [[{ text: ' '.repeat(width(label.text)) }, ...offered(prompt)], []]];
}

/** Text with the caret in it. */
export function withCaret({ text, caret }: Prompt, style: Cell['style'] & string, theme: Theme): Cell[] {
  return [
    { text: theme.safe(text.slice(0, caret)), style },
    { text: theme.glyphs.caret, style: 'accent' },
    { text: theme.safe(text.slice(caret)), style },
  ];
}

/** The completions; of the one that is picked, or the only one, its meaning. */
export function offered(prompt: Prompt): Cell[] {
  const { words } = offers(prompt);
  const index = prompt.picked?.index ?? 0;
  const shown = words.slice(index, index + 12);
  return shown.flatMap(({ text, meaning }, i): Cell[] => [
    { text, style: prompt.picked && i === 0 ? 'tab' : 'info' },
    dim(i === 0 && meaning !== '' && (prompt.picked || words.length === 1) ? `  ${meaning}   ` : '  '),
  ]);
}
