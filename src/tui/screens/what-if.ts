/** What-if: settings to turn, how many handshakes they would need, and the curve of handshakes against the idle limit with its price. */

import type { Analysis, CurvePoint, Simulation } from '../../analysis/index.ts';
import { connectionSeconds } from '../../counted.ts';
import { second } from '../../time.ts';
import type { Cell, Column, Context } from '../column.ts';
import { count, duration } from '../format.ts';
import { type Listing, listing } from '../listing.ts';
import { isExplained } from '../row-work.ts';
import type { WhatIf } from '../store.ts';
import type { Theme } from '../theme.ts';
import { fitted } from '../width.ts';
import type { Given } from './index.ts';

/** One setting, and the values that it can be turned to. */
interface Knob {
  readonly name: keyof WhatIf;
  readonly title: string;
  readonly meaning: string;
  readonly values: readonly (number | boolean)[];
  text(value: number | boolean, theme: Theme): string;
}

const unlimited = Number.POSITIVE_INFINITY;
const number = (value: number | boolean): string => (value === unlimited ? 'no limit' : count(Number(value)));

const knobs: readonly Knob[] = [
  {
    name: 'idleTimeout',
    title: 'idle limit',
    meaning: 'How long an idle connection is kept: keepalive_timeout of servers, keepAliveTimeout of clients.',
    values: [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60, 65, 75, 90, 120, 180, 300, 600, unlimited].map((limit) => limit * second),
    text: (value, { glyphs }) => (value === unlimited ? 'no limit' : duration(Number(value), glyphs.micro)),
  },
  {
    name: 'maxRequests',
    title: 'request cap',
    meaning: 'After how many requests a connection is closed: keepalive_requests, MaxKeepAliveRequests.',
    values: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, unlimited],
    text: number,
  },
  {
    name: 'poolSize',
    title: 'pool size',
    meaning: 'How many idle connections a client keeps for each origin: maxFreeSockets, MaxIdleConnsPerHost.',
    values: [0, 1, 2, 3, 4, 5, 6, 8, 10, 16, 32, 64, 100, 256, unlimited],
    text: number,
  },
  {
    name: 'http2',
    title: 'HTTP/2',
    meaning: 'All requests to an origin share connections (up to 100 at once), instead of each waiting for an idle one.',
    values: [false, true],
    text: (value) => (value ? 'everywhere' : 'as captured'),
  },
];

const usual = { maxRequests: unlimited, poolSize: unlimited, http2: false } as const;

const sliderWidth = 30;

export function whatIf({ snapshot, whatIf: tried, simulation }: Given): Listing {
  const { analysis } = snapshot;
  const settings: WhatIf = { idleTimeout: analysis.options.idleTimeout, ...usual, ...tried };
  const place = (knob: Knob): number => nearestPlace(knob.values, settings[knob.name]);
  const columns: readonly Column<Knob>[] = [
    {
      name: 'setting',
      title: 'SETTING',
      meaning: 'What can be set.',
      min: 12,
      max: 14,
      align: 'left',
      rank: 0,
      cell: ({ title }) => ({ text: title, style: 'name' }),
    },
    {
      name: 'slider',
      title: 'LESS ... MORE',
      meaning: 'Turned by the arrows, or + and -.',
      min: sliderWidth,
      max: sliderWidth,
      align: 'left',
      rank: 2,
      cell: () => ({ text: '' }),
      draw: (knob, { theme }, room) => slider(place(knob), knob.values.length, room, theme),
    },
    {
      name: 'value',
      title: 'VALUE',
      meaning: 'What it is set to.',
      min: 12,
      max: 12,
      align: 'left',
      rank: 0,
      cell: (knob, { theme }) => ({ text: knob.text(settings[knob.name], theme), style: 'accent' }),
    },
    {
      name: 'meaning',
      title: 'WHAT IT IS',
      meaning: 'How it is called in software.',
      min: 20,
      max: 110,
      align: 'left',
      rank: 3,
      cell: ({ meaning }) => ({ text: meaning, style: 'dim' }),
    },
  ];
  return listing<Knob>({
    columns,
    snapshot,
    length: knobs.length,
    subject: (row) => knobs[row]!,
    turn: (row, by) => {
      const knob = knobs[row]!;
      const next = Math.max(0, Math.min(knob.values.length - 1, place(knob) + by));
      return { [knob.name]: knob.values[next] };
    },
    panel: {
      lines: 40,
      draw: (_, context, width, lines) => {
        const simulated = simulation(settings);
        const told = simulated === undefined ? waiting : outcome(simulated, analysis, context);
        if (!isExplained(analysis)) return told;
        return [...told, ...curve(analysis.totals.curve, settings, context, width, lines - 5)];
      },
    },
  });
}

const waiting: readonly Cell[][] = [[], [{ text: '  working it out', style: 'dim' }], [], [], []];

function nearestPlace(values: readonly (number | boolean)[], wanted: number | boolean): number {
  const exact = values.indexOf(wanted);
  if (exact >= 0) return exact;
  const above = values.findIndex((value) => Number(value) >= Number(wanted));
  return above < 0 ? values.length - 1 : above;
}

function slider(place: number, size: number, room: number, { glyphs }: Theme): Cell[] {
  const at = size <= 1 ? 0 : Math.round((place / (size - 1)) * (room - 1));
  return [
    { text: glyphs.dash.repeat(at), style: 'info' },
    { text: glyphs.knob, style: 'accent' },
    { text: glyphs.dash.repeat(Math.max(0, room - at - 1)), style: 'dim' },
  ];
}

/** Before, after, and what it costs. */
function outcome(
  { opensActual, opens, avoided, saved, idleConnectionsPeak, idleConnectionSeconds }: Simulation,
  { totals }: Analysis,
  { theme }: Context,
): Cell[][] {
  const { micro, arrow } = theme.glyphs;
  const fewer = opensActual - opens;
  const share = opensActual === 0 ? '' : ` (${Math.round((Math.abs(fewer) / opensActual) * 100)} % ${fewer >= 0 ? 'fewer' : 'more'})`;
  const style = fewer > 0 ? 'good' : fewer < 0 ? 'bad' : 'plain';
  return [
    [],
    [
      { text: '  Handshakes  ', style: 'dim' },
      { text: count(opensActual) },
      { text: ` ${arrow} ` },
      { text: `${count(opens)}${share}`, style },
      { text: `   of ${count(totals.requests)} requests`, style: 'dim' },
    ],
    [
      { text: '  Saved       ', style: 'dim' },
      { text: savings(avoided, avoided - fewer, duration(saved, micro)), style: fewer > 0 ? 'good' : 'plain' },
    ],
    [
      { text: '  Price       ', style: 'dim' },
      {
        text: `at most ${plural(idleConnectionsPeak, 'idle connection')} at once, ${connectionSeconds(idleConnectionSeconds)} of idle time`,
      },
    ],
    [],
  ];
}

const plural = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** A request that finds a connection open spares the handshake it had; another one may need one that it had not. */
function savings(avoided: number, instead: number, saved: string): string {
  const more = instead > 0 ? `, but ${plural(instead, 'other request')} would open one` : '';
  return avoided === 0 ? `nothing${more}` : `${plural(avoided, 'handshake')}, ${saved} of set-up${more}`;
}

/** Bars from the top down, one for each limit: handshakes needed, and the most idle connections held. */
function curve(points: readonly CurvePoint[], { idleTimeout }: WhatIf, { theme }: Context, width: number, lines: number): Cell[][] {
  const { micro, full, mark } = theme.glyphs;
  const most = Math.max(1, ...points.map(({ opensMin }) => opensMin));
  const priceWidth = 22;
  const room = Math.max(4, Math.min(60, width - 26 - priceWidth));
  const head: Cell[] = [
    { text: '  IDLE LIMIT ', style: 'dim' },
    { text: fitted('  HANDSHAKES NEEDED', '', room + 11, 'left', ''), style: 'dim' },
    { text: '  MOST IDLE AT ONCE', style: 'dim' },
  ];
  const bars = points.map((point): Cell[] => {
    const isChosen = point.idleTimeout === idleTimeout;
    const filled = Math.max(point.opensMin > 0 ? 1 : 0, Math.round((point.opensMin / most) * room));
    const limit = Number.isFinite(point.idleTimeout) ? duration(point.idleTimeout, micro) : 'no limit';
    return [
      { text: isChosen ? ` ${mark} ` : '   ', style: 'accent' },
      { text: fitted(limit, '', 9, 'right', ''), style: isChosen ? 'accent' : 'plain' },
      { text: '  ' },
      { text: full.repeat(filled), style: isChosen ? 'accent' : 'info' },
      { text: fitted(` ${count(point.opensMin)}`, '', room - filled + 11, 'left', '') },
      { text: fitted(count(point.idleConnectionsPeak), '', priceWidth - 4, 'right', ''), style: 'dim' },
    ];
  });
  return [head, ...bars].slice(0, Math.max(0, lines));
}
