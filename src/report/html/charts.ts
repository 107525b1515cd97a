/** The pictures of the whole capture: handshakes against the idle limit, set-up times, idle gaps. */

import { type CurvePoint, openingClasses, setupClasses, type Totals } from '../../analysis/index.ts';
import { type Duration, millisecond, second } from '../../time.ts';
import type { Distribution } from '../distribution.ts';
import { kneeOf } from '../knee.ts';
import { grouped, limit, percent } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { fixed, stepOf } from './svg.ts';

const width = 480;
const left = 44;
const right = 12;
const inner = width - left - right;

interface Scale {
  readonly top: number;
  y(value: number): number;
  readonly grid: Markup;
}

/** A vertical axis from 0 to a round number at or above `most`. */
function scaleOf(most: number, from: number, height: number): Scale {
  const step = Math.max(1, stepOf(Math.max(1, most), 4));
  const top = Math.ceil(Math.max(1, most) / step) * step;
  const y = (value: number): number => from + height - (value / top) * height;
  const lines = Array.from({ length: top / step + 1 }, (_, i) => i * step);
  const grid = html`${lines.map((line) => html`<line class="axis" x1="${left}" x2="${width - right}" y1="${fixed(y(line))}" y2="${fixed(y(line))}"/><text x="${left - 7}" y="${fixed(y(line) + 3.5)}" text-anchor="end">${short(line)}</text>`)}`;
  return { top, y, grid };
}

const short = (count: number): string =>
  count >= 1e6 ? `${Math.round(count / 1e4) / 100}M` : count >= 1e4 ? `${Math.round(count / 100) / 10}k` : grouped(count);

/** Above bars, which stand close to one another: four characters. */
const brief = (count: number): string => {
  if (count < 1e3) return `${count}`;
  const [thousands, unit] = count < 999_500 ? [count / 1e3, 'k'] : [count / 1e6, 'M'];
  return `${thousands < 9.95 ? Math.round(thousands * 10) / 10 : Math.round(thousands)}${unit}`;
};

/** Handshakes that the same requests would have needed, by idle limit; below, how many idle connections that holds. */
export function curveChart({ curve, pool }: Totals, idleTimeout: Duration): Markup {
  const height = 306;
  const plot = 184;
  const most = curve.reduce((max, point) => Math.max(max, point.opensLifo), pool.actual);
  const scale = scaleOf(most, 20, plot - 20);
  const at = (i: number): number => left + 18 + (i * (inner - 36)) / Math.max(1, curve.length - 1);
  const points = (value: (point: CurvePoint) => number): string =>
    curve.map((point, i) => `${fixed(at(i))},${fixed(scale.y(value(point)))}`).join(' ');
  const knee = kneeOf(curve);
  const kneeAt = knee === undefined ? -1 : curve.indexOf(knee);
  const seen = scale.y(pool.actual);
  const held = curve.reduce((max, point) => Math.max(max, point.idleConnectionsPeak), 1);
  const below = plot + 42;
  const bars = 46;
  const names = sparing(curve.map((point) => point.idleTimeout));
  const differs = curve.some((point) => point.opensLifo !== point.opensMin);
  return html`<figure><h3>Handshakes by idle limit</h3><svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Handshakes needed against the idle limit">
${scale.grid}${place(curve, idleTimeout, at, plot)}
<line class="seen" x1="${left}" x2="${width - right}" y1="${fixed(seen)}" y2="${fixed(seen)}"/><text class="hot" x="${width - right}" y="${fixed(seen < 34 ? seen + 12 : seen - 4)}" text-anchor="end">${grouped(pool.actual)} in this capture</text>
${differs ? html`<polyline class="lifo" points="${points((point) => point.opensLifo)}"/>` : undefined}<polyline class="curve" points="${points((point) => point.opensMin)}"/>
${curve.map((point, i) => html`<circle class="${i === kneeAt ? 'knee' : 'dot'}" cx="${fixed(at(i))}" cy="${fixed(scale.y(point.opensMin))}" r="${i === kneeAt ? 5.5 : 2.6}"/>`)}
${knee === undefined ? undefined : kneeLabel(knee, at(kneeAt), scale.y(knee.opensMin), plot)}
${names.map((text, i) => html`<text x="${fixed(at(i))}" y="${plot + 17}" text-anchor="middle">${text}</text>`)}
<text x="${left}" y="${below - 4}">idle connections held at most</text>
${curve.map((point, i) => html`<rect class="held" x="${fixed(at(i) - 9)}" y="${fixed(below + 12 + bars - (point.idleConnectionsPeak / held) * bars)}" width="18" height="${fixed((point.idleConnectionsPeak / held) * bars)}"/><text x="${fixed(at(i))}" y="${fixed(below + 9 + bars - (point.idleConnectionsPeak / held) * bars)}" text-anchor="middle">${brief(point.idleConnectionsPeak)}</text>`)}
</svg><figcaption>${caption(knee, differs)}</figcaption></figure>`;
}

/** `1 ms 10 100 1 s 2 5`: a unit stands where it begins. */
function sparing(durations: readonly Duration[]): readonly string[] {
  let before = '';
  return durations.map((duration) => {
    if (!Number.isFinite(duration)) return '∞';
    const [amount, unit] = duration < second ? [duration / millisecond, 'ms'] : [duration / second, 's'];
    const named = unit === before ? `${amount}` : `${amount} ${unit}`;
    before = unit;
    return named;
  });
}

/** Where the report's own limit lies on the axis, between two of its points if need be. */
function place(curve: readonly CurvePoint[], idleTimeout: Duration, at: (i: number) => number, bottom: number): Markup | undefined {
  const after = curve.findIndex((point) => point.idleTimeout >= idleTimeout);
  const before = curve[after - 1];
  const there = curve[after];
  if (there === undefined) return undefined;
  const exact = there.idleTimeout === idleTimeout || before === undefined || !Number.isFinite(there.idleTimeout);
  const part = exact ? 0 : (there.idleTimeout - idleTimeout) / (there.idleTimeout - before.idleTimeout);
  const x = fixed(at(after - part));
  return html`<line class="now" x1="${x}" x2="${x}" y1="20" y2="${bottom}"/><text x="${x}" y="13" text-anchor="middle">assumed: ${limit(idleTimeout)}</text>`;
}

/** The curve never rises: there is room above it to the right of a point, below it to the left. */
function kneeLabel(knee: CurvePoint, x: number, y: number, bottom: number): Markup {
  const words = `${limit(knee.idleTimeout)}: ${grouped(knee.opensMin)}`;
  if (x <= width / 2) return html`<text class="strong" x="${fixed(x + 9)}" y="${fixed(y - 8)}">${words}</text>`;
  return html`<text class="strong" x="${fixed(x - 9)}" y="${fixed(Math.min(y + 15, bottom - 4))}" text-anchor="end">${words}</text>`;
}

function caption(knee: CurvePoint | undefined, differs: boolean): string {
  const least = 'Solid: the least possible for each limit.';
  const lifo = differs ? ' Dotted: a pool that takes the connection used last, as most clients do.' : '';
  const point =
    knee === undefined ? '' : ' The filled point is the shortest limit that saves nine tenths of what no limit at all would save.';
  return least + lifo + point;
}

/** Set-up times, coloured by latency class. */
export function setupChart(setups: Distribution, { setupClasses: counts }: Totals): Markup {
  const classes = setups.bounds.map((bound) => [20, 100, 200, 500].filter((edge) => bound > edge * millisecond).length);
  const known = setupClasses.reduce((sum, each) => sum + counts[each], 0);
  const legend = setupClasses.map(
    (each, i) =>
      html`<span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="c${i}" width="12" height="12"/></svg>${classNames[i]} ${known === 0 ? '–' : percent(counts[each] / known)}</span>`,
  );
  return html`<figure><h3>Set-up time</h3>${columns(setups.bounds, [setups.counts], (_, i) => `c${classes[i]}`, 'Set-up times')}
<p class="legend">${legend}</p><figcaption>TCP, CONNECT and TLS together, as the client felt them; known of ${grouped(setups.total)} connections.</figcaption></figure>`;
}

const classNames = ['< 20 ms', '20–100', '100–200', '200–500', '> 500 ms'];

/** How long connections lay idle, and how that ended. */
export function idleChart(reused: Distribution, closed: Distribution): Markup {
  return html`<figure><h3>Idle time</h3>${columns(reused.bounds, [reused.counts, closed.counts], (series) => (series === 0 ? 'bar' : 'ended'), 'Idle times')}
<p class="legend"><span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="bar" width="12" height="12"/></svg>then used again (${grouped(reused.total)})</span><span><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="ended" width="12" height="12"/></svg>then closed (${grouped(closed.total)})</span></p>
<figcaption>Between the end of one exchange and the next, or the close; TCP keep-alive probes do not interrupt it.</figcaption></figure>`;
}

/** Columns, of several series on top of one another; each bound stands below the edge that it is. */
function columns(
  bounds: readonly Duration[],
  series: readonly (readonly number[])[],
  kind: (series: number, i: number) => string,
  label: string,
): Markup {
  const labels = sparing(bounds.slice(0, -1));
  const plot = 168;
  const sums = bounds.map((_, i) => series.reduce((sum, counts) => sum + counts[i]!, 0));
  const scale = scaleOf(Math.max(...sums), 18, plot - 18);
  const each = inner / bounds.length;
  const bars = bounds.map((_, i) => {
    let height = 0;
    const parts = series.map((counts, s) => {
      const from = scale.y(height);
      height += counts[i]!;
      const to = scale.y(height);
      return counts[i] === 0
        ? undefined
        : html`<rect class="${kind(s, i)}" x="${fixed(left + i * each + 2)}" y="${fixed(to)}" width="${fixed(each - 4)}" height="${fixed(from - to)}"/>`;
    });
    const count =
      sums[i] === 0
        ? undefined
        : html`<text x="${fixed(left + (i + 0.5) * each)}" y="${fixed(scale.y(height) - 4)}" text-anchor="middle">${brief(sums[i]!)}</text>`;
    return html`${parts}${count}`;
  });
  const edges = labels.map(
    (text, i) => html`<text x="${fixed(left + (i + 1) * each)}" y="${plot + 15}" text-anchor="middle">${text}</text>`,
  );
  return html`<svg class="chart" viewBox="0 0 ${width} ${plot + 22}" role="img" aria-label="${label}">${scale.grid}${bars}${edges}</svg>`;
}

const openingWords: Readonly<Record<(typeof openingClasses)[number], string>> = {
  failed: 'did not succeed',
  unused: 'carried no request',
  first: 'first to their origin',
  missed_reuse: 'although one was idle',
  churn: 'one had just closed',
  parallel: 'all were busy',
  late: 'after a long pause',
};

/** Why connections were opened when they were: lying bars, those that a longer idle limit or a better pool would have saved in red. */
export function openingChart({ openings }: Totals): Markup {
  const shown = openingClasses.filter((each) => openings[each] > 0);
  const most = Math.max(1, ...shown.map((each) => openings[each]));
  const begin = 168;
  const bars = shown.map((each, i) => {
    const y = 8 + i * 26;
    const long = (openings[each] / most) * (width - begin - 60);
    const kind = each === 'missed_reuse' || each === 'churn' ? 'wasted' : 'held';
    return html`<text x="${begin - 10}" y="${y + 13}" text-anchor="end">${openingWords[each]}</text><rect class="${kind}" x="${begin}" y="${y}" width="${fixed(Math.max(1, long))}" height="18"/><text class="strong" x="${fixed(begin + long + 7)}" y="${y + 13}">${grouped(openings[each])}</text>`;
  });
  return html`<figure><h3>Why they were opened</h3><svg class="chart" viewBox="0 0 ${width} ${16 + shown.length * 26}" role="img" aria-label="Why connections were opened">${bars}</svg>
<figcaption>The first reason that fits. Red: another connection to the same origin could have served, or had closed within the idle limit.</figcaption></figure>`;
}
