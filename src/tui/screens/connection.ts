/** What one connection shows: a summary, and its tabs Story and Requests. */

import { type ExchangeRow, rowOf } from '../../analysis/fields.ts';
import { isUnread, type Row } from '../../analysis/index.ts';
import { millisecond, type Time } from '../../time.ts';
import type { Connection, Endpoint, Exchange } from '../../trace/index.ts';
import type { Cell, Column, Context } from '../column.ts';
import { anyExchangeColumn, exchangeColumn } from '../field-column.ts';
import { bytes, count, duration, moment, ranges } from '../format.ts';
import { chosen, type Listing, listing, wholeText } from '../listing.ts';
import { endpoint, joined, serverName } from '../names.ts';
import { carriesFew } from '../row-work.ts';
import type { Goal } from '../store.ts';
import { type EventKind, type StoryLine, story } from '../story.ts';
import type { StyleName, Theme } from '../theme.ts';
import { explanation, opinionOf, verdictCell } from '../verdict.ts';
import { width, wrapped } from '../width.ts';
import type { Given } from './index.ts';
import { gathering } from './ladder.ts';

/** A line with the time of the one before it. */
interface Told extends StoryLine {
  readonly before: Time | undefined;
}

const kindStyles: Readonly<Record<EventKind, StyleName>> = {
  'set-up': 'info',
  TLS: 'info',
  request: 'plain',
  reuse: 'good',
  idle: 'dim',
  probes: 'warn',
  close: 'info',
  open: 'info',
  next: 'info',
  comment: 'name',
  more: 'dim',
};

const look = (title: string, min: number, max: number, align: 'left' | 'right', rank: number) =>
  ({ title, min, max, align, rank }) as const;

const storyColumns: readonly Column<Told>[] = [
  {
    ...look('TIME', 12, 15, 'right', 1),
    name: 'time',
    meaning: 'When it began: in seconds since the first frame, of day (UTC), or since the line above.',
    cell: ({ time, before }, { clock }) => ({ text: time === undefined ? '' : moment(time, before, clock), style: 'dim' }),
  },
  {
    ...look('EVENT', 7, 7, 'left', 0),
    name: 'event',
    meaning: 'What happened; a reuse found the connection open, probes are TCP keep-alive, next is a connection that followed.',
    cell: ({ kind }) => ({ text: kind, style: kindStyles[kind] }),
  },
  {
    ...look('WHAT', 30, 90, 'left', 0),
    name: 'text',
    meaning: 'The same in words.',
    cell: ({ text, tail = '', kind, took }, { theme }) => ({
      text: theme.safe(text),
      tail,
      style: kind === 'idle' || kind === 'more' ? 'dim' : kind === 'next' && took ? 'bad' : 'plain',
    }),
  },
  {
    ...look('SAYS', 14, 20, 'left', 4),
    name: 'says',
    meaning: 'What the headers say of the future: Keep-Alive timeout and max, Connection: close.',
    cell: ({ says = '' }) => ({ text: says, style: 'info' }),
  },
  {
    ...look('TOOK', 8, 9, 'right', 2),
    name: 'took',
    meaning: 'How long it lasted; of a connection that followed, what it wasted.',
    cell: ({ took, kind }, { theme }) => ({
      text: took === undefined ? '' : duration(took, theme.glyphs.micro),
      style: kind === 'next' ? 'bad' : kind === 'idle' ? 'dim' : 'plain',
    }),
  },
  {
    ...look('FRAMES', 11, 14, 'left', 3),
    name: 'frames',
    meaning: 'The frames that show it (frame.number).',
    cell: ({ frames }) => ({ text: ranges(frames), style: 'dim' }),
  },
];

type Write = (value: number, context: Context) => Cell;

/** With its number written so. */
function requestColumn(name: string, layout: ReturnType<typeof look>, write?: Write): Column<ExchangeRow> {
  const column = exchangeColumn(name, layout);
  if (write === undefined) return column;
  return {
    ...column,
    cell: (row, context) => {
      const value = column.key?.(row, context.snapshot);
      return typeof value === 'number' ? write(value, context) : { text: '' };
    },
  };
}

const lasting = (ms: number, { theme }: Context): Cell => ({ text: duration(ms * millisecond, theme.glyphs.micro) });
const sized = (size: number): Cell => ({ text: bytes(size) });

export const requestColumns: readonly Column<ExchangeRow>[] = [
  requestColumn('index', look('N', 4, 7, 'right', 0), (index) => ({ text: String(index + 1), style: index > 0 ? 'good' : 'plain' })),
  {
    ...requestColumn('request_start_ms', look('START', 12, 15, 'right', 3), (ms, { clock }) => ({
      text: moment(ms * millisecond, undefined, clock),
      style: 'dim',
    })),
    holds: /^[-\d.: t]*$/,
  },
  requestColumn('method', look('METHOD', 7, 7, 'left', 1)),
  requestColumn('target', look('TARGET', 24, 90, 'left', 1)),
  requestColumn('status', look('STATUS', 6, 6, 'right', 1), (status) => ({ text: String(status), style: status >= 400 ? 'bad' : 'plain' })),
  requestColumn('idle_before_ms', look('IDLE', 8, 9, 'right', 4), lasting),
  requestColumn('time_to_first_byte_ms', look('TTFB', 8, 9, 'right', 2), lasting),
  requestColumn('server_time_ms', look('SERVER', 8, 9, 'right', 8), lasting),
  requestColumn('request_bytes', look('SENT', 8, 9, 'right', 9), sized),
  requestColumn('response_bytes', look('RECEIVED', 8, 9, 'right', 5), sized),
  requestColumn('request_first_frame', look('FRAME', 7, 9, 'right', 6), (frame) => ({ text: String(frame), style: 'dim' })),
  requestColumn('persistence_because', look('PERSISTENCE', 18, 18, 'left', 10)),
];

export function storyOf({ place: { connection = 0 }, snapshot, theme, gather }: Given): Listing {
  const made = gather(`story ${connection}`, carriesFew(snapshot.trace, connection), () => story(connection, snapshot, theme));
  const lines = made ?? [];
  const subject = (row: number): Told => ({ ...lines[row]!, before: lines[row - 1]?.time });
  return listing<Told>({
    columns: storyColumns,
    snapshot,
    length: lines.length,
    subject,
    goal: told,
    ...(made === undefined && { nothing: gathering }),
    problem: (row) => lines[row]?.kind === 'next',
    panel: wholeText((row) => `${lines[row]!.text}${lines[row]!.tail ?? ''}`, 1),
  });
}

const told = ({ connection }: StoryLine): Goal | undefined => (connection === undefined ? undefined : { connection });

const usual = new Map(requestColumns.map((column) => [column.name, column]));
export const anyRequestColumn = (name: string): Column<ExchangeRow> | undefined => usual.get(name) ?? anyExchangeColumn(name);

export function requestsOf({ place: { connection: id = 0 }, snapshot, columns: names }: Given): Listing {
  const exchanges = snapshot.trace.exchangeViews(id);
  const connection = snapshot.trace.connection(id);
  return listing<ExchangeRow>({
    columns: chosen(requestColumns, anyRequestColumn, names),
    snapshot,
    natural: { column: 0, descending: false },
    length: exchanges.length,
    subject: (row) => ({ exchange: exchanges.at(row)!, connection }),
    problem: (row) => isBad(exchanges.at(row)!),
    mark: (row) => frameMark(exchanges.at(row)!),
  });
}

export const isBad = ({ status, notes }: Exchange): boolean => status === undefined || status >= 400 || notes.length > 0;
function frameMark({ requestFrame, responseFrame }: Exchange): string | undefined {
  const frame = requestFrame ?? responseFrame;
  return frame === undefined ? undefined : `f${frame}`;
}

/** The left and the right of a line. */
type SummaryLine = readonly [left: Cell[], right: Cell[]];

/** Who, what and why, in four lines. */
export function summary(connection: number, context: Context, columns: number): SummaryLine[] {
  const { snapshot, theme } = context;
  const row = rowOf(snapshot.trace, snapshot.analysis, connection);
  const { client, server, protocol, tcpStream, reuses, handshake, setup, idleMax, clientGuessed } = row.connection;
  const { micro, arrow } = theme.glyphs;
  const time = (word: string, value: number | undefined): Cell[] =>
    value === undefined ? [] : [dim(`  ${word} `), { text: duration(value, micro) }];
  const name = joined(serverName(row.connection));
  const address = endpoint(server);
  return [
    [
      [
        { text: endpoint(client), style: 'name' },
        dim(known(client, theme)),
        dim(` ${clientGuessed ? '(guessed) ' : ''}${arrow} `),
        { text: theme.safe(name), style: 'name' },
        dim((name === address ? '' : ` ${address}`) + known(server, theme)),
      ],
      [{ text: protocol }],
    ],
    [
      [
        dim('requests '),
        { text: requestsText(row.connection) },
        ...(isUnread(row.connection) ? [] : [dim('  reuses '), { text: count(reuses), style: reuses > 0 ? 'good' : 'plain' } as const]),
        ...time('handshake', handshake),
        ...(setup === handshake ? [] : time('set-up', setup)),
        ...time('longest idle', idleMax),
      ],
      tcpStream === undefined ? [] : [dim(`tcp.stream eq ${tcpStream}`)],
    ],
    ...judged(row, context, columns),
  ];
}

/** Of what cannot be read an estimate, if anything. */
function requestsText(connection: Connection): string {
  if (!isUnread(connection)) return count(connection.requests);
  const { requestsEstimated } = connection;
  return requestsEstimated === undefined ? 'unknown' : `about ${count(requestsEstimated.requests)}`;
}

/** What the capture calls the address. */
const known = ({ name }: Endpoint, theme: Theme): string => (name === undefined ? '' : ` (${theme.safe(name)})`);

/** The verdict and the reason for it, on two lines where one is too short. */
function judged(row: Row, { theme }: Context, columns: number): SummaryLine[] {
  const verdict = verdictCell(opinionOf(row), theme);
  const reason = explanation(row);
  const indent = width(verdict.text) + 2;
  const [first = '', ...more] = wrapped(reason, Math.max(20, columns - indent));
  return [
    [[verdict, dim(`  ${first}`)], []],
    [[dim(' '.repeat(indent) + more.join(' '))], []],
  ];
}

const dim = (text: string): Cell => ({ text, style: 'dim' });
