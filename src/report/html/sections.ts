/** The parts of the HTML report in words and tables. */

import { type Advice, type Analysis, type Finding, listed, percentile } from '../../analysis/index.ts';
import { noteMeanings } from '../../note.ts';
import { toIso8601 } from '../../time.ts';
import type { CaptureFacts, Trace } from '../../trace/index.ts';
import { comments } from '../comments.ts';
import type { RenderOptions } from '../format.ts';
import { originNames } from '../names.ts';
import { originCells, originColumns, type Sheet, type SheetColumn } from '../sheet.ts';
import { warnings } from '../warnings.ts';
import { streamFilter } from '../wireshark.ts';
import { counted, grouped, percent, size, span } from '../words.ts';
import { type Content, html, Markup } from './markup.ts';

const originsShown = 10;
const originsFolded = 100;
const capturesShown = 20;
const numbersShown = 40;
const findingsShown = 12;
const findingsFolded = 200;
const adviceShown = 5;
const adviceFolded = 60;

/** The figures that people ask for first. */
export function figures(trace: Trace, analysis: Analysis): Markup {
  const { totals } = analysis;
  const { pool, requests } = totals;
  const setups = medianSetup(trace, analysis);
  const of = (name: string, value: Content, kind?: string): Markup =>
    html`<div${kind === undefined ? undefined : html` class="${kind}"`}><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="figures">
${of('Connections', grouped(totals.connections))}${of('Requests', requests === 0 ? '–' : grouped(requests))}${of('Reused', totals.reuseRatio === undefined ? '–' : percent(totals.reuseRatio))}${of('Avoidable', avoidable(totals), pool.avoidable > 0 ? 'hot' : requests > 0 && totals.avoidableHigh === 0 ? 'fine' : undefined)}${of('Set-up wasted', pool.avoidable === 0 ? '–' : span(totals.wasted), totals.wasted > 0 ? 'hot' : undefined)}${of('Set-up, median', setups === undefined ? '–' : span(setups))}</dl>
`;
}

/** Where TLS hides requests, from the least to the most. */
function avoidable({ avoidableHigh, handshakes, pool }: Analysis['totals']): string {
  if (handshakes === 0 && pool.avoidable === 0) return '–';
  return avoidableHigh > pool.avoidable ? `${grouped(pool.avoidable)}–${grouped(avoidableHigh)}` : grouped(pool.avoidable);
}

function medianSetup(trace: Trace, analysis: Analysis): number | undefined {
  const known: number[] = [];
  for (const connection of listed(trace, analysis)) {
    const setup = trace.columns.setup(connection);
    if (setup >= 0) known.push(setup);
  }
  return known.length === 0 ? undefined : percentile(Float64Array.from(known).sort(), 50);
}

export function origins({ origins: all }: Analysis): Markup | undefined {
  if (all.length === 0) return undefined;
  const shown = all.slice(0, originsShown + originsFolded);
  const names = originNames(shown);
  const columns: readonly SheetColumn[] = [...originColumns, { title: 'main reason', least: 20 }];
  const rows = shown.map((origin, i) => [...originCells(origin, names[i]!), origin.mainReason ?? '']);
  const left = all.length - shown.length;
  const next = rows.slice(originsShown);
  const more = html`<details><summary>${next.length} more</summary>${table({ columns, rows: next })}${left > 0 ? html`<p class="small soft">and ${counted(left, 'more origin')}</p>` : undefined}</details>`;
  return html`<h2>Origins</h2>
<div class="origins">${table({ columns, rows: rows.slice(0, originsShown) })}${next.length > 0 ? more : undefined}</div>`;
}

export function findings(trace: Trace, analysis: Analysis): Markup | undefined {
  const all = analysis.findings;
  return all.length === 0
    ? undefined
    : html`<h2>Findings</h2>
${someFirst(all, findingsShown, findingsFolded, (one) => finding(trace, one), 'all of them: -T csv --table findings')}`;
}

/** The first ones, more of them folded away, and how many there are beyond. */
function someFirst<Item>(all: readonly Item[], shown: number, folded: number, write: (item: Item) => Markup, rest: string): Markup {
  const next = all.slice(shown, shown + folded);
  const left = all.length - shown - next.length;
  const beyond = left > 0 ? html`<p class="small soft">and ${grouped(left)} more (${rest})</p>` : undefined;
  return html`${all.slice(0, shown).map(write)}${next.length === 0 ? undefined : html`<details><summary>${next.length} more</summary>${next.map(write)}${beyond}</details>`}`;
}

function finding(trace: Trace, { severity, confidence, text, connections: ids, frames }: Finding): Markup {
  const filter = streamFilter(trace, ids);
  const shown = [numbers('connection', ids), numbers('frame', frames)].filter((words) => words !== '');
  return html`<div class="finding ${severity}"><p><span class="word">${severity}</span> ${text}</p><p class="small soft">${confidence}${shown.map((words) => `; ${words}`)}${filter === undefined ? undefined : html`<br><code>${filter}</code>`}</p></div>
`;
}

function numbers(one: string, list: readonly number[]): string {
  if (list.length === 0) return '';
  const more = list.length > numbersShown ? ` and ${grouped(list.length - numbersShown)} more` : '';
  return `${one}${list.length === 1 ? '' : 's'} ${list.slice(0, numbersShown).join(', ')}${more}`;
}

export function advice(analysis: Analysis): Markup | undefined {
  const all = changes(analysis.advice);
  const [missing] = analysis.adviceMissing;
  if (all.length === 0 && missing === undefined) return undefined;
  return html`<h2>What to change</h2>
${all.length === 0 ? html`<p>Nothing yet: ${missing}</p>` : someFirst(all, adviceShown, adviceFolded, change, 'all of them: -T json')}`;
}

/** One change, as the lines of one or several programs. */
type Change = readonly [Advice, ...Advice[]];

function changes(advice: readonly Advice[]): readonly Change[] {
  const found: [Advice, ...Advice[]][] = [];
  for (const one of advice) {
    const last = found.at(-1);
    if (last?.[0].text === one.text) last.push(one);
    else found.push([one]);
  }
  return found;
}

function change(alike: Change): Markup {
  const [{ text, evidenceGaps: gaps }] = alike;
  return html`<div class="finding"><p>${text}</p>${alike.map(line)}${gaps === undefined ? undefined : html`<p class="small soft">From ${counted(gaps, 'idle gap')}.</p>`}</div>
`;
}

/** Where no software is named, the directive is the sentence once more. */
const line = ({ directive, software }: Advice): Markup | undefined =>
  software === undefined ? undefined : html`<p class="small soft">${software}</p><pre><code>${directive}</code></pre>`;

/** The advice that saves most, for the first screen. */
export function firstAdvice(analysis: Analysis): Markup | undefined {
  const [first] = analysis.advice;
  return first === undefined
    ? undefined
    : html`<p class="advice">${first.text}${first.software === undefined ? undefined : html`<br><code>${first.directive}</code> <span class="small soft">${first.software}</span>`}</p>
`;
}

/** What was not seen, what was odd, and that everything read is accounted for. */
export function quality(trace: Trace, options: RenderOptions): Markup {
  const said = [...warnings(trace, options)];
  const remarks = [...comments(trace)];
  const { bytes, frames, payload } = trace.accounting;
  const facts: Sheet = {
    columns: ['', 'seen', 'used', 'left out'].map((title, i) => ({ title, right: i === 1 || i === 2, least: 1 })),
    rows: [
      ['bytes of the input', grouped(bytes.read), grouped(bytes.used), reasons(bytes.skipped)],
      ['frames', grouped(frames.seen), grouped(frames.tcp), reasons({ ...frames.other, ...frames.unusable })],
      [
        'TCP payload bytes',
        grouped(payload.seen),
        grouped(payload.delivered),
        reasons({ duplicate: payload.duplicate, conflicting: payload.conflicting, ...payload.givenUp }),
      ],
    ],
  };
  const list = trace.notes.map(({ code, count, firstFrame }) => [
    noteMeanings[code],
    grouped(count),
    firstFrame > 0 ? `${firstFrame}` : '',
  ]);
  const notes: Sheet = {
    columns: [
      { title: 'note', least: 1 },
      { title: 'times', right: true },
      { title: 'first frame', right: true },
    ],
    rows: list,
  };
  return html`<h2>Data quality</h2>
${said.length === 0 ? html`<p>Nothing is missing, nothing was odd.</p>` : html`<ul>${said.map((one) => html`<li>${one}</li>`)}</ul>`}
${remarks.length === 0 ? undefined : html`<p>Comments in the capture:</p><ul>${remarks.map((one) => html`<li>${one}</li>`)}</ul>`}
${table(facts)}${list.length === 0 ? undefined : html`<details><summary>All notes</summary>${table(notes)}</details>`}
${trace.captures.slice(0, capturesShown).map(captureFacts)}`;
}

function reasons(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${grouped(count)}`)
    .join(', ');
}

function captureFacts(capture: CaptureFacts): Markup {
  const { firstTime, timeDigits } = capture;
  const began = firstTime === undefined ? undefined : toIso8601(firstTime, 0, timeDigits);
  const parts = [
    capture.container + (capture.compression === undefined ? '' : ` (${capture.compression})`),
    size(capture.bytes),
    capture.linkTypes.join(' '),
    began === undefined ? '' : `begins ${began}`,
    capture.framesTruncated > 0 ? `${counted(capture.framesTruncated, 'frame')} cut` : '',
    (capture.framesDropped ?? 0) > 0 ? `${counted(capture.framesDropped ?? 0, 'frame')} dropped by the capture` : '',
    capture.framesDuplicate > 0 ? `${counted(capture.framesDuplicate, 'frame')} twice` : '',
  ];
  return html`<p class="small soft"><code>${capture.name}</code> ${parts.filter((part) => part !== '').join(' · ')}</p>`;
}

/** A sheet as it stands. */
export const table = (sheet: Sheet): Markup => new Markup([...tableLines(sheet)].join(''));

/** The same row by row: it may be long. */
export function* tableLines({ columns, rows }: Sheet): Generator<string> {
  const titles = columns.map(({ title, right }) => html`<th${right === true ? numeric : undefined}>${title}</th>`);
  yield html`<div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>
`.text;
  for (const row of rows) {
    yield html`<tr>${row.map((cell, i) => html`<td${kindOf(columns[i])}>${cell === '-' ? '–' : cell}</td>`)}</tr>
`.text;
  }
  yield '</tbody></table></div>\n';
}

const numeric = html` class="n"`;
const name = html` class="name"`;
const wrapped = html` class="wrap"`;

function kindOf(column: SheetColumn | undefined): Markup | undefined {
  if (column?.right === true) return numeric;
  if (column?.quoted === true) return name;
  return column?.least === undefined ? undefined : wrapped;
}
