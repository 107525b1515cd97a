/** What-if, written down: what the capture shows beside what other settings would have made of it, and the same for other idle limits. */

import { type Analysis, curveTimeouts, isLowerBound, type Simulation, type SimulationSettings } from '../analysis/index.ts';
import { connectionSeconds } from '../counted.ts';
import { second, toMilliseconds } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import { isComplete, optionsPart, secondsPart } from './document.ts';
import type { RenderOptions } from './format.ts';
import { filtered, subjects } from './headline.ts';
import { jsonOf } from './json-text.ts';
import { paintOf } from './paint.ts';
import type { SheetColumn } from './sheet.ts';
import { table } from './table.ts';
import { tool, version } from './version.ts';
import { counted, grouped, limit, percent, span } from './words.ts';

const defaultWidth = 100;

/** For people: the answer, what it takes, and what other idle limits would do. */
export function* simulationText(
  trace: Trace,
  analysis: Analysis,
  settings: SimulationSettings,
  options: RenderOptions = {},
): Generator<string> {
  const paint = paintOf(options.color);
  const width = Math.max(40, options.width ?? defaultWidth);
  for (const line of subjects(trace, width)) yield `${paint.faint(line)}\n`;
  if (options.filter !== undefined) yield `${paint.faint(filtered(trace, analysis, options.filter))}\n`;
  const simulation = analysis.simulate(settings);
  if (simulation.opensActual === 0) {
    yield `${paint.strong('No request on a connection that opens in the capture: there is nothing to replay.')}\n`;
    return;
  }
  yield `${paint.strong(answer(simulation, isLowerBound(trace)))}\n`;
  yield `${price(simulation)}\n\n`;
  let isHead = true;
  for (const line of table(columns, rowsOf(analysis, settings), width)) {
    yield `${isHead ? paint.faint(line) : line}\n`;
    isHead = false;
  }
}

/** For programs: the same as one object. */
export function simulationJson(trace: Trace, analysis: Analysis, settings: SimulationSettings, options: RenderOptions = {}): string {
  const { settings: _, ...outcome } = part(analysis.simulate(settings));
  return `${jsonOf({
    schema: 'warmwire/simulation/1',
    tool,
    version,
    complete: isComplete(trace, options),
    options: optionsPart(trace, analysis, options),
    settings: settingsPart(settings),
    ...outcome,
    lower_bound: isLowerBound(trace) || undefined,
    curve: limitsTried(settings).map((idleTimeout) => part(analysis.simulate({ ...settings, idleTimeout }))),
  })}\n`;
}

/** The grid of the curve, and the limit that was asked for. */
const limitsTried = ({ idleTimeout }: SimulationSettings): readonly number[] =>
  [...new Set([...curveTimeouts, idleTimeout])].sort((a, b) => a - b);

const part = ({ settings, ...outcome }: Simulation) => ({
  settings: settingsPart(settings),
  opens_actual: outcome.opensActual,
  opens: outcome.opens,
  avoided: outcome.avoided,
  saved_ms: toMilliseconds(outcome.saved),
  idle_connection_seconds: outcome.idleConnectionSeconds,
  idle_connections_peak: outcome.idleConnectionsPeak,
});

const settingsPart = ({ idleTimeout, maxRequests, poolSize, http2 }: SimulationSettings) => ({
  idle_timeout_s: secondsPart(idleTimeout),
  max_requests: Number.isFinite(maxRequests) ? maxRequests : undefined,
  pool_size: Number.isFinite(poolSize) ? poolSize : undefined,
  http2,
});

/** `1 handshake instead of 8 (88% fewer) with an idle limit of 5 s: 286 ms of set-up saved` */
function answer({ settings, opensActual, opens, saved }: Simulation, atLeast: boolean): string {
  const change = opensActual - opens;
  const share = percent(Math.abs(change) / opensActual);
  const instead =
    change === 0
      ? `${counted(opens, 'handshake')}, as many as captured,`
      : `${counted(opens, 'handshake')} instead of ${grouped(opensActual)} (${share} ${change > 0 ? 'fewer' : 'more'})`;
  const gain = saved > 0 ? `: ${atLeast ? 'at least ' : ''}${span(saved)} of set-up saved` : '';
  return `${instead} with ${settingsText(settings)}${gain}.`;
}

function settingsText({ idleTimeout, maxRequests, poolSize, http2 }: SimulationSettings): string {
  const said = [Number.isFinite(idleTimeout) ? `an idle limit of ${limit(idleTimeout)}` : 'no idle limit'];
  if (Number.isFinite(maxRequests)) said.push(`at most ${counted(maxRequests, 'request')} a connection`);
  if (Number.isFinite(poolSize)) said.push(`at most ${counted(poolSize, 'idle connection')} an origin`);
  if (http2) said.push('HTTP/2 everywhere');
  const last = said.pop()!;
  return said.length === 0 ? last : `${said.join(', ')} and ${last}`;
}

const price = ({ idleConnectionsPeak, idleConnectionSeconds }: Simulation): string =>
  `The price: at most ${counted(idleConnectionsPeak, 'idle connection')} at once, ${connectionSeconds(idleConnectionSeconds)} of idle time.`;

const columns: readonly SheetColumn[] = [
  { title: 'idle limit', right: true },
  { title: 'handshakes', right: true },
  { title: 'saved', right: true },
  { title: 'idle at most', right: true },
  { title: 'idle held', right: true },
];

function* rowsOf(analysis: Analysis, settings: SimulationSettings): Generator<readonly string[]> {
  for (const idleTimeout of limitsTried(settings)) {
    const { opens, saved, idleConnectionsPeak, idleConnectionSeconds } = analysis.simulate({ ...settings, idleTimeout });
    yield [
      Number.isFinite(idleTimeout) ? limit(idleTimeout) : 'no limit',
      grouped(opens),
      saved > 0 ? span(saved) : '-',
      grouped(idleConnectionsPeak),
      idleConnectionSeconds > 0 ? span(idleConnectionSeconds * second) : '-',
    ];
  }
}
