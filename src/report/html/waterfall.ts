/** The life of each connection of an origin on one time axis: set-up, requests, idle time, probes, close. One small picture per table row, so that it bends with the page. */

import type { Analysis, Origin } from '../../analysis/index.ts';
import { second, type Time } from '../../time.ts';
import type { Connection, Trace } from '../../trace/index.ts';
import { openedBecause } from '../opening.ts';
import { closedBy } from '../sheet.ts';
import { grouped, span } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { share, stepOf } from './svg.ts';

const rowsShown = 30;
/** Shorter than so much of the width, neighbours of one colour are drawn as one. */
const grain = 1 / 500;

/** From the first avoidable connection on, one before it for company. */
export function waterfall(trace: Trace, analysis: Analysis, origin: Origin): Markup {
  const avoidable = origin.connections.findIndex((id) => analysis.verdict(id).avoidable);
  const first = Math.max(0, Math.min(avoidable - 1, origin.connections.length - rowsShown));
  const shown = origin.connections.slice(first, first + rowsShown).map((id) => trace.connection(id));
  const from = shown.reduce((least, each) => Math.min(least, each.start), Number.POSITIVE_INFINITY);
  const to = shown.reduce((most, each) => Math.max(most, each.start + each.duration), from);
  const axis = new Axis(from, Math.max(to, from + 1));
  const left = origin.connections.length - shown.length;
  return html`<div class="scroll"><table class="waterfall">
<thead><tr><th class="n">#</th><th class="n extra">set-up</th><th class="plot">${axis.labels()}</th><th class="extra">closed by</th><th class="n extra">after idle</th><th>opened because</th></tr></thead>
<tbody>
${shown.map((connection) => row(trace, analysis, connection, axis))}</tbody></table></div>
${legend}
<p class="small soft">Time since the first of them${from > 0 ? `, ${span(from)} into the capture` : ''}${left > 0 ? `; ${shown.length} of its ${grouped(origin.connections.length)} connections are shown` : ''}. What is too short to be seen is drawn a few pixels wide.</p>`;
}

function row(trace: Trace, analysis: Analysis, connection: Connection, axis: Axis): Markup {
  const verdict = analysis.verdict(connection.id);
  const { setup, idleBeforeClose } = connection;
  return html`<tr><td class="n">${connection.id}</td><td class="n extra">${setup === undefined ? '–' : span(setup)}</td><td class="plot">${life(trace, connection, axis, verdict.avoidable)}</td><td class="extra">${closedBy(connection)}</td><td class="n extra">${idleBeforeClose === undefined ? '–' : span(idleBeforeClose)}</td><td>${judged(openedBecause(verdict, connection))}</td></tr>
`;
}

function life(trace: Trace, connection: Connection, axis: Axis, avoidable: boolean): Markup {
  const { start, duration, handshakeClient, setup } = connection;
  const opened = axis.at(start);
  const parts = [axis.lines(), html`<line class="life" x1="${share(opened)}" x2="${share(axis.at(start + duration))}" y1="10" y2="10"/>`];
  const tcp = handshakeClient ?? setup;
  const kind = avoidable ? 'wasted' : 'setup';
  if (tcp !== undefined) parts.push(sliver(kind, opened, -4), box(kind, opened, axis.at(start + tcp), 4, 12));
  if (tcp !== undefined && setup !== undefined && setup > tcp) parts.push(box('tls', axis.at(start + tcp), axis.at(start + setup), 4, 12));
  parts.push(...exchanges(trace, connection, axis));
  for (const place of distinct((connection.probes.list ?? []).map((probe) => axis.at(probe.time)))) {
    parts.push(html`<line class="probe" x1="${share(place)}" x2="${share(place)}" y1="5" y2="15"/>`);
  }
  if (connection.closed !== undefined) {
    const at = share(axis.at(connection.closed));
    parts.push(html`<line class="${connection.closedWith === 'rst' ? 'rst' : 'fin'}" x1="${at}" x2="${at}" y1="3" y2="17"/>`);
  }
  return html`<svg height="20" aria-hidden="true">${parts}</svg>`;
}

/** The word that matters stands out. */
function judged(words: string): Markup {
  if (words === '-') return html`–`;
  const [first, rest] = words.split('AVOIDABLE', 2);
  return rest === undefined ? html`${words}` : html`${first}<b class="hot">AVOIDABLE</b>${rest}`;
}

/** Waiting for the response, then receiving it; what lies closer together than the eye can tell is one box. */
function exchanges(trace: Trace, { id }: Connection, axis: Axis): readonly Markup[] {
  const waits = new Boxes('wait');
  const receives = new Boxes('receive');
  for (const { requestStart, requestEnd, responseStart, responseEnd } of trace.exchangeViews(id)) {
    const begin = requestStart ?? responseStart;
    const answered = responseStart ?? requestEnd ?? begin;
    if (begin === undefined || answered === undefined) continue;
    waits.add(axis.at(begin), axis.at(answered));
    if (responseStart !== undefined) receives.add(axis.at(responseStart), axis.at(responseEnd ?? responseStart));
  }
  return [...waits.drawn(), ...receives.drawn()];
}

class Boxes {
  readonly #kind: string;
  readonly #spans: [from: number, to: number][] = [];

  constructor(kind: string) {
    this.#kind = kind;
  }

  add(from: number, to: number): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && from - last[1] < grain) last[1] = Math.max(last[1], to);
    else this.#spans.push([from, to]);
  }

  drawn(): readonly Markup[] {
    return this.#spans.map(([from, to]) => (to - from < grain ? sliver(this.#kind, from, 2) : box(this.#kind, from, to, 4, 12)));
  }
}

/** What would be too thin to be seen gets so many pixels: to the left, where this connection was not open yet, or to the right. */
const sliver = (kind: string, at: number, pixels: number): Markup =>
  html`<rect class="${kind}" x="${share(at)}" y="4" width="${Math.abs(pixels)}" height="12"${pixels < 0 ? html` transform="translate(${pixels})"` : undefined}/>`;

const box = (kind: string, from: number, to: number, y: number, height: number): Markup =>
  html`<rect class="${kind}" x="${share(from)}" y="${y}" width="${share(Math.max(0, to - from))}" height="${height}"/>`;

function distinct(places: readonly number[]): readonly number[] {
  let last = Number.NEGATIVE_INFINITY;
  return places.filter((place) => {
    if (place - last < grain) return false;
    last = place;
    return true;
  });
}

/** From times to shares of the width, with its round steps. */
class Axis {
  readonly #from: Time;
  readonly #length: number;
  readonly #steps: readonly number[];

  constructor(from: Time, to: Time) {
    this.#from = from;
    this.#length = to - from;
    const [unit] = unitOf(this.#length);
    const step = stepOf(this.#length / unit, 6) * unit;
    this.#steps = Array.from({ length: Math.floor(this.#length / step) + 1 }, (_, i) => i * step);
  }

  at(time: Time): number {
    return Math.min(1, Math.max(0, (time - this.#from) / this.#length));
  }

  lines(): Markup {
    return html`${this.#steps.map((step) => html`<line class="axis" x1="${share(step / this.#length)}" x2="${share(step / this.#length)}" y1="-7" y2="27"/>`)}`;
  }

  /** Round times since the first of these connections; the unit stands at the first. */
  labels(): Markup {
    const shown = this.#steps.filter((step) => step / this.#length < 0.95);
    const [unit, name] = unitOf(this.#length);
    const words = (step: number, i: number): string => (i === 0 ? `0 ${name}` : `${Math.round((step / unit) * 1e6) / 1e6}`);
    return html`<svg height="14" aria-hidden="true">${shown.map((step, i) => html`<text x="${share(step / this.#length)}" y="11"${i === 0 ? undefined : html` text-anchor="middle"`}>${words(step, i)}</text>`)}</svg>`;
  }
}

function unitOf(length: number): readonly [unit: number, name: string] {
  if (length < second) return length < second / 1000 ? [second / 1e6, 'µs'] : [second / 1000, 'ms'];
  return length < 600 * second ? [second, 's'] : length < 36_000 * second ? [60 * second, 'min'] : [3600 * second, 'h'];
}

const key = (kind: string, word: string): Markup =>
  html`<span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${kind}" x="1" y="1" width="10" height="10"/></svg>${word}</span>`;
const stroke = (kind: string, word: string): Markup =>
  html`<span><svg viewBox="0 0 12 12" aria-hidden="true"><line class="${kind}" x1="6" x2="6" y1="0" y2="12"/></svg>${word}</span>`;

const legend = html`<p class="legend">${key('setup', 'TCP handshake')}${key('wasted', 'avoidable')}${key('tls', 'TLS')}${key('wait', 'waiting for a response')}${key('receive', 'receiving it')}<span><svg viewBox="0 0 12 12" aria-hidden="true"><line class="life" x1="0" x2="12" y1="6" y2="6"/></svg>idle</span>${stroke('probe', 'TCP keep-alive probe')}${stroke('fin', 'FIN')}${stroke('rst', 'RST')}</p>`;
