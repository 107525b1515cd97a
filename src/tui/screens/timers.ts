/** What the timers tab shows: what was announced, how long the connection really was idle, which probes were sent, what fits them. */

import { rowOf } from '../../analysis/fields.ts';
import type { IdleTimer, Row } from '../../analysis/index.ts';
import { type Duration, millisecond, second, type Time } from '../../time.ts';
import type { Connection, Exchange } from '../../trace/index.ts';
import type { Column } from '../column.ts';
import { count, duration, moment, ranges } from '../format.ts';
import { type Listing, listing, wholeText } from '../listing.ts';
import { carriesFew } from '../row-work.ts';
import { few } from '../slices.ts';
import type { Snapshot } from '../source.ts';
import type { Goal } from '../store.ts';
import type { StyleName } from '../theme.ts';
import type { Given } from './index.ts';
import { gathering } from './ladder.ts';

interface Line {
  readonly time: Time | undefined;
  readonly kind: 'announced' | 'idle' | 'probe' | 'close' | 'limit' | 'timer' | 'more';
  readonly by: 'client' | 'server' | '';
  readonly text: string;
  readonly took: Duration | undefined;
  readonly frames: readonly number[];
  readonly goal?: Goal;
}

const styles: Readonly<Record<Line['kind'], StyleName>> = {
  announced: 'info',
  idle: 'dim',
  probe: 'warn',
  close: 'bad',
  limit: 'accent',
  timer: 'accent',
  more: 'dim',
};

const columns: readonly Column<Line>[] = [
  {
    name: 'time',
    title: 'TIME',
    meaning: 'When it was; empty for what holds for the whole connection or origin.',
    min: 12,
    max: 15,
    align: 'right',
    rank: 2,
    cell: ({ time }, { clock }) => ({ text: time === undefined ? '' : moment(time, undefined, clock), style: 'dim' }),
  },
  {
    name: 'kind',
    title: 'TIMER',
    meaning: 'Announced in a header, idle time, TCP keep-alive probe, close; limits and known timers that fit.',
    min: 9,
    max: 9,
    align: 'left',
    rank: 0,
    cell: ({ kind }) => ({ text: kind, style: styles[kind] }),
  },
  {
    name: 'by',
    title: 'BY',
    meaning: 'Whose timer it is.',
    min: 6,
    max: 6,
    align: 'left',
    rank: 1,
    cell: ({ by }) => ({ text: by, style: by === '' ? 'plain' : by }),
  },
  {
    name: 'text',
    title: 'WHAT',
    meaning: 'The same in words.',
    min: 28,
    max: 100,
    align: 'left',
    rank: 0,
    cell: ({ text }, { theme }) => ({ text: theme.safe(text) }),
  },
  {
    name: 'took',
    title: 'TOOK',
    meaning: 'How long it lasted; of a probe, since the one before.',
    min: 8,
    max: 12,
    align: 'right',
    rank: 1,
    cell: ({ took }, { theme }) => ({ text: took === undefined ? '' : duration(took, theme.glyphs.micro) }),
  },
  {
    name: 'frames',
    title: 'FRAMES',
    meaning: 'The frames that show it.',
    min: 9,
    max: 14,
    align: 'left',
    rank: 3,
    cell: ({ frames }) => ({ text: ranges(frames), style: 'dim' }),
  },
];

export function timersOf({ place: { connection: id = 0 }, snapshot, gather }: Given): Listing {
  const { trace } = snapshot;
  const made = gather(`timers ${id}`, carriesFew(trace, id), () => timers(rowOf(trace, snapshot.whole, id), snapshot));
  const lines = made ?? [];
  return listing<Line>({
    columns,
    snapshot,
    length: lines.length,
    nothing: made === undefined ? gathering : 'no timer shows on this connection',
    subject: (at) => lines[at]!,
    goal: ({ goal }) => goal,
    panel: wholeText((at) => lines[at]!.text),
    problem: (at) => lines[at]!.kind === 'close' || /not answered/.test(lines[at]!.text),
  });
}

/** Of more lines about its requests that many from the first on are told, and that many up to the last one. */
const toldAtBegin = 4000;
const toldAtEnd = 1000;

/** In steps: every so many exchanges one. */
function* timers(row: Row, snapshot: Snapshot): Generator<unknown, readonly Line[], void> {
  const { connection } = row;
  const told: Line[] = [...idleInTls(connection)];
  let hidden = 0;
  const hide = (): void => {
    hidden += told.splice(toldAtBegin, told.length - toldAtBegin - toldAtEnd).length;
  };
  let seen = 0;
  for (const exchange of snapshot.trace.exchangeViews(connection.id)) {
    seen += 1;
    if (seen % few === 0) yield;
    told.push(...idle(exchange, connection), ...announced(exchange));
    // Twice as many, so that they are seldom moved.
    if (told.length > toldAtBegin + 2 * toldAtEnd) hide();
  }
  if (hidden > 0) hide();
  if (hidden > 0) told.splice(toldAtBegin, 0, left(hidden, told[toldAtBegin - 1]?.time));
  told.push(...probes(connection), ...closing(row));
  return [...told.sort((a, b) => (a.time ?? 0) - (b.time ?? 0)), ...limits(row, snapshot), ...known(row)];
}

const left = (hidden: number, time: Time | undefined): Line => ({
  ...{ time, kind: 'more', by: '', took: undefined, frames: [] },
  text: `${count(hidden)} more lines like these: the list of requests has what they tell`,
});

function* announced({
  keepAliveTimeoutSeconds: timeout,
  keepAliveMax: max,
  responseStart,
  responseFrame,
  requestClose,
  responseClose,
  requestStart,
  requestFrame,
}: Exchange): Generator<Line> {
  const says = [timeout === undefined ? '' : `Keep-Alive: timeout=${timeout}`, max === undefined ? '' : `max=${max} more`]
    .filter(Boolean)
    .join(', ');
  if (says !== '')
    yield {
      time: responseStart,
      kind: 'announced',
      by: 'server',
      text: says,
      took: timeout === undefined ? undefined : timeout * second,
      frames: framesOf(responseFrame),
    };
  if (requestClose)
    yield {
      time: requestStart,
      kind: 'announced',
      by: 'client',
      text: 'Connection: close',
      took: undefined,
      frames: framesOf(requestFrame),
    };
  if (responseClose)
    yield {
      time: responseStart,
      kind: 'announced',
      by: 'server',
      text: 'Connection: close',
      took: undefined,
      frames: framesOf(responseFrame),
    };
}

const framesOf = (frame: number | undefined): readonly number[] => (frame === undefined ? [] : [frame]);

/** Of TLS without keys. */
function* idleInTls({ idleMax, requestsEstimated }: Connection): Generator<Line> {
  if (requestsEstimated !== undefined && idleMax !== undefined && idleMax >= millisecond)
    yield { time: undefined, kind: 'idle', by: '', text: 'the longest between its records (TLS without keys)', took: idleMax, frames: [] };
}

function* idle({ idleBefore, requestStart, index }: Exchange, { keepAliveTimeoutSeconds: limit }: Connection): Generator<Line> {
  if (idleBefore === undefined || idleBefore < millisecond) return;
  const time = requestStart === undefined ? undefined : requestStart - idleBefore;
  const over = limit !== undefined && idleBefore > limit * second ? `, longer than the announced ${limit} s` : '';
  yield { time, kind: 'idle', by: '', text: `before request ${index + 1}${over}`, took: idleBefore, frames: [] };
}

function* probes({ probes: { list = [] } }: Connection): Generator<Line> {
  for (const [i, { by, time, frame, answerFrame, answerTime }] of list.entries()) {
    const before = list.slice(0, i).findLast((each) => each.by === by);
    const answer = answerTime === undefined ? 'not answered' : `answered after ${duration(answerTime - time, 'u')}`;
    yield {
      time,
      kind: 'probe',
      by,
      text: `TCP keep-alive probe, ${answer}`,
      took: before && time - before.time,
      frames: [frame, ...framesOf(answerFrame)],
    };
  }
}

function* closing({ connection, verdict }: Row): Generator<Line> {
  const { closed, closedBy, closedWith = 'fin', closeFrame, idleBeforeClose, keepAliveTimeoutSeconds } = connection;
  if (closed === undefined || closedBy === undefined) return;
  const announced =
    keepAliveTimeoutSeconds === undefined || idleBeforeClose === undefined || closedBy === 'client'
      ? ''
      : ` (announced: ${keepAliveTimeoutSeconds} s)`;
  const text = verdict.close?.text ?? `${closedWith.toUpperCase()} after that idle time${announced}`;
  yield { time: closed, kind: 'close', by: closedBy, text, took: idleBeforeClose, frames: framesOf(closeFrame) };
}

/** What the capture tells of both sides' idle limits, at this origin. */
function* limits({ verdict }: Row, { whole }: Snapshot): Generator<Line> {
  const origin = verdict.origin === undefined ? undefined : whole.origins[verdict.origin];
  for (const [by, timer] of [
    ['server', origin?.serverTimer],
    ['client', origin?.clientTimer],
  ] as const)
    if (timer) yield { time: undefined, kind: 'limit', by, text: limitText(timer), took: timer.high, frames: [] };
}

function limitText({ low, high, named, announcedSeconds, several, closes }: IdleTimer): string {
  const between =
    low === undefined
      ? high === undefined
        ? 'unknown'
        : `at most ${duration(high, 'u')}`
      : high === undefined
        ? `more than ${duration(low, 'u')}`
        : `between ${duration(low, 'u')} and ${duration(high, 'u')}`;
  const facts = [
    `idle limit at this origin: ${between}`,
    closes > 0 ? `${count(closes)} idle connections closed` : '',
    announcedSeconds === undefined ? '' : `announced ${announcedSeconds} s`,
    named === undefined ? '' : `usual for ${named}`,
    several ? 'more than one limit is at work' : '',
  ];
  return facts.filter(Boolean).join('; ');
}

function* known({ verdict: { keepAliveTimers } }: Row): Generator<Line> {
  for (const { timer, confidence } of keepAliveTimers.slice(0, 3))
    yield {
      time: undefined,
      kind: 'timer',
      by: '',
      text: `its probes fit ${timer.software} (${timer.id}, ${confidence})`,
      took: timer.value === undefined ? undefined : timer.value * second,
      frames: [],
    };
}
