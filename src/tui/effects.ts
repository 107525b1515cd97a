/** What leaves the screen: texts for the clipboard, files, and the command lines that would write the same. */

import { bracketed } from '../analysis/fields.ts';
import { displayFilter } from '../analysis/filter/index.ts';
import type { Connection, Exchange } from '../trace/index.ts';
import { commandLine } from './command-line.ts';
import type { CopyKind } from './commands.ts';
import { ladderOf } from './ladder.ts';
import { ladderMermaid, ladderSvg, ladderText } from './ladder-export.ts';
import type { View } from './session.ts';
import { runInSlices } from './slices.ts';
import type { Packets } from './source.ts';
import { here } from './store.ts';
import { told } from './told.ts';

/** The connection that the cursor is on, or whose tabs are shown. */
function connectionOf({ rows, state }: View): number | undefined {
  return here(state).connection ?? rows.connection(here(state).cursor);
}

/** Marked connections; else those of the origin that is shown; undefined for all that the filter lets through. */
export function meantRows({ state, context }: View): Uint32Array | undefined {
  const marked = [...state.marks].filter((mark) => mark.startsWith('c')).map((mark) => Number(mark.slice(1)));
  if (marked.length > 0) return Uint32Array.from(marked).sort();
  const place = here(state);
  if (place.connection !== undefined) return Uint32Array.of(place.connection);
  return context.snapshot.analysis.selected;
}

const longestCopy = 74_000;

/** Puts it into the clipboard; what is said about it. */
export function clipboardOf(view: View, kind: CopyKind, copy: (text: string) => void): string {
  const text = copied(view, kind);
  if (text === undefined) return kind === 'curl' ? 'there is no request to copy here' : 'there is nothing to copy here';
  if (text.length > longestCopy) return 'that is too long for the clipboard; x exports it';
  copy(text);
  return `copied: ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`;
}

function copied(view: View, kind: CopyKind): string | undefined {
  const { state, rows, context } = view;
  const { trace } = context.snapshot;
  const place = here(state);
  if (kind === 'command') return commandLine(view);
  if (kind === 'value' && place.column !== undefined && rows.length > 0) {
    const row = rows.row(place.cursor);
    const [cell] = rows.listing.cells(row, [place.column], context);
    const plain = rows.listing.value(row, place.column);
    return cell?.tail === undefined && typeof plain !== 'string'
      ? cell?.text
      : context.theme.safe(String(plain ?? `${cell?.text}${cell?.tail ?? ''}`));
  }
  if (kind === 'rows') return displayFilter(trace, meantRows(view) ?? everyRow(trace.size)) || undefined;
  const id = connectionOf(view);
  if (id === undefined)
    return kind === 'value' && rows.length > 0
      ? rows.listing.text(rows.row(place.cursor), context).replaceAll('\n', '  ').trim()
      : undefined;
  const connection = trace.connection(id);
  if (kind === 'tuple') return tuple(connection);
  if (kind === 'curl') return curl(connection, requestUnder(view, id));
  return displayFilter(trace, [id]);
}

const tuple = ({ client, server }: Connection): string =>
  `${bracketed(client.address)}:${client.port} -> ${bracketed(server.address)}:${server.port}`;

/** The request under the cursor, else the connection's first. */
function requestUnder({ state, rows, context }: View, id: number): Exchange | undefined {
  const exchanges = context.snapshot.trace.exchangeViews(id);
  const place = here(state);
  const row = rows.row(place.cursor);
  if (place.screen === 'exchanges') return exchanges.at(row);
  if (place.screen === 'requests') return exchanges.at(Number(rows.listing.value(row, rows.names.indexOf('index')) ?? 0));
  return exchanges.find(({ method }) => method !== undefined && method !== 'CONNECT');
}

function curl(connection: Connection, exchange: Exchange | undefined): string | undefined {
  if (exchange?.method === undefined || exchange.target === undefined) return undefined;
  const { server, serverName, tlsVersion } = connection;
  const authority = exchange.authority ?? serverName ?? `${bracketed(server.address)}:${server.port}`;
  const scheme = exchange.scheme ?? (tlsVersion === undefined ? 'http' : 'https');
  const usual = scheme === 'https' ? 443 : 80;
  const host = /:\d+$/.test(authority) || server.port === usual ? authority : `${authority}:${server.port}`;
  const target = exchange.target.includes('://') ? exchange.target : `${scheme}://${host}${exchange.target}`;
  const method = exchange.method === 'GET' ? [] : exchange.method === 'HEAD' ? ['--head'] : ['-X', exchange.method];
  const version = exchange.version === '2' ? ['--http2'] : [];
  return ['curl', ...version, ...method, target].map(shellWord).join(' ');
}

const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function* everyRow(size: number): Generator<number> {
  for (let row = 0; row < size; row += 1) yield row;
}

/** A name for the file that `x` would write. */
export function exportSuggestion({ state }: View): string {
  const place = here(state);
  if (place.screen === 'ladder') return `connection-${place.connection}.svg`;
  if (place.connection !== undefined || state.marks.size > 0) return `connections.pcapng`;
  return 'report.html';
}

/** Writes what is shown into a file, whose ending says as what. What is said at once, or later by `done`. */
export function exportOf(
  view: View,
  path: string,
  packets: (connection: number) => Packets,
  done: (said: string) => void,
): string | undefined {
  const { exporter, state, context } = view;
  if (exporter === undefined) return 'nothing can be exported here';
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const place = here(state);
  const rows = meantRows(view);
  if (ending === 'pcap') return 'packets are exported as pcapng: name a file that ends in .pcapng';
  if (ending === 'pcapng') {
    exporter.packets(path, rows ?? Uint32Array.from(everyRow(context.snapshot.trace.size)), done);
    return 'writing packets as they are, secrets included …';
  }
  if (place.screen === 'ladder' && place.connection !== undefined && ['svg', 'mmd', 'txt'].includes(ending)) {
    const found = packets(place.connection);
    if (found.state !== 'found') return 'the packets of this connection are not there yet';
    const connection = context.snapshot.trace.connection(place.connection);
    const draw = ending === 'svg' ? ladderSvg : ending === 'mmd' ? ladderMermaid : ladderText;
    runInSlices(told(connection, context.snapshot.trace.exchangeViews(place.connection), found.list), (known) =>
      exporter.text(path, draw(connection, ladderOf(connection, known, found.list, place.raw)), done),
    );
    return 'writing …';
  }
  if (!exporter.endings.includes(ending))
    return `the ending of '${path}' names no format (there are: ${[...exporter.endings, 'pcapng'].map((each) => `.${each}`).join(', ')}; of a ladder .svg, .mmd, .txt)`;
  exporter.report(path, rows, state.filter, done);
  return 'writing …';
}

/** `conn.opening == churn`: the value under the cursor as a filter; undefined where there is none. */
export function filterOfCell({ state, rows }: View): string | undefined {
  const place = here(state);
  if (place.column === undefined || rows.length === 0) return undefined;
  const name = rows.names[place.column]!;
  const value = rows.listing.value(rows.row(place.cursor), place.column);
  const field = fieldNames[place.screen]?.(name);
  if (field === undefined || value === undefined) return undefined;
  return `${field} == ${typeof value === 'number' ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`}`;
}

const fieldNames: Readonly<Record<string, (name: string) => string | undefined>> = {
  connections: (name) => (name === 'verdict' ? undefined : `conn.${name}`),
  waterfall: (name) => (name === 'bar' ? undefined : `conn.${name}`),
  requests: (name) => (name === 'connection_id' ? 'conn.id' : `exchange.${name}`),
  origins: (name) => ({ authority: 'conn.authority', client: 'conn.client_address' })[name],
};
