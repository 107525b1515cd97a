/** Two captures side by side: the origins that they share, and what changed. */

import { type Analysis, isLowerBound, type Origin } from '../analysis/index.ts';
import { show } from '../show.ts';
import { type Duration, toMilliseconds } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import { isComplete, optionsPart, type Part, totalsPart } from './document.ts';
import type { RenderOptions } from './format.ts';
import { subjects } from './headline.ts';
import { jsonOf } from './json-text.ts';
import { originName } from './names.ts';
import { paintOf } from './paint.ts';
import type { SheetColumn } from './sheet.ts';
import { table } from './table.ts';
import { tool, version } from './version.ts';
import { counted, grouped, limit, percent, span } from './words.ts';

/** One of the two captures. */
export interface Judged {
  readonly trace: Trace;
  readonly analysis: Analysis;
  readonly interrupted: boolean;
}

/** What is compared of an origin; its clients and the addresses behind its name are taken together, for they differ from capture to capture. */
interface Figures {
  readonly name: string;
  connections: number;
  requests: number;
  reuses: number;
  opens: number;
  avoidable: number;
  wasted: Duration;
}

interface Pair {
  readonly name: string;
  /** undefined: the origin is not in that capture. */
  readonly before: Figures | undefined;
  readonly after: Figures | undefined;
}

const defaultWidth = 100;
const arrow = '->';

/** For people: how the whole changed, then each origin, what changed most first. */
export function* differenceText(before: Judged, after: Judged, options: RenderOptions = {}): Generator<string> {
  const paint = paintOf(options.color);
  const width = Math.max(40, options.width ?? defaultWidth);
  for (const [label, { trace }] of [
    ['Before', before],
    ['After', after],
  ] as const)
    for (const line of subjects(trace, width - 8)) yield `${paint.faint(`${label.padEnd(6)}  ${line}`)}\n`;
  yield `${paint.strong(headline(before, after))}\n`;
  yield `${waiting(before, after)}\n`;
  const lines = table(columns, pairsOf(before.analysis, after.analysis).map(cells), width);
  let isHead = true;
  for (const line of lines) {
    yield `${isHead ? `\n${paint.faint(line)}` : line}\n`;
    isHead = false;
  }
}

/** For programs. A figure that is undefined on one side belongs to an origin that is not there. */
export function differenceJson(before: Judged, after: Judged, options: RenderOptions = {}): string {
  return `${jsonOf({
    schema: 'warmwire/diff/1',
    tool,
    version,
    complete: [before, after].every(({ trace, interrupted }) => isComplete(trace, { interrupted })),
    options: optionsPart(after.trace, after.analysis, options),
    before: whole(before),
    after: whole(after),
    origins: pairsOf(before.analysis, after.analysis).map((pair) => ({
      origin: pair.name,
      before: pair.before && figuresPart(pair.before),
      after: pair.after && figuresPart(pair.after),
    })),
  })}\n`;
}

const whole = ({ trace, analysis }: Judged): Part => {
  const { curve: _, ...totals } = totalsPart(analysis.totals, analysis, isLowerBound(trace));
  return { captures: trace.captures.map(({ name }) => name), ...totals };
};

const figuresPart = (figures: Figures): Part => ({
  connections: figures.connections,
  requests: figures.requests,
  reuses: figures.reuses,
  reuse_ratio: figures.requests === 0 ? undefined : Math.round((figures.reuses / figures.requests) * 1e4) / 1e4,
  opens_actual: figures.opens,
  avoidable: figures.avoidable,
  wasted_ms: toMilliseconds(figures.wasted),
});

/** By what changed in wasted time, then in avoidable handshakes, then by name. */
function pairsOf(before: Analysis, after: Analysis): readonly Pair[] {
  const [was, is] = [figuresOf(before), figuresOf(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names
    .map((name): Pair => ({ name, before: was.get(name), after: is.get(name) }))
    .sort(
      (a, b) => change(b, 'wasted') - change(a, 'wasted') || change(b, 'avoidable') - change(a, 'avoidable') || (a.name < b.name ? -1 : 1),
    );
}

const change = ({ before, after }: Pair, figure: 'wasted' | 'avoidable'): number =>
  Math.abs((after?.[figure] ?? 0) - (before?.[figure] ?? 0));

function figuresOf({ origins }: Analysis): ReadonlyMap<string, Figures> {
  const found = new Map<string, Figures>();
  for (const origin of origins) {
    const name = `${origin.tls ? 'https' : 'http'}://${originName(origin)}`;
    const figures = found.get(name) ?? { name, connections: 0, requests: 0, reuses: 0, opens: 0, avoidable: 0, wasted: 0 };
    add(figures, origin);
    found.set(name, figures);
  }
  return found;
}

function add(figures: Figures, { connections, requests, reuses, pool, wasted }: Origin): void {
  figures.connections += connections.length;
  figures.requests += requests;
  figures.reuses += reuses;
  figures.opens += pool.actual;
  figures.avoidable += pool.avoidable;
  figures.wasted += wasted;
}

/** `Avoidable TCP handshakes: 7 of 8 -> 0 of 1 (idle limit 60 s).` */
function headline(before: Judged, after: Judged): string {
  const share = ({ analysis: { totals }, trace }: Judged): string =>
    `${isLowerBound(trace) ? 'at least ' : ''}${grouped(totals.pool.avoidable)} of ${grouped(Math.max(totals.handshakes, totals.pool.avoidable))}`;
  return `Avoidable TCP handshakes: ${share(before)} ${arrow} ${share(after)} (idle limit ${limit(after.analysis.options.idleTimeout)}).`;
}

function waiting(before: Judged, after: Judged): string {
  const said = ({ analysis: { totals } }: Judged): string =>
    `${totals.wastedBlocking === 0 ? 'no' : `${span(totals.wastedBlocking)} of`} client waiting, ${counted(totals.requests, 'request')}, ${percent(totals.reuseRatio ?? 0)} reused`;
  return `Before: ${said(before)}. After: ${said(after)}.`;
}

const columns: readonly SheetColumn[] = [
  { title: 'origin', least: 16, quoted: true },
  { title: 'conns', right: true },
  { title: 'requests', right: true },
  { title: 'reused', right: true },
  { title: 'avoidable', right: true },
  { title: 'wasted', right: true },
];

function cells({ name, before, after }: Pair): readonly string[] {
  const both = (text: (figures: Figures) => string): string =>
    `${before === undefined ? '-' : text(before)} ${arrow} ${after === undefined ? '-' : text(after)}`;
  return [
    show(name),
    both(({ connections }) => grouped(connections)),
    both(({ requests }) => grouped(requests)),
    both(({ requests, reuses }) => (requests === 0 ? '-' : percent(reuses / requests))),
    both(({ avoidable }) => grouped(avoidable)),
    both(({ wasted }) => (wasted === 0 ? '0' : span(wasted))),
  ];
}
