/** HTTP Archive 1.2, for the network panels of browsers: an entry per request, what HAR has no room for under names that begin with `_`. */

import { rowOf } from '../analysis/fields.ts';
import { type Analysis, isLowerBound, listed, speculativeGap } from '../analysis/index.ts';
import { type Duration, type Time, toIso8601, toMilliseconds } from '../time.ts';
import type { Connection, Exchange, Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import { capturePart, isComplete, optionsPart, type Part, totalsPart } from './document.ts';
import type { Piece, RenderOptions, ReportFormat } from './format.ts';
import { jsonMembers } from './json-row.ts';
import { jsonOf } from './json-text.ts';
import { RowBytes } from './row-bytes.ts';
import { statusText } from './status-text.ts';
import { reportVersion, tool, version } from './version.ts';

export const har: ReportFormat = { name: 'har', extension: 'har', summary: 'HTTP Archive, for the network panels of browsers', render };

/** What HAR says of a time that does not apply. */
const absent = -1;

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Piece> {
  const chosen = chooseColumns(options.columns, true);
  const writeMembers = jsonMembers(chosen.connections);
  const writeExtras = jsonMembers(
    chosen.exchanges.map((field) => ({ ...field, name: `_${field.name}` })),
    true,
  );
  yield `{"log":{"version":"1.2","creator":${jsonOf({ name: tool, version })},"pages":[],"entries":[`;
  const out = new RowBytes(options.bytes);
  let separator = '\n';
  for (const index of listed(trace, analysis)) {
    const row = rowOf(trace, analysis, index);
    const { connection } = row;
    const exchanges = trace.exchangeViews(index);
    // By its place: a view is made anew each time.
    const opener = exchanges.find(({ method }) => method !== 'CONNECT')?.index ?? -1;
    for (const exchange of exchanges) {
      out.text(separator + jsonOf(entry(trace, connection, exchange, opener)).slice(0, -1));
      writeExtras(out, { exchange, connection }, trace);
      if (exchange.index === 0) {
        out.text(',"_connection":{');
        writeMembers(out, row, trace);
        out.text('}');
      }
      out.text('}');
      separator = ',\n';
      if (out.isFull) yield out.take();
    }
  }
  yield out.take();
  const report = {
    schema: reportVersion,
    complete: isComplete(trace, options),
    options: optionsPart(trace, analysis, options),
    captures: trace.captures.map(capturePart),
    totals: totalsPart(analysis.totals, analysis, isLowerBound(trace)),
  };
  yield `\n],"_warmwire":${jsonOf(report)}}}\n`;
}

function entry(trace: Trace, connection: Connection, exchange: Exchange, opener: number): Part {
  const { requestStart, responseStart } = exchange;
  const sent = requestStart ?? responseStart ?? connection.start;
  const opened = exchange.index === opener ? openedFor(connection, sent) : undefined;
  const timings = timingsOf(connection, exchange, opened, sent);
  const { blocked, connect, send, wait, receive } = timings;
  const time = [blocked, connect, send, wait, receive].reduce((sum, each) => (each > 0 ? sum + each : sum), 0);
  return {
    startedDateTime: toIso8601(trace.epoch, opened === undefined ? sent : connection.start, trace.timeDigits) ?? '1970-01-01T00:00:00.000Z',
    time: Math.round(time * 1e6) / 1e6,
    request: request(connection, exchange),
    response: response(exchange),
    cache: {},
    timings,
    serverIPAddress: connection.server.address,
    connection: `${connection.id}`,
    // Under this name Chromium's panel has a column for it.
    _connectionId: `${connection.id}`,
    // Nothing can be said of the first request that the capture shows on a connection that was open before.
    _reused: exchange.index !== opener ? exchange.method !== 'CONNECT' : connection.setup === undefined ? undefined : false,
  };
}

/** The set-up that this first request waited for; undefined where it was unknown, or made ahead of need. */
function openedFor({ start, setup }: Connection, sent: Time): Duration | undefined {
  return setup === undefined || sent - start - setup > speculativeGap(setup) ? undefined : setup;
}

/** Milliseconds; `ssl` is part of `connect`. */
type Timings = Readonly<Record<'blocked' | 'dns' | 'connect' | 'ssl' | 'send' | 'wait' | 'receive', number>>;

function timingsOf(connection: Connection, exchange: Exchange, opened: Duration | undefined, sent: Time): Timings {
  const { requestStart, requestEnd, responseStart, responseEnd, queued } = exchange;
  const waited = opened === undefined ? queued : sent - connection.start - opened;
  return {
    blocked: waited === undefined ? absent : between(0, waited),
    dns: absent,
    connect: opened === undefined ? absent : toMilliseconds(opened),
    ssl: opened === undefined || connection.tlsHandshake === undefined ? absent : toMilliseconds(connection.tlsHandshake),
    send: between(requestStart, requestEnd),
    wait: Math.max(0, between(requestEnd, responseStart) - (opened === undefined && queued !== undefined ? toMilliseconds(queued) : 0)),
    receive: between(responseStart, responseEnd),
  };
}

/** HAR wants a number where nothing is known, and none below 0. */
const between = (from: Time | undefined, to: Time | undefined): number =>
  from === undefined || to === undefined || to < from ? 0 : toMilliseconds(to - from);

function request(connection: Connection, exchange: Exchange): Part {
  const url = urlOf(connection, exchange);
  return {
    method: exchange.method ?? 'UNKNOWN',
    url,
    httpVersion: versionOf(exchange),
    cookies: [],
    headers: listOf({ 'User-Agent': exchange.userAgent }),
    queryString: queryOf(url),
    headersSize: -1,
    bodySize: -1,
  };
}

const response = (exchange: Exchange): Part => ({
  status: exchange.status ?? 0,
  statusText: statusText(exchange.status),
  httpVersion: versionOf(exchange),
  cookies: [],
  headers: listOf({ Server: exchange.server }),
  content: { size: 0, mimeType: 'x-unknown', comment: 'bodies are not kept' },
  redirectURL: '',
  headersSize: -1,
  bodySize: -1,
  _transferSize: exchange.responseBytes,
});

const versionOf = ({ version }: Exchange): string => (version === undefined ? 'unknown' : version === '2' ? 'HTTP/2.0' : `HTTP/${version}`);

const listOf = (headers: Readonly<Record<string, string | undefined>>): readonly Part[] =>
  Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name, value }));

/** Absolute, with everything escaped that a URL may not hold. */
function urlOf({ server }: Connection, { scheme = 'http', authority, target = '', method }: Exchange): string {
  const host = authority ?? `${server.address.includes(':') ? `[${server.address}]` : server.address}:${server.port}`;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
  const path = target.startsWith('/') || target === '' ? target : `/${target}`;
  const url = absolute ? target : `${scheme}://${method === 'CONNECT' && target !== '' ? target : host + path}`;
  return url.replace(/[^!#-;=?-[\]_a-z~]/gu, (character) => (/\p{Cs}/u.test(character) ? '%EF%BF%BD' : encodeURIComponent(character)));
}

function queryOf(url: string): readonly Part[] {
  const question = url.indexOf('?');
  if (question < 0) return [];
  const parts = url
    .slice(question + 1)
    .split('&')
    .filter((part) => part !== '');
  return parts.map((part) => {
    const [name = '', ...value] = part.split('=');
    return { name, value: value.join('=') };
  });
}
