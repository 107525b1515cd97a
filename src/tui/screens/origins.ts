/** What the list of origins shows: where connections went, how well they were reused, and what that cost. */

import type { Origin } from '../../analysis/index.ts';
import type { Duration } from '../../time.ts';
import type { Cell, Column, Context } from '../column.ts';
import { between, count, duration, percent } from '../format.ts';
import { chosen, type Listing, listing } from '../listing.ts';
import { joined, originKey, originName, originsOf, safely } from '../names.ts';
import { isExplained } from '../row-work.ts';
import type { StyleName } from '../theme.ts';
import { opinionOfOrigin, verdictCell } from '../verdict.ts';
import { wrapped } from '../width.ts';
import type { Given } from './index.ts';

const columns: readonly Column<Origin>[] = [
  {
    name: 'authority',
    title: 'ORIGIN',
    meaning: 'Host and port that requests were meant for; the address where the name is not known.',
    min: 16,
    max: 48,
    align: 'left',
    rank: 0,
    cell: (origin, { theme }) => safely(originName(origin), theme),
    key: (origin) => joined(originName(origin)),
  },
  {
    name: 'client',
    title: 'CLIENT',
    meaning: 'The client, where clients are told apart (pool key).',
    min: 11,
    max: 39,
    align: 'left',
    rank: 12,
    cell: ({ client }, { theme }) => ({ text: theme.safe(client ?? '') }),
    key: ({ client }) => client,
  },
  number('connections', 'CONNS', 6, 2, 'Connections that were opened.', (origin) => origin.connections.length),
  number('requests', 'REQS', 6, 4, 'Requests on them.', (origin) => (origin.verdict === 'unknown' ? undefined : origin.requests)),
  {
    ...number('requests_per_connection', 'REQ/CONN', 8, 6, 'Requests for each connection, on average.', requestsPerConnection),
    cell: (origin) => ({ text: requestsPerConnection(origin)?.toFixed(1) ?? '' }),
  },
  {
    ...number(
      'reuse_ratio',
      'REUSED',
      6,
      3,
      'Share of the requests that found their connection already open.',
      (origin) => origin.reuseRatio,
    ),
    cell: ({ reuseRatio }) => ({ text: percent(reuseRatio) ?? '', style: reuseRatio ? 'good' : 'dim' }),
  },
  {
    ...number(
      'avoidable',
      'AVOIDABLE',
      9,
      2,
      'Handshakes that a pool with the stated idle limit would not have made.',
      (origin) => origin.pool.avoidable,
    ),
    cell: (origin, { snapshot }) => {
      const { avoidable } = origin.pool;
      const most = isExplained(snapshot.analysis) ? origin.avoidableHigh : avoidable;
      return { text: between(avoidable, most), style: avoidable > 0 ? 'bad' : most > 0 ? 'warn' : 'dim' };
    },
  },
  time('wasted_ms', 'WASTED', 7, 1, 'Set-up time that those handshakes cost.', (origin) => origin.wasted || undefined, 'bad'),
  {
    name: 'verdict',
    title: 'VERDICT',
    meaning: 'Avoidable handshakes, reuse, or neither.',
    min: 11,
    max: 11,
    align: 'left',
    rank: 1,
    cell: (origin, { theme }) => verdictCell(opinionOfOrigin(origin), theme),
    key: ({ verdict }) => verdict,
  },
  time('setup_p50_ms', 'SET-UP', 8, 7, 'Median set-up: TCP, CONNECT and TLS as the client felt them.', (origin) => origin.setupP50),
  time('idle_gap_p95_ms', 'IDLE P95', 8, 8, '95th percentile of the idle time between two requests.', (origin) => origin.idleGapP95),
  {
    name: 'main_reason',
    title: 'MAIN REASON',
    meaning: 'Why most of the avoidable connections were opened.',
    min: 20,
    max: 60,
    align: 'left',
    rank: 10,
    cell: ({ mainReason }, { theme }) => ({ text: theme.safe(mainReason ?? ''), style: 'dim' }),
    key: ({ mainReason }) => mainReason,
  },
];

/** The same, for captures in which the client tells origins apart. */
const clientColumns = columns.map((column) => (column.name === 'client' ? { ...column, rank: 5 } : column));
const severalClients = (list: readonly Origin[]): boolean => list.some(({ client }) => client !== list[0]?.client);

const wasted = columns.findIndex(({ name }) => name === 'wasted_ms');

const byName = new Map(columns.map((column) => [column.name, column]));

export function origins({ snapshot, columns: names }: Given): Listing {
  const { analysis } = snapshot;
  const usual = severalClients(analysis.origins) ? clientColumns : columns;
  return listing<Origin>({
    columns: chosen(usual, (name) => byName.get(name), names),
    snapshot,
    ...(names === undefined && { natural: { column: wasted, descending: true } }),
    length: analysis.origins.length,
    subject: (row) => analysis.origins[row]!,
    item: (row) => originKey(analysis.origins[row]!),
    find: (item) => analysis.origins.indexOf(originsOf(analysis).get(String(item))!),
    problem: (row) => analysis.origins[row]!.pool.avoidable > 0,
    goal: (origin) => ({ origin: originKey(origin) }),
    panel: { lines: 6, draw: (row, context, width) => (row < 0 ? [] : advised(row, context, width)) },
    more: ({ server, authority }) => [server, authority],
  });
}

/** Why it wastes what it wastes, and what to set: what one came for. */
function advised(row: number, { snapshot: { analysis }, theme }: Context, width: number): Cell[][] {
  const origin = analysis.origins[row]!;
  const told = (label: string, text: string, style: StyleName): Cell[][] =>
    wrapped(theme.safe(text), Math.max(20, width - 8))
      .slice(0, 2)
      .map((line, i) => [
        { text: ` ${i === 0 ? label : '    '}  `, style: 'dim' },
        { text: line, style },
      ]);
  const { avoidable } = origin.pool;
  const isThere = isExplained(analysis);
  const perhaps =
    isThere && origin.avoidableHigh > 0 ? 'some may have been avoidable: encrypted, only keys would tell' : 'no handshake was avoidable';
  const why = avoidable === 0 ? perhaps : (origin.mainReason ?? 'other connections could have served');
  const advice = isThere ? analysis.advice.find((each) => each.origin === row) : undefined;
  const missing = !isThere
    ? undefined
    : analysis.adviceMissing.find((text) => text.startsWith(`${joined(originName(origin)).replace(/:\d+$/, '')}`));
  const set =
    advice === undefined
      ? avoidable > 0 && missing !== undefined
        ? told('Set ', `no advice yet: ${missing}`, 'dim')
        : []
      : told('Set ', `${advice.directive}${advice.software === undefined ? '' : `   (${advice.software})`}`, 'good');
  return [
    [],
    ...told('Why ', why, avoidable > 0 ? 'warn' : 'plain'),
    ...set,
    [{ text: ' Enter lists its connections, 5 all that was found, 6 tries other settings', style: 'dim' }],
  ];
}

function requestsPerConnection({ requests, connections, verdict }: Origin): number | undefined {
  return connections.length === 0 || verdict === 'unknown' ? undefined : requests / connections.length;
}

function number(
  name: string,
  title: string,
  width: number,
  rank: number,
  meaning: string,
  value: (origin: Origin) => number | undefined,
): Column<Origin> {
  const cell = (origin: Origin): Cell => {
    const found = value(origin);
    return { text: found === undefined ? '' : count(found) };
  };
  return { name, title, meaning, min: width, max: width, align: 'right', rank, cell, key: value };
}

function time(
  name: string,
  title: string,
  width: number,
  rank: number,
  meaning: string,
  value: (origin: Origin) => Duration | undefined,
  style: Cell['style'] = 'plain',
): Column<Origin> {
  const cell = (origin: Origin, { theme }: Context): Cell => {
    const known = value(origin);
    return known === undefined ? { text: '' } : { text: duration(known, theme.glyphs.micro), style };
  };
  return { ...number(name, title, width, rank, meaning, value), cell };
}
