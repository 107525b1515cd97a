/** A Prometheus text file (exposition format 0.0.4) for node_exporter's textfile collector: totals, and the origins that waste most. */

import { bracketed } from '../analysis/fields.ts';
import { type Analysis, isLowerBound, type Origin, setupClasses } from '../analysis/index.ts';
import { show } from '../show.ts';
import { second } from '../time.ts';
import type { Trace } from '../trace/index.ts';
import { isComplete } from './document.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { originName } from './names.ts';
import { version } from './version.ts';

export const prometheus: ReportFormat = {
  name: 'prometheus',
  extension: 'prom',
  summary: "for node_exporter's textfile collector",
  render,
};

/** Origins with a label of their own; the others are summed up under one. Labels are what a time-series database pays for. */
const originsLabelled = 20;
/** Characters of a label: a host name has 253 at most. */
const longestLabel = 260;

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  const { totals } = analysis;
  const { pool, wasted, wastedBlocking, probes, curve } = totals;
  const first = trace.captures[0]?.firstTime;
  yield* metric('info', 'The warmwire that wrote this.', [[{ version }, 1]]);
  yield* metric('complete', '1 where every byte of the capture was understood.', [[{}, isComplete(trace, options) ? 1 : 0]]);
  yield* metric('lower_bound', '1 where something was lost, so that counts are lower bounds.', [[{}, isLowerBound(trace) ? 1 : 0]]);
  if (first !== undefined) yield* metric('capture_start_time_seconds', 'Time of the first frame.', [[{}, Number(first / 1000n) / 1e6]]);
  yield* metric('capture_duration_seconds', 'From the first frame to the last.', [[{}, trace.lastTime / second]]);
  yield* metric('tcp_connections', 'TCP connections in the capture.', [[{}, totals.connections]]);
  yield* metric('tcp_handshakes', 'Connections whose opening the capture shows.', [[{}, totals.handshakes]]);
  yield* metric('tcp_keep_alive_probes', 'TCP keep-alive probes.', [[{}, probes]]);
  yield* metric('http_requests', 'HTTP requests.', [[{}, totals.requests]]);
  yield* metric('http_reuses', 'Requests after the first of their connection.', [[{}, totals.reuses]]);
  yield* metric('avoidable_handshakes', 'Handshakes that a pool with the stated idle limit would not have made.', [[{}, pool.avoidable]]);
  yield* metric('wasted_setup_seconds', 'Set-up time of avoidable connections.', [[{}, wasted / second]]);
  yield* metric('client_waiting_seconds', 'The part of it for which a request waited.', [[{}, wastedBlocking / second]]);
  yield* metric('idle_limit_seconds', 'How long idle connections were assumed to be kept.', [[{}, analysis.options.idleTimeout / second]]);
  yield* metric(
    'needed_handshakes',
    'Handshakes that the same requests need at least, by idle limit.',
    curve.map((point) => [{ idle_limit: number(point.idleTimeout / second) }, point.opensMin]),
  );
  yield* metric('opened_connections', 'Connections by why they were opened.', counts('opening', totals.openings));
  yield* metric('findings', 'Findings by severity.', counts('severity', severitiesOf(analysis)));
  yield* setups(totals.setupClasses, totals.setupTotal);
  yield* origins(analysis.origins);
}

function* setups(classes: Analysis['totals']['setupClasses'], total: number): Generator<string> {
  const bounds = ['0.02', '0.1', '0.2', '0.5', '+Inf'];
  let sum = 0;
  yield '# HELP warmwire_setup_seconds Set-up times as clients felt them.\n# TYPE warmwire_setup_seconds histogram\n';
  for (const [i, name] of setupClasses.entries()) {
    sum += classes[name];
    yield line('setup_seconds_bucket', { le: bounds[i]! }, sum);
  }
  yield line('setup_seconds_sum', {}, total / second);
  yield line('setup_seconds_count', {}, sum);
}

function* origins(all: readonly Origin[]): Generator<string> {
  const named = all.slice(0, originsLabelled);
  const labels = named.map(labelsOf);
  const others = all.slice(originsLabelled);
  const sum = (of: (origin: Origin) => number): Sample[] => {
    const samples = named.map((origin, i): Sample => [labels[i]!, of(origin)]);
    const rest = others.reduce((total, each) => total + of(each), 0);
    return others.length === 0 ? samples : [...samples, [{ origin: 'other', client: '', server: '', scheme: '' }, rest]];
  };
  yield* metric(
    'origin_connections',
    'Connections by origin, most wasteful first.',
    sum(({ connections }) => connections.length),
  );
  yield* metric(
    'origin_http_requests',
    'Requests by origin.',
    sum(({ requests }) => requests),
  );
  yield* metric(
    'origin_avoidable_handshakes',
    'Avoidable handshakes by origin.',
    sum(({ pool }) => pool.avoidable),
  );
  yield* metric(
    'origin_wasted_setup_seconds',
    'Set-up time of avoidable connections by origin.',
    sum(({ wasted }) => wasted / second),
  );
}

/** All parts of the pool key: no two origins have the same. */
const labelsOf = (origin: Origin): Labels => ({
  origin: show(originName(origin)).slice(0, longestLabel),
  client: origin.client ?? '',
  server: origin.server === undefined ? '' : `${bracketed(origin.server)}:${origin.port}`,
  scheme: origin.tls ? 'https' : 'http',
});

function severitiesOf({ findings }: Analysis): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { severity } of findings) counted[severity] = (counted[severity] ?? 0) + 1;
  return counted;
}

const counts = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);

function* metric(name: string, help: string, samples: readonly Sample[]): Generator<string> {
  if (samples.length === 0) return;
  yield `# HELP warmwire_${name} ${help}\n# TYPE warmwire_${name} gauge\n`;
  for (const [labels, value] of samples) yield line(name, labels, value);
}

function line(name: string, labels: Labels, value: number): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/[\\"]/g, '\\$&')}"`);
  return `warmwire_${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${number(value)}\n`;
}

const number = (value: number): string => (value === Number.POSITIVE_INFINITY ? '+Inf' : `${value}`);
