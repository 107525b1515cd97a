/** What is said where something cost nothing, could not be seen, or was counted in thousands. */

import { expect, test } from 'vitest';
import { rowOf } from '../../src/analysis/fields.ts';
import { analyse } from '../../src/analysis/index.ts';
import { idleDistributions } from '../../src/report/distribution.ts';
import { explain } from '../../src/report/explain.ts';
import { headline } from '../../src/report/headline.ts';
import { connectionSheet } from '../../src/report/sheet.ts';
import { warnings } from '../../src/report/warnings.ts';
import { second } from '../../src/time.ts';
import { type MadeUpConnection, madeUpTrace } from '../support/made-up-trace.ts';

const visits = (count: number, rest: Partial<MadeUpConnection> = {}): MadeUpConnection[] =>
  Array.from({ length: count }, (_, i) => ({
    authority: 'shop.example',
    at: 3 * i * second,
    exchanges: [[(3 * i + 0.1) * second, (3 * i + 0.2) * second] as const],
    closed: (3 * i + 2.2) * second,
    closedBy: 'server' as const,
    ...rest,
  }));

test('set-up that took no time is not said to be missing', () => {
  const trace = madeUpTrace(visits(3, { handshake: 0 }));
  expect(headline(trace, analyse(trace))).toBe(
    '2 of 3 TCP handshakes were avoidable (idle limit 60 s): their set-up cost no time (TCP Fast Open: the request left with the SYN)',
  );
});

test('a payload that was not captured is said to be missing, and its requests are unknown, not none', () => {
  const losses = { capture: 0, snapLength: 399, network: 0, conflicts: [] };
  const trace = madeUpTrace([
    { at: 0, other: true, rest: { protocol: 'unknown', losses } },
    { at: second, other: true },
  ]);
  const analysis = analyse(trace);
  expect([...explain(trace, analysis, 0)].join('')).toContain('Its payload was not captured (snap length)');
  expect([...explain(trace, analysis, 1)].join('')).toContain('Neither HTTP nor TLS was recognised in it');
  const { columns, rows } = connectionSheet([0, 1].map((id) => rowOf(trace, analysis, id)));
  const requests = columns.findIndex(({ title }) => title === 'reqs');
  expect([...rows].map((row) => row[requests])).toEqual(['-', '0']);
});

test('counts are grouped in findings and in advice', () => {
  const { findings, advice } = analyse(madeUpTrace(visits(1500)));
  const [first] = findings;
  expect(first?.text).toContain('1,499 handshakes');
  expect(advice[0]?.text).toMatch(/saves 1,499 handshakes/);
});

test('of connections with one direction only nothing is said that the other one would have to show', () => {
  const heard = (client: number, server: number): MadeUpConnection[] =>
    visits(2, { lastHeard: [client, server] }).map((each) => ({
      ...each,
      exchanges: [{ start: each.at + second / 10, end: each.at + second / 10, without: 'response' }],
    }));
  const said = (list: readonly MadeUpConnection[]): string => {
    const trace = madeUpTrace(list);
    const analysis = analyse(trace);
    return [headline(trace, analysis), ...warnings(trace, {}), ...explain(trace, analysis, 0)].join('\n');
  };
  const client = said(heard(second, Number.NaN));
  expect(client).toContain('None of the 2 TCP handshakes was avoidable (idle limit 60 s), as far as the capture shows.');
  expect(client).toContain('of 2 connections only what the client sent is in the capture: their reuse cannot be judged');
  expect(client).toContain('Only what the client sent is in the capture: its end and its reuse cannot be judged.');
  expect(client).not.toContain('without answering');
  const server = said(heard(Number.NaN, second).map((each) => ({ ...each, openingSeen: false })));
  expect(server).toContain('No completed TCP handshake is in the capture');
  expect(server).not.toContain('began before the capture');
  expect(said(heard(second, second))).toContain('server closed without answering the request');
});

test('frames that are in the capture twice are told', () => {
  const trace = madeUpTrace(visits(1));
  const twice = { ...trace, captures: trace.captures.map((capture) => ({ ...capture, framesDuplicate: 250 })) };
  expect([...warnings(twice, {})]).toEqual(['250 frames repeat others in the capture and are not counted again (--keep-duplicates)']);
});

test('what an answer did not follow was not used again, and what went on as something else was not idle', () => {
  const asked = (
    at: number,
    more: Partial<MadeUpConnection>,
    ...exchanges: NonNullable<MadeUpConnection['exchanges']>
  ): MadeUpConnection => ({
    at: at * second,
    exchanges,
    closedBy: 'server',
    ...more,
  });
  const at = (from: number): readonly [number, number] => [from * second, (from + 0.1) * second];
  const lost = { start: 4 * second, end: 4 * second, without: 'response' as const };
  const trace = madeUpTrace([
    asked(0, { closed: 3 * second }, at(0.1), at(1)),
    // Met the close; waited for an answer; became a websocket.
    asked(0, { closed: 3.9 * second }, at(0.1), lost),
    asked(0, { closed: 9 * second }, at(0.1), lost),
    asked(0, { closed: 9 * second }, { start: second, end: 2 * second, persistence: { persistent: false, because: 'left_http' } }),
  ]);
  const { closed, reused } = idleDistributions(trace, analyse(trace));
  expect([reused.total, closed.total]).toEqual([1, 2]);
});
