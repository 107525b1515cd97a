/** The report as one HTML file that needs nothing else and runs nothing: no script, nothing fetched, every word of the capture only text. */

import { rowOf } from '../analysis/fields.ts';
import { type Analysis, listed, type Origin, type Row } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import { idleDistributions, setupDistribution } from './distribution.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { filtered, headline, subjects, summary } from './headline.ts';
import { curveChart, idleChart, openingChart, setupChart } from './html/charts.ts';
import { type Markup, html as markup } from './html/markup.ts';
import { advice, figures, findings, firstAdvice, origins, quality, tableLines } from './html/sections.ts';
import { style } from './html/style.ts';
import { waterfall } from './html/waterfall.ts';
import { originName } from './names.ts';
import { chosenConnections, chosenRequests, connectionSheet, requestSheet, rowsOf, type Sheet } from './sheet.ts';
import { version } from './version.ts';
import { streamFilter } from './wireshark.ts';
import { grouped, limit } from './words.ts';

export const html: ReportFormat = { name: 'html', extension: 'html', summary: 'one file for a browser, to hand over or print', render };

/** Nothing may run, nothing may be loaded from anywhere. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const connectionsShown = 200;
const rowsOpen = 40;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  const answer = headline(trace, analysis);
  yield markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${answer}</title>
`.text;
  yield `<style>${style}</style></head><body>\n`;
  for (const part of parts(trace, analysis, options, answer)) if (part !== undefined) yield part.text;
  yield* rows(trace, analysis, options);
  yield quality(trace, options).text;
  yield markup`<footer>warmwire ${version} · idle limit ${limit(analysis.options.idleTimeout)} · pool key ${analysis.options.poolKey}${trace.readWith.reader === undefined ? '' : ` · reader ${trace.readWith.reader}`}</footer>
</body></html>
`.text;
}

function* parts(trace: Trace, analysis: Analysis, options: RenderOptions, answer: string): Generator<Markup | undefined> {
  const { totals } = analysis;
  const worst = analysis.origins[0];
  yield markup`<header>${subjects(trace, Number.POSITIVE_INFINITY).map((each) => markup`<p class="small soft">${each.replaceAll('  ', ' · ')}</p>`)}${options.filter === undefined ? undefined : markup`<p class="small soft">${filtered(trace, analysis, options.filter)}</p>`}
<h1>${answer}</h1><p>${summary(trace, analysis)}</p>
`;
  yield firstAdvice(analysis);
  if (trace.size > 0) yield figures(trace, analysis);
  yield markup`</header>
`;
  yield origins(analysis);
  if (worst !== undefined) yield lives(trace, analysis, worst);
  if (trace.size > 0) {
    const { reused, closed } = idleDistributions(trace, analysis);
    const setups = setupDistribution(trace, analysis);
    yield markup`<h2>Over all origins</h2><div class="charts">
${totals.pool.actual > 0 ? [curveChart(totals, analysis.options.idleTimeout), openingChart(totals)] : undefined}${setups.total > 0 ? setupChart(setups, totals) : undefined}${reused.total + closed.total > 0 ? idleChart(reused, closed) : undefined}</div>
`;
  }
  yield findings(trace, analysis);
  yield advice(analysis);
}

/** The waterfall of the origin that wastes most. */
function lives(trace: Trace, analysis: Analysis, origin: Origin): Markup {
  const avoidable = origin.connections.filter((id) => analysis.verdict(id).avoidable);
  const filter = streamFilter(trace, avoidable);
  return markup`<h2>${avoidable.length > 0 ? 'The origin that wastes most' : 'The first origin'}: ${originName(origin)}</h2>
${waterfall(trace, analysis, origin)}${filter === undefined ? undefined : markup`<p class="small soft">The avoidable ones in Wireshark: <code>${filter}</code></p>`}
`;
}

/** The connections: those asked for by columns, else all of a small capture, the most wasteful of a large one; then the requests, if asked for. */
function* rows(trace: Trace, analysis: Analysis, options: RenderOptions): Generator<string> {
  const size = analysis.selected?.length ?? trace.size;
  if (size === 0) return;
  const chosen = chooseColumns(options.columns, options.exchanges === true);
  const asked = options.columns !== undefined;
  if (asked && options.exchanges !== true) {
    yield* folded('Connections', '', chosenConnections(chosen.connections, trace, analysis), size);
  } else {
    const all = size <= connectionsShown;
    const said = all ? '' : `, here the ${connectionsShown} that wasted most (all of them: -T csv)`;
    yield* folded('Connections', said, connectionSheet(all ? rowsOf(trace, analysis) : mostWasteful(trace, analysis)), size);
  }
  if (options.exchanges !== true) return;
  const requests = analysis.selected === undefined ? trace.columns.exchanges : analysis.totals.requests;
  yield* folded('Requests', '', asked ? chosenRequests(chosen.exchanges, trace, analysis) : requestSheet(trace, analysis), requests);
}

/** A table that can be folded away; a long one is opened when it is wanted. */
function* folded(title: string, said: string, sheet: Sheet, length: number): Generator<string> {
  const open = length <= rowsOpen ? markup` open` : undefined;
  yield markup`<h2>${title}</h2><details${open}><summary>${grouped(length)} in all${said}</summary>`.text;
  yield* tableLines(sheet);
  yield '</details>\n';
}

function mostWasteful(trace: Trace, analysis: Analysis): readonly Row[] {
  const wasted = (id: number): number => analysis.verdict(id).wasted ?? 0;
  const ids = [...listed(trace, analysis)];
  ids.sort((a, b) => wasted(b) - wasted(a) || a - b);
  return ids.slice(0, connectionsShown).map((id) => rowOf(trace, analysis, id));
}
