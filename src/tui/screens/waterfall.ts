/** What the waterfall shows: what connections did, one bar each on a common axis of time. */

import type { Row } from '../../analysis/index.ts';
import type { Time } from '../../time.ts';
import type { Connection, ExchangeViews, Trace } from '../../trace/index.ts';
import type { Cell, Column, Context } from '../column.ts';
import { connectionColumn } from '../field-column.ts';
import { duration } from '../format.ts';
import { type Listing, listing } from '../listing.ts';
import { safely, serverName } from '../names.ts';
import { carriesFew } from '../row-work.ts';
import { few } from '../slices.ts';
import type { Snapshot } from '../source.ts';
import type { StyleName, Theme } from '../theme.ts';
import { opinionOf } from '../verdict.ts';
import { connectionRows, idsOf } from './connections.ts';
import type { Given } from './index.ts';

/** What a connection is doing; where several fall into one cell, the later of this list is seen. */
const doings = ['none', 'idle', 'waiting', 'receiving', 'sending', 'tls', 'handshake', 'probe', 'fin', 'rst', 'open'] as const;
type Doing = (typeof doings)[number];

const styles: Readonly<Record<Doing, StyleName>> = {
  none: 'plain',
  idle: 'dim',
  waiting: 'warn',
  receiving: 'good',
  sending: 'client',
  tls: 'accent',
  handshake: 'info',
  probe: 'warn',
  fin: 'dim',
  rst: 'bad',
  open: 'dim',
};

const meanings: readonly (readonly [Exclude<Doing, 'none'>, string])[] = [
  ['handshake', 'TCP handshake'],
  ['tls', 'TLS handshake'],
  ['sending', 'request is sent'],
  ['waiting', 'the server has it'],
  ['receiving', 'response is received'],
  ['idle', 'idle'],
  ['probe', 'TCP keep-alive probe'],
  ['fin', 'closed (FIN)'],
  ['rst', 'closed (RST)'],
  ['open', 'still open when the capture ends'],
];

export const waterfallLegend = ({ glyphs }: Theme): readonly (readonly [Cell, string])[] =>
  meanings.map(([doing, meaning]) => [{ text: glyphs[doing].repeat(3), style: styles[doing] }, meaning]);

/** The window of time that is shown, of the connections that are listed. */
interface Span {
  readonly from: Time;
  readonly to: Time;
}

export function waterfall({ place: { origin }, snapshot, gather }: Given): Listing {
  const { trace } = snapshot;
  const ids = idsOf(origin, snapshot);
  const whole = spanOf(ids, snapshot);
  const rows = connectionRows(ids, snapshot);
  const digits = Math.max(3, String(snapshot.trace.size).length);
  const columns: readonly Column<Row>[] = [
    connectionColumn('id', {
      title: '#',
      min: digits,
      rank: 0,
      cell: (row, { theme }) => ({
        text: String(row.connection.id),
        style: row.verdict.avoidable ? 'bad' : theme.glyphs[opinionOf(row).glyph] === '' ? 'dim' : 'dim',
      }),
    }),
    connectionColumn('authority', {
      title: 'SERVER',
      min: 12,
      max: 24,
      rank: 2,
      cell: ({ connection }, { theme }) => safely(serverName(connection), theme),
    }),
    connectionColumn('start_ms', { title: 'START', min: 8, rank: 3 }),
    {
      name: 'bar',
      title: '',
      meaning: 'What it did when: handshakes, requests, responses, idle time, probes, close.',
      min: 20,
      max: 1000,
      align: 'left',
      rank: 1,
      head: (context, room) => axis(windowOf(whole, context), room, context),
      cell: () => ({ text: '' }),
      draw: ({ connection, verdict }, context, room) => {
        const { id } = connection;
        const { from, to } = windowOf(whole, context);
        const exchanges = trace.exchangeViews(id);
        const cells = gather(`bar ${id} ${from} ${to} ${room}`, carriesFew(trace, id), () =>
          bar(connection, exchanges, { from, to }, room, trace),
        );
        return runs(cells ?? new Uint8Array(room), verdict.avoidable, context.theme);
      },
    },
  ];
  return listing<Row>({
    columns,
    snapshot,
    natural: { column: 0, descending: false },
    ...rows,
    panel: { lines: 1, draw: (_, { theme }) => [legendLine(theme)] },
  });
}

function legendLine(theme: Theme): Cell[] {
  return waterfallLegend(theme).flatMap(([sign, meaning]): Cell[] => [
    { text: ` ${sign.text.slice(0, 1)} `, ...(sign.style && { style: sign.style }) },
    { text: short[meaning] ?? meaning, style: 'dim' },
  ]);
}

const short: Readonly<Record<string, string>> = {
  'TCP handshake': 'TCP',
  'TLS handshake': 'TLS',
  'request is sent': 'send',
  'the server has it': 'wait',
  'response is received': 'receive',
  'TCP keep-alive probe': 'probe',
  'closed (FIN)': 'FIN',
  'closed (RST)': 'RST',
  'still open when the capture ends': 'open',
};

function spanOf(ids: ArrayLike<number> | undefined, { trace }: Snapshot): Span {
  if (ids === undefined) return { from: 0, to: Math.max(1, trace.lastTime) };
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (let i = 0; i < ids.length; i += 1) {
    from = Math.min(from, trace.columns.opened(ids[i]!));
    const closed = trace.columns.closed(ids[i]!);
    to = Math.max(to, Number.isNaN(closed) ? trace.lastTime : closed);
  }
  return { from: Math.min(from, to), to: Math.max(to, from + 1, 1) };
}

function windowOf({ from, to }: Span, { place: { zoom, pan } }: Context): Span {
  const all = to - from;
  return { from: from + all * pan, to: from + all * (pan + 2 ** -zoom) };
}

/** Times at round steps: `0 s    5.00 s    10.0 s`. */
function axis({ from, to }: Span, room: number, { theme }: Context): Cell[] {
  const least = (to - from) / Math.max(1, Math.floor(room / 12));
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= least)!;
  let text = '';
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const at = Math.floor(((time - from) / (to - from)) * room);
    const label = `${theme.glyphs.line}${duration(Math.round(time), theme.glyphs.micro)}`;
    if (at < text.length || at + label.length > room) continue;
    text += ' '.repeat(at - text.length) + label;
  }
  return [{ text: text.padEnd(room) }];
}

/** What it did in each cell, as places in `doings`. In steps: every so many exchanges one. */
function* bar(
  connection: Connection,
  exchanges: ExchangeViews,
  span: Span,
  room: number,
  trace: Trace,
): Generator<unknown, Uint8Array, void> {
  const cells = new Uint8Array(room);
  const scale = room / (span.to - span.from);
  const paint = (from: Time | undefined, to: Time | undefined, doing: Doing): void => {
    if (from === undefined || to === undefined || to < span.from || from > span.to) return;
    const code = doings.indexOf(doing);
    const first = Math.max(0, Math.floor((from - span.from) * scale));
    const last = Math.min(room - 1, Math.max(first, Math.ceil((to - span.from) * scale) - 1));
    for (let i = first; i <= last; i += 1) if (cells[i]! < code) cells[i] = code;
  };
  const { start, duration: lasting, closed, closedWith, handshake, tlsHandshake, probes } = connection;
  const end = closed ?? (connection.closedBy === undefined ? trace.lastTime : start + lasting);
  paint(start, end, 'idle');
  if (handshake !== undefined) {
    paint(start, start + handshake, 'handshake');
    if (tlsHandshake !== undefined) paint(start + handshake, start + handshake + tlsHandshake, 'tls');
  }
  let seen = 0;
  for (const { requestStart, requestEnd, responseStart, responseEnd } of exchanges) {
    seen += 1;
    if (seen % few === 0) yield;
    paint(requestStart, requestEnd, 'sending');
    paint(requestEnd, responseStart ?? end, 'waiting');
    paint(responseStart, responseEnd, 'receiving');
  }
  for (const { time } of probes.list ?? []) paint(time, time, 'probe');
  if (closed !== undefined) paint(closed, closed, closedWith === 'rst' ? 'rst' : 'fin');
  else paint(end, end, 'open');
  return cells;
}

/** Neighbours of one kind as one cell: fewer escape sequences. The handshake of an avoidable connection is red. */
function runs(cells: Uint8Array, avoidable: boolean, theme: Theme): Cell[] {
  const drawn: Cell[] = [];
  for (let from = 0; from < cells.length; ) {
    let to = from + 1;
    while (to < cells.length && cells[to] === cells[from]) to += 1;
    const doing = doings[cells[from]!]!;
    const isWasted = avoidable && (doing === 'handshake' || doing === 'tls');
    drawn.push({ text: (doing === 'none' ? ' ' : theme.glyphs[doing]).repeat(to - from), style: isWasted ? 'bad' : styles[doing] });
    from = to;
  }
  return drawn;
}
