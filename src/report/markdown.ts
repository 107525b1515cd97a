/** The report as GitHub-flavoured Markdown, to be pasted into a ticket: the answer first, then where, what to change, and what shows it. */

import type { Analysis, Finding } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import { comments } from './comments.ts';
import type { RenderOptions, ReportFormat } from './format.ts';

import { filtered, headline, subjects, summary } from './headline.ts';

import { kneeOf } from './knee.ts';
import { code, paragraph, prose } from './markdown-text.ts';
import { originNames } from './names.ts';
import {
  chosenConnections,
  chosenRequests,
  connectionSheet,
  originCells,
  originColumns,
  requestSheet,
  rowsOf,
  type Sheet,
} from './sheet.ts';
import { version } from './version.ts';
import { warnings } from './warnings.ts';
import { streamFilter } from './wireshark.ts';
import { counted, grouped, limit, span } from './words.ts';

export const markdown: ReportFormat = { name: 'md', extension: 'md', summary: 'Markdown, for tickets', render };

const originsShown = 20;
const connectionsShown = 20;
const findingsShown = 20;
const adviceShown = 10;
const numbersShown = 12;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  yield `### ${paragraph(headline(trace, analysis))}\n\n`;
  const more = summary(trace, analysis);
  if (more !== '') yield `${paragraph(more)}\n\n`;
  for (const line of subjects(trace, Number.POSITIVE_INFINITY)) yield `${code(line)}\n\n`;
  if (options.filter !== undefined) yield `${code(filtered(trace, analysis, options.filter))}\n\n`;
  yield* origins(analysis);
  yield* advice(analysis);
  yield* findings(analysis);
  yield* rows(trace, analysis, options);
  yield* curve(analysis);
  yield* section('Data quality', list([...warnings(trace, options)].map(paragraph)));
  yield* section('Comments', list([...comments(trace)].map(paragraph)));
  yield `<sub>warmwire ${version}, idle limit ${limit(analysis.options.idleTimeout)}, pool key ${analysis.options.poolKey}</sub>\n`;
}

/** A heading, its lines and an empty one; nothing without lines. */
function* section(title: string, lines: Iterable<string>): Generator<string> {
  let begun = false;
  for (const line of lines) {
    if (!begun) yield `#### ${title}\n\n`;
    begun = true;
    yield `${line}\n`;
  }
  if (begun) yield '\n';
}

function* list(items: Iterable<string>): Generator<string> {
  for (const item of items) yield `- ${item}`;
}

function* table({ columns, rows }: Sheet): Generator<string> {
  let begun = false;
  for (const row of rows) {
    if (!begun) {
      yield `| ${columns.map(({ title }) => prose(title)).join(' | ')} |`;
      yield `|${columns.map(({ right }) => (right === true ? '--:' : '---')).join('|')}|`;
    }
    begun = true;
    yield `| ${row.map((cell, i) => (columns[i]?.quoted === true && cell !== '-' ? code(cell) : prose(cell))).join(' | ')} |`;
  }
}

function* origins(analysis: Analysis): Generator<string> {
  const shown = analysis.origins.slice(0, originsShown);
  const names = originNames(shown);
  const columns = [...originColumns, { title: 'main reason' }];
  const rows = shown.map((origin, i) => [...originCells(origin, names[i]!), origin.mainReason ?? '']);
  yield* section('Origins', table({ columns, rows }));
  const hidden = analysis.origins.length - shown.length;
  if (hidden > 0) yield `and ${counted(hidden, 'more origin')}\n\n`;
}

/** In the words of the other reports: each sentence once, and below it the lines to copy. */
function* advice(analysis: Analysis): Generator<string> {
  let text = '';
  for (const [i, one] of analysis.advice.slice(0, adviceShown).entries()) {
    if (i === 0) yield '#### What to change\n\n';
    if (one.text !== text) yield `- ${prose(one.text)}\n\n`;
    text = one.text;
    if (one.software !== undefined && !text.includes(one.directive)) yield `  ${code(one.directive)} (${prose(one.software)})\n\n`;
  }
  const hidden = analysis.advice.length - adviceShown;
  if (hidden > 0) yield `and ${counted(hidden, 'more suggestion')}: -T json\n\n`;
}

function findings(analysis: Analysis): Iterable<string> {
  const line = (finding: Finding): string => {
    const shown = [streams(finding.connections), numbers('frame', finding.frames)].filter((text) => text !== '').join(', ');
    return `**${finding.severity}** ${prose(finding.text)} (${finding.confidence}${shown === '' ? '' : `; ${shown}`})`;
  };
  const hidden = analysis.findings.length - findingsShown;
  const more = hidden > 0 ? [`and ${grouped(hidden)} more: -T csv --table findings`] : [];
  return section('Findings', list([...analysis.findings.slice(0, findingsShown).map(line), ...more]));
}

const streams = (ids: readonly number[]): string => numbers('connection', ids);

function numbers(one: string, list: readonly number[]): string {
  if (list.length === 0) return '';
  const more = list.length > numbersShown ? ` and ${grouped(list.length - numbersShown)} more` : '';
  return `${one}${list.length === 1 ? '' : 's'} ${list.slice(0, numbersShown).join(' ')}${more}`;
}

function* rows(trace: Trace, analysis: Analysis, options: RenderOptions): Generator<string> {
  const chosen = chooseColumns(options.columns, options.exchanges === true);
  const asked = options.columns !== undefined;
  if (asked && options.exchanges !== true) {
    yield* section('Connections', table(chosenConnections(chosen.connections, trace, analysis)));
  } else if (analysis.totals.connections <= connectionsShown) {
    yield* section('Connections', table(connectionSheet(rowsOf(trace, analysis))));
  }
  yield* evidence(trace, analysis);
  if (options.exchanges !== true) return;
  yield* section('Requests', table(asked ? chosenRequests(chosen.exchanges, trace, analysis) : requestSheet(trace, analysis)));
}

/** How Wireshark shows the avoidable connections of the worst origin. */
function* evidence(trace: Trace, analysis: Analysis): Generator<string> {
  const avoidable = (analysis.origins[0]?.connections ?? []).filter((id) => analysis.verdict(id).avoidable);
  const filter = streamFilter(trace, avoidable);
  if (filter !== undefined) yield `The avoidable ones in Wireshark: ${code(filter)}\n\n`;
}

/** What other idle limits would give, where that makes a difference. */
function* curve({ totals, options }: Analysis): Generator<string> {
  const knee = kneeOf(totals.curve);
  if (knee === undefined) return;
  const columns = ['idle limit', 'handshakes', 'set-up saved', 'idle connections held'].map((title, i) => ({ title, right: i > 0 }));
  const rows = totals.curve.map((point) => {
    const marks = [point.idleTimeout === options.idleTimeout ? ' (this report)' : '', point === knee ? ' (knee)' : ''];
    const kept = Number.isFinite(point.idleTimeout) ? limit(point.idleTimeout) : 'for ever';
    const saved = point.wasted === 0 ? '-' : span(point.wasted);
    return [kept + marks.join(''), grouped(point.opensMin), saved, grouped(point.idleConnectionsPeak)];
  });
  yield* section('Other idle limits', table({ columns, rows }));
}
