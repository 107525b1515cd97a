/** The command line that shows or writes the same as a screen, for scripts and for those who are told of it. */

import { displayFilter } from '../analysis/filter/index.ts';
import { second } from '../time.ts';
import type { View } from './session.ts';
import type { Exporter } from './source.ts';
import { here, type ScreenName, type WhatIf } from './store.ts';

/** Of the screen; undefined where nothing can be exported. */
export function commandLine(view: View): string | undefined {
  const { exporter, state } = view;
  const { screen } = here(state);
  return exporter && words[screen](view, exporter);
}

/** Of a report of what is shown. */
export function reportLine(view: View, path: string): string | undefined {
  const { exporter } = view;
  return exporter?.commandLine(['report', '-w', path, ...chosen(view)]);
}

type Words = (view: View, exporter: Exporter) => string;

const report: Words = (view, exporter) => exporter.commandLine(['report', ...chosen(view)]);
const explain: Words = ({ state }, exporter) => exporter.commandLine(['explain'], [String(here(state).connection)]);
/** Packets are Wireshark's: by its own number of the connection where that is known. */
const tshark =
  (more: (stream: number | string) => readonly string[]): Words =>
  ({ state, context }, exporter) => {
    const { trace } = context.snapshot;
    const { connection = 0 } = here(state);
    return exporter.tshark(more(trace.connection(connection).tcpStream ?? ''), displayFilter(trace, [connection]));
  };

const words: Readonly<Record<ScreenName, Words>> = {
  origins: report,
  connections: (view, exporter) => exporter.commandLine(['report', '-T', 'csv', ...columnsOf(view), ...chosen(view)]),
  waterfall: (view, exporter) => exporter.commandLine(['report', '-w', 'report.html', ...chosen(view)]),
  requests: (view, exporter) => exporter.commandLine(['report', '-T', 'csv', '--table', 'exchanges', ...columnsOf(view), ...chosen(view)]),
  findings: (view, exporter) => exporter.commandLine(['report', '-T', 'csv', '--table', 'findings', ...chosen(view)]),
  whatif: ({ state: { whatIf } }, exporter) => exporter.commandLine(['simulate', ...settingsOf(whatIf)]),
  story: explain,
  ladder: explain,
  timers: explain,
  exchanges: (view, exporter) => exporter.commandLine(['report', '-T', 'csv', '--table', 'exchanges', ...columnsOf(view), ...chosen(view)]),
  packets: tshark(() => []),
  bytes: tshark((stream) => (stream === '' ? [] : ['-q', '-z', `follow,tcp,ascii,${stream}`])),
};

function settingsOf({ idleTimeout, maxRequests, poolSize, http2 }: Partial<WhatIf>): readonly string[] {
  const limit = (option: string, value: number | undefined): readonly string[] =>
    value === undefined || !Number.isFinite(value) ? [] : [option, String(value)];
  return [
    ...(idleTimeout === undefined ? [] : ['--idle-timeout', Number.isFinite(idleTimeout) ? `${idleTimeout / second}s` : 'inf']),
    ...limit('--max-requests', maxRequests),
    ...limit('--pool-size', poolSize),
    ...(http2 === true ? ['--http2'] : []),
  ];
}

/** The columns that were chosen. */
function columnsOf({ state }: View): readonly string[] {
  const names = state.columns[here(state).screen];
  return names === undefined ? [] : ['--columns', names.join(',')];
}

/** Marked connections, else the connection or the origin that is shown, else what the filter lets through. */
function chosen({ state, context }: View): readonly string[] {
  const marked = [...state.marks].filter((mark) => mark.startsWith('c')).map((mark) => Number(mark.slice(1)));
  if (marked.length > 0) return ['-Y', `conn.id in {${marked.sort((a, b) => a - b).join(', ')}}`];
  const { connection } = here(state);
  if (connection !== undefined) return ['-Y', displayFilter(context.snapshot.trace, [connection])];
  return state.filter === '' ? [] : ['-Y', state.filter];
}
