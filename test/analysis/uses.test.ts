/** What was seen of the use of a connection: how often it served, how long it rested, what was left unanswered, who announced its end; and whom a burst finds idle. */

import { describe, expect, it } from 'vitest';
import { type AnalyseOptions, analyse } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const close = (connection: MadeUpConnection): string => analyse(madeUpTrace([connection])).verdict(0).close!.text;
const verdicts = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): string[] => {
  const analysis = analyse(madeUpTrace(list), options);
  return list.map((_, row) => {
    const { opening, previous } = analysis.verdict(row);
    return previous === undefined ? `${opening}` : `${opening} ${previous}`;
  });
};

describe('a connection', () => {
  const many = (count: number): MadeUpConnection => ({
    at: 0,
    exchanges: Array.from({ length: count }, (_, place) => [ms(40 + 2 * place), ms(41 + 2 * place)] as const),
    closed: ms(42 + 2 * count),
  });

  it('has served as often as requests were answered, however often', () => {
    for (const count of [2, 253, 254, 255, 256, 257, 300]) expect(close(many(count))).toBe(`client closes at once after ${count} requests`);
    const unanswered = {
      ...many(3),
      exchanges: [...many(3).exchanges!, { start: ms(46), end: ms(46), without: 'response' as const }, [ms(47), ms(48)] as const],
      closed: ms(50),
    };
    expect(close(unanswered)).toBe('client closes at once after 4 requests');
  });

  it('rests from the latest end, also where exchanges overlap', () => {
    const overlapping = (exchanges: MadeUpConnection['exchanges']): MadeUpConnection => ({
      at: 0,
      exchanges: exchanges!,
      closed: seconds(9),
      closedBy: 'server',
    });
    expect(
      close(
        overlapping([
          [ms(40), seconds(5)],
          [ms(50), seconds(3)],
        ]),
      ),
    ).toBe('server closed idle after 4.0 s');
    expect(
      close(
        overlapping([
          [ms(40), seconds(3)],
          [ms(50), seconds(5)],
        ]),
      ),
    ).toBe('server closed idle after 4.0 s');
    const low = (exchanges: MadeUpConnection['exchanges']) =>
      analyse(madeUpTrace([{ at: 0, exchanges: exchanges! }])).origins[0]!.serverTimer?.low;
    expect(
      low([
        [ms(40), seconds(1)],
        [seconds(4), seconds(5)],
        [seconds(7), seconds(8)],
      ]),
    ).toBe(seconds(3));
    expect(
      low([
        [ms(40), seconds(1)],
        [seconds(2), seconds(5)],
        [seconds(7), seconds(8)],
      ]),
    ).toBe(seconds(2));
    expect(
      low([
        [ms(40), seconds(3)],
        [seconds(2), seconds(5)],
      ]),
    ).toBeUndefined();
  });

  it('waits for the first answer that is still missing', () => {
    const waiting = (...starts: readonly number[]): MadeUpConnection => ({
      at: 0,
      exchanges: [[ms(40), ms(60)], ...starts.map((start): MadeUpExchange => ({ start, end: start, without: 'response' }))],
      closed: seconds(300.01),
      closedBy: 'server',
      closedWith: 'rst',
      closedUnaware: true,
      rest: { tcpAnalysis: { retransmission: 1 } as NonNullable<Connection['tcpAnalysis']> },
    });
    expect(close(waiting(seconds(250), seconds(300)))).toBe('a NAT, firewall or load balancer dropped the silent flow (idle 250 s)');
    // What was answered later on was not missing.
    const [answered, ...others] = waiting(seconds(250), seconds(300)).exchanges!;
    const later = { ...waiting(seconds(300)), exchanges: [answered!, others[0]!, [seconds(260), seconds(261)] as const, others[1]!] };
    expect(close(later)).toBe('peer had vanished, or had forgotten the connection');
  });

  it('ends when it is announced, by whoever announces it', () => {
    const announced = (by: 'client' | 'server', time: number, closed?: number): MadeUpConnection => ({
      at: 0,
      http2: true,
      exchanges: [[ms(40), ms(60)]],
      ...(closed === undefined ? {} : { closed, closedBy: by === 'client' ? 'server' : 'client' }),
      rest: { http2: { goAway: { by, code: 'NO_ERROR', time, frame: 6 } } as unknown as NonNullable<Connection['http2']> },
    });
    expect(close(announced('client', ms(100)))).toBe('client sent GOAWAY after 1 request');
    expect(close(announced('server', ms(100)))).toBe('server sent GOAWAY after 1 request');
    expect(close(announced('client', seconds(4)))).toBe('client closed idle after 3.9 s');
    expect(close(announced('server', seconds(4), seconds(5)))).toBe('server closed idle after 3.9 s');
    // Closed before that was said.
    expect(close(announced('server', seconds(5), seconds(4)))).toBe('client closed idle after 3.9 s');
    const next = (at: number): MadeUpConnection => ({ at, http2: true, exchanges: [[at + ms(40), at + ms(60)]] });
    expect(verdicts([announced('server', seconds(4)), next(seconds(4) - 1)])).toEqual(['first', 'missed_reuse 0']);
    expect(verdicts([announced('server', seconds(4)), next(seconds(4))])).toEqual(['first', 'churn 0']);
  });
});

describe('a burst', () => {
  const used = (at: number, ...ends: readonly (readonly [number, number])[]): MadeUpConnection => ({
    at: seconds(at),
    exchanges: ends.map(([start, end]) => [seconds(start), seconds(end)] as const),
  });
  const asked = (at: number, end: number): MadeUpConnection => ({ at: seconds(at), exchanges: [[seconds(at) + ms(40), seconds(end)]] });
  const closed = (connection: MadeUpConnection, time: number): MadeUpConnection => ({
    ...connection,
    closed: seconds(time),
    closedBy: 'server',
  });

  it('finds the one used last idle, then the one before; what one found is free again when its request is done', () => {
    expect(verdicts([asked(0, 1), asked(0.5, 2), asked(5, 6), asked(5.1, 6), asked(5.2, 6), asked(7, 8)])).toEqual([
      'first',
      'parallel 0',
      'missed_reuse 1',
      'missed_reuse 0',
      'parallel 3',
      'missed_reuse 4',
    ]);
    const gone = [closed(asked(5, 6), 6.5), closed(asked(5.1, 6), 6.5)];
    expect(verdicts([asked(0, 1), asked(0.5, 2), ...gone, asked(7, 8)]).slice(2)).toEqual([
      'missed_reuse 1',
      'missed_reuse 0',
      'missed_reuse 0',
    ]);
  });

  it('passes over what another request of the same moment takes, and finds it where there is nothing else', () => {
    // Both idle ones are asked again before the new connections can ask.
    const [a, b] = [used(0, [0.04, 1], [5.01, 6]), used(0.5, [0.54, 2], [5.02, 6])];
    expect(verdicts([a, b, asked(5, 6)])).toEqual(['first', 'parallel 0', 'parallel 1']);
    const late = { ...asked(5, 6), exchanges: [[seconds(5.04), seconds(6)]] as const };
    expect(verdicts([a, asked(0.5, 2), late])).toEqual(['first', 'parallel 0', 'missed_reuse 1']);
    expect(verdicts([asked(0, 1), b, late, asked(5.005, 6)])).toEqual(['first', 'parallel 0', 'missed_reuse 0', 'parallel 2']);
  });

  it('names of the closed ones the one that had ended last, each once', () => {
    const list = [closed(asked(0, 1), 3), closed(asked(0.5, 2), 3), asked(5, 6), asked(5.1, 6), asked(5.2, 6)];
    expect(verdicts(list)).toEqual(['first', 'parallel 0', 'churn 1', 'churn 0', 'parallel 3']);
    expect(verdicts(list, { idleTimeout: seconds(3.5) }).slice(2)).toEqual(['churn 1', 'parallel 2', 'parallel 3']);
    expect(verdicts(list, { idleTimeout: seconds(3) }).slice(2, 3)).toEqual(['churn 1']);
    expect(verdicts(list, { idleTimeout: seconds(3) - 1 }).slice(2, 3)).toEqual(['late 1']);
  });

  it('takes open ones before closed ones, and finds the closed ones behind them', () => {
    const list = [closed(asked(0, 1), 3), asked(0.5, 0.9), asked(5, 6), asked(5.1, 6)];
    expect(verdicts(list)).toEqual(['first', 'parallel 0', 'missed_reuse 1', 'churn 0']);
  });

  it('has no use for one whose headers forbade another request, but for its end', () => {
    const told: MadeUpConnection = { at: 0, exchanges: [{ start: ms(40), end: seconds(1), close: 'server' }] };
    expect(verdicts([told, asked(5, 6)])).toEqual(['first', 'churn 0']);
  });
});

describe('on HTTP/2', () => {
  const h2 = (at: number, ends: readonly number[], limit?: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at: seconds(at),
    http2: true,
    exchanges: ends.map((end) => [seconds(at) + ms(40), seconds(end)] as const),
    rest: { http2: { streamLimit: limit } as NonNullable<Connection['http2']> },
    ...more,
  });

  it('the one set up last that has room is found, again and again; full ones and closed ones are passed over', () => {
    expect(verdicts([h2(0, [9]), h2(0.01, [9]), h2(1, [2]), h2(1.5, [2])])).toEqual([
      'first',
      'parallel 0',
      'missed_reuse 1',
      'missed_reuse 2',
    ]);
    const limited = [h2(0, [9], 2), h2(0.01, [9, 9], 2), h2(1, [2], 2), h2(3, [4], 2)];
    expect(verdicts(limited)).toEqual(['first', 'parallel 0', 'missed_reuse 0', 'missed_reuse 2']);
    const gone = [
      h2(0, [1], 2, { closed: seconds(2) }),
      h2(0.01, [1.5], 2, { closed: seconds(2) }),
      h2(3, [4], 2),
      h2(3.01, [4], 2),
      h2(3.02, [4], 2),
    ];
    expect(verdicts(gone)).toEqual(['first', 'parallel 0', 'churn 1', 'churn 0', 'parallel 3']);
  });

  it('is set up when its first request is sent', () => {
    const next = (at: number): MadeUpConnection => h2(at, [5]);
    expect(verdicts([h2(0, [9]), next(0.039)])).toEqual(['first', 'parallel 0']);
    expect(verdicts([h2(0, [9]), next(0.04)])).toEqual(['first', 'missed_reuse 0']);
  });
});
