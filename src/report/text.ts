/** The report that people read in a terminal: the answer first, then where, why, and what to look at next. */

import { type Analysis, listed } from '../analysis/index.ts';
import { shellWord } from '../shell-word.ts';
import { show } from '../show.ts';
import type { Trace } from '../trace/index.ts';
import { adviceLines, problemLines } from './advice-lines.ts';
import { comments } from './comments.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { filtered, headline, subjects, summary } from './headline.ts';
import { originNames } from './names.ts';
import { type Paint, paintOf } from './paint.ts';
import { originCells, originColumns } from './sheet.ts';
import { layout, lineOf, widthOfLine, wrap } from './table.ts';
import { chosenTable, connectionTable, requestTable } from './text-tables.ts';
import { warnings } from './warnings.ts';
import { grouped } from './words.ts';

export const text: ReportFormat = { name: 'text', extension: 'txt', summary: 'the answer first, for people', render };

const defaultWidth = 100;
const originsShown = 10;
const connectionsShown = 20;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  for (const line of lines(trace, analysis, options)) yield `${line}\n`;
}

function* lines(trace: Trace, analysis: Analysis, options: RenderOptions): Generator<string> {
  const paint = paintOf(options.color);
  const width = Math.max(40, options.width ?? defaultWidth);
  for (const line of subjects(trace, width)) yield paint.faint(line);
  if (options.filter !== undefined) yield paint.faint(filtered(trace, analysis, options.filter));
  yield paint.strong(headline(trace, analysis));
  const more = summary(trace, analysis);
  if (more !== '') yield more;
  yield* block(originTable(analysis, width, paint));
  yield* block(tables(trace, analysis, options, width, paint));
  const said = [...warnings(trace, options)];
  const next = [...nextSteps(trace, analysis, options)];
  yield* block([
    ...labelled('Problem', [...problemLines(analysis)], paint.warn, width),
    ...advised(analysis, paint, width),
    ...labelled('Warning', said, paint.warn, width),
    ...labelled('Comment', [...comments(trace)], paint.faint, width),
    ...labelled('Next', next, paint.strong),
  ]);
}

function tables(trace: Trace, analysis: Analysis, options: RenderOptions, width: number, paint: Paint): Iterable<string> {
  if (options.exchanges === true) return requestTable(trace, analysis, options, width, paint);
  if (options.columns !== undefined) return chosenTable(trace, analysis, options.columns, paint);
  return analysis.totals.connections <= connectionsShown ? connectionTable(trace, analysis, options, width, paint) : [];
}

/** An empty line and then the lines, if there are any. */
function* block(inside: Iterable<string>): Generator<string> {
  let first = true;
  for (const line of inside) {
    if (first) yield '';
    first = false;
    yield line;
  }
}

const labelWidth = 9;
const namesWritten = 3;

/** The label before the first line; what is wider than `width` goes on below. */
function* labelled(
  label: string,
  said: readonly string[],
  color: (text: string) => string,
  width: number = Number.POSITIVE_INFINITY,
): Generator<string> {
  const lines = said.flatMap((one) => wrap(one, width - labelWidth - 2).map((line, i) => (i === 0 ? line : `  ${line}`)));
  for (const [i, line] of lines.entries()) yield `${i === 0 ? color(label.padEnd(labelWidth)) : ' '.repeat(labelWidth)}${line}`;
}

/** Directives are not broken: they are to be copied. */
function* advised(analysis: Analysis, paint: Paint, width: number): Generator<string> {
  let label = paint.strong('Advice'.padEnd(labelWidth));
  for (const { text, isDirective } of adviceLines(analysis)) {
    const lines = isDirective ? [`  ${text}`] : wrap(text, width - labelWidth - 2).map((line, i) => (i === 0 ? line : `  ${line}`));
    for (const line of lines) {
      yield label + line;
      label = ' '.repeat(labelWidth);
    }
  }
}

/** Where the waste is; the main reason stands at the end of the line if all reasons fit there, else below. */
function* originTable({ origins }: Analysis, width: number, paint: Paint): Generator<string> {
  if (origins.length === 0) return;
  const shown = origins.slice(0, originsShown);
  const names = originNames(shown);
  const rows = shown.map((origin, i) => originCells(origin, names[i]!).map(show));
  const widths = layout(originColumns, rows, width);
  const used = widthOfLine(widths);
  const reasons = shown.map((origin) => show(origin.mainReason ?? ''));
  const longest = Math.max(...reasons.map((reason) => reason.length));
  const beside = longest > 0 && used + 2 + Math.max(longest, 11) <= width;
  yield paint.faint(
    lineOf(
      originColumns,
      originColumns.map((column) => column.title.toUpperCase()),
      widths,
    ) + (beside ? '  MAIN REASON' : ''),
  );
  for (const [i, row] of rows.entries()) {
    const line = lineOf(originColumns, row, widths);
    const reason = reasons[i]!;
    yield beside && reason !== '' ? `${line.padEnd(used)}  ${reason}` : line;
    if (!beside && reason !== '') yield `    ${paint.faint('because')} ${reason}`;
  }
  if (origins.length > shown.length) yield paint.faint(`  .. and ${grouped(origins.length - shown.length)} more origins`);
}

/** Command lines that lead on, ready to be copied. */
function* nextSteps(trace: Trace, analysis: Analysis, options: RenderOptions): Generator<string> {
  const names = options.inputs ?? trace.captures.map(({ name }) => name);
  if (names.length === 0 || names.includes('-') || analysis.totals.connections === 0) return;
  const file = names.length > namesWritten ? 'FILE...' : names.map(shellWord).join(' ');
  yield `warmwire ${file}`;
  yield `warmwire explain ${file} ${worthExplaining(trace, analysis)}`;
  yield `warmwire report ${file} -w report.html`;
}

/** The first avoidable connection of the worst origin, else the first connection. */
function worthExplaining(trace: Trace, analysis: Analysis): number {
  for (const origin of analysis.origins) {
    const found = origin.connections.find((id) => analysis.verdict(id).avoidable);
    if (found !== undefined) return found;
  }
  const [first = 0] = listed(trace, analysis);
  return first;
}
