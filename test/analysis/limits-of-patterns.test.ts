/** What only many connections of one server show together: drains, caps and ages, at their limits. And what of a trace counts for a pool. */

import { describe, expect, it } from 'vitest';
import { type AnalyseOptions, analyse, type CloseReason } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const closes = (list: readonly MadeUpConnection[]): (CloseReason | undefined)[] => {
  const analysis = analyse(madeUpTrace(list));
  return list.map((_, row) => analysis.verdict(row).close?.code);
};
const count = (list: readonly MadeUpConnection[], code: CloseReason): number => closes(list).filter((each) => each === code).length;

/** Used last at `end`, closed at `closed`. */
const idle = (
  at: number,
  end: number,
  closed: number,
  by: 'client' | 'server',
  more: Partial<MadeUpConnection> = {},
): MadeUpConnection => ({
  at,
  exchanges: [[at + ms(40), end]],
  closed,
  closedBy: by,
  ...more,
});

describe('a drain', () => {
  /** Four that were left idle at 1, 3, 5 and 7 s and end `apart` from one another, from 9 s on. */
  const four = (apart: number, by: 'client' | 'server' = 'server', ends: readonly number[] = [1, 3, 5, 7]): MadeUpConnection[] =>
    ends.map((end, place) => idle(ms(place), seconds(end), seconds(9) + place * apart, by));

  it('is of four within a tenth of a second, after idle times that differ by more than a second', () => {
    expect(count(four(ms(33)), 'drain')).toBe(4);
    expect(count(four(ms(34)), 'drain')).toBe(0);
    expect(count(four(ms(33)).slice(1), 'drain')).toBe(0);
    expect(count(four(0, 'server', [1, 1.5, 2, 2]), 'drain')).toBe(0);
    expect(count(four(0, 'server', [1, 1.5, 2, 2.001]), 'drain')).toBe(4);
    expect(count(four(ms(33), 'client'), 'drain')).toBe(4);
  });

  it('is of two where a client ends within a hundredth of a second', () => {
    const two = (apart: number, by: 'client' | 'server'): MadeUpConnection[] => four(apart, by, [1, 5]);
    expect(count(two(ms(10), 'client'), 'drain')).toBe(2);
    expect(count(two(ms(10) + 1, 'client'), 'drain')).toBe(0);
    expect(count(two(ms(10), 'server'), 'drain')).toBe(0);
  });

  it('is of one server and of one side', () => {
    const [a, b, c, d] = four(ms(1)) as [MadeUpConnection, MadeUpConnection, MadeUpConnection, MadeUpConnection];
    expect(count([a, b, c, { ...d, server: '10.0.0.9:80' }], 'drain')).toBe(0);
    expect(count([a, b, c, { ...d, closedBy: 'client' }], 'drain')).toBe(0);
    expect(count([...four(ms(1)), ...four(ms(1)).map((each) => ({ ...each, server: '10.0.0.9:80' }))], 'drain')).toBe(8);
  });

  it('leaves out what a server had just served, and what could not have been kept', () => {
    const busy = idle(ms(9), seconds(9) - ms(100), seconds(9), 'server');
    expect(count([...four(ms(1)).slice(1), busy], 'drain')).toBe(4);
    expect(count([...four(ms(1)).slice(1), { ...busy, exchanges: [[ms(50), seconds(9) - ms(100) + 1]] }], 'drain')).toBe(0);
    const told = { ...busy, exchanges: [{ start: ms(50), end: seconds(7), close: 'server' as const }] };
    expect(count([...four(ms(1)).slice(1), told], 'drain')).toBe(0);
    // A client that ends takes with it what it has just used, but that is not called idle.
    const justUsed = idle(ms(9), seconds(9) - ms(50), seconds(9), 'client');
    expect(closes([...four(ms(1), 'client').slice(1), justUsed])).toEqual(['drain', 'drain', 'drain', 'after_response']);
  });

  it('does not count a successor that was opened when others closed', () => {
    const early = four(ms(1)).slice(1);
    const late = { ...idle(seconds(9) + ms(2), seconds(9) + ms(50), seconds(9) + ms(60), 'client') };
    expect(closes([...early.map((each) => ({ ...each, closedBy: 'client' as const })), late]).slice(0, 3)).toEqual([
      'drain',
      'drain',
      'drain',
    ]);
  });

  it('is no drain where connections end all the time', () => {
    const constant = Array.from({ length: 60 }, (_, place) =>
      idle(ms(place), seconds(1 + (place % 7)), seconds(9) + place * ms(30), 'server'),
    );
    expect(count(constant, 'drain')).toBe(0);
    expect(
      count([...constant.slice(0, 30).map((each, place) => ({ ...each, closed: seconds(20 + 9 * place) })), ...four(ms(1))], 'drain'),
    ).toBe(4);
  });
});

describe('a cap, an age', () => {
  /** Asked so many times, the server says close with the last response. */
  const capped = (
    at: number,
    requests: number,
    exchange: Partial<MadeUpExchange> = { close: 'server' },
    more: Partial<MadeUpConnection> = {},
  ): MadeUpConnection => ({
    at,
    exchanges: Array.from({ length: requests }, (_, place) => ({
      start: at + ms(40 + 20 * place),
      end: at + ms(50 + 20 * place),
      ...(place === requests - 1 ? exchange : {}),
    })),
    closed: at + ms(60 + 20 * requests),
    closedBy: 'server',
    ...more,
  });
  const alike = (...requests: readonly number[]): MadeUpConnection[] => requests.map((each, place) => capped(seconds(place), each));

  it('is a cap where three, and four of five, end at one count', () => {
    expect(closes(alike(5, 5))).toEqual(['close_header_server', 'close_header_server']);
    expect(closes(alike(5, 5, 5))).toEqual(['request_cap', 'request_cap', 'request_cap']);
    expect(count(alike(5, 5, 5, 5, 4), 'request_cap')).toBe(4);
    expect(count(alike(5, 5, 5, 4), 'request_cap')).toBe(0);
    expect(count(alike(5, 5, 5, 5, 5, 5, 5, 4, 4), 'request_cap')).toBe(0);
    expect(count(alike(1, 1, 1), 'request_cap')).toBe(0);
    expect(closes([...alike(5, 5), { ...capped(seconds(3), 5), server: '10.0.0.9:80' }])).toEqual(Array(3).fill('close_header_server'));
  });

  it('is told by the header of the server, by its GOAWAY, or by its close at once', () => {
    const three = (exchange: Partial<MadeUpExchange>, more: Partial<MadeUpConnection> = {}) =>
      closes([0, 1, 2].map((at) => capped(seconds(at), 5, exchange, more)));
    expect(three({})).toEqual(Array(3).fill('request_cap'));
    expect(closes([0, 1, 2].map((at) => ({ ...capped(seconds(at), 5, {}), closed: seconds(at) + ms(130) + ms(100) })))).not.toContain(
      'request_cap',
    );
    expect(closes([0, 1, 2].map((at) => ({ ...capped(seconds(at), 5, {}), closed: seconds(at) + ms(130) + ms(100) - 1 })))).toEqual(
      Array(3).fill('request_cap'),
    );
    expect(three({}, { closedBy: 'client' })).not.toContain('request_cap');
    expect(three({}, { openingSeen: false })).not.toContain('request_cap');
    const goAway = (by: 'client' | 'server', code: string) => ({
      http2: true,
      rest: { http2: { goAway: { by, code, time: seconds(9), frame: 9 } } as unknown as NonNullable<Connection['http2']> },
    });
    expect(
      closes([0, 1, 2].map((at) => capped(seconds(at), 5, {}, { ...goAway('server', 'NO_ERROR'), closed: seconds(10 + at) }))),
    ).toEqual(Array(3).fill('request_cap'));
    expect(
      closes([0, 1, 2].map((at) => capped(seconds(at), 5, {}, { ...goAway('server', 'ENHANCE_YOUR_CALM'), closed: seconds(10 + at) }))),
    ).not.toContain('request_cap');
    expect(
      closes([0, 1, 2].map((at) => capped(seconds(at), 5, {}, { ...goAway('client', 'NO_ERROR'), closed: seconds(10 + at) }))),
    ).not.toContain('request_cap');
  });

  it('is an age where they end as old, within a second or a fiftieth, after ten seconds and more', () => {
    const aged = (...ages: readonly number[]): MadeUpConnection[] =>
      ages.map((age, place) => {
        const at = seconds(1000 * place);
        const times = Array.from(
          { length: 3 + place },
          (_, each) => [at + ms(40) + (each * age) / (4 + place), at + ms(50) + (each * age) / (4 + place)] as const,
        );
        return {
          at,
          exchanges: [
            ...times.map(([start, end]) => ({ start, end })),
            { start: at + age - ms(20), end: at + age, close: 'server' as const },
          ],
          closed: at + age,
          closedBy: 'server',
        };
      });
    expect(count(aged(seconds(30), seconds(30), seconds(31)), 'age_limit')).toBe(3);
    expect(count(aged(seconds(30), seconds(30), seconds(31) + 1), 'age_limit')).toBe(0);
    expect(count(aged(seconds(100), seconds(100), seconds(102)), 'age_limit')).toBe(3);
    expect(count(aged(seconds(100), seconds(100), seconds(102) + 1), 'age_limit')).toBe(0);
    expect(count(aged(seconds(10), seconds(10), seconds(10)), 'age_limit')).toBe(3);
    expect(count(aged(seconds(10) - 1, seconds(10), seconds(10)), 'age_limit')).toBe(0);
    expect(count(aged(seconds(30), seconds(30)), 'age_limit')).toBe(0);
  });
});

describe('what counts for a pool', () => {
  const verdicts = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}) => {
    const analysis = analyse(madeUpTrace(list), options);
    return list.map((_, row) => analysis.verdict(row).opening);
  };
  const asked = (at: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at,
    exchanges: [[at + ms(40), at + ms(60)]],
    ...more,
  });

  it('the first request waited for the set-up where it came within 50 ms, or three set-ups, of its end', () => {
    const late = (after: number, handshake: number): number | undefined =>
      analyse(madeUpTrace([asked(0), { at: seconds(5), handshake, exchanges: [[seconds(5) + handshake + after, seconds(6)]] }])).verdict(1)
        .wastedBlocking;
    expect([late(ms(50), ms(10)), late(ms(50) + 1, ms(10))]).toEqual([ms(10), 0]);
    expect([late(ms(120), ms(40)), late(ms(120) + 1, ms(40))]).toEqual([ms(40), 0]);
  });

  it('a request without an answer keeps its connection busy: until it is closed, a quarter of a second later and more, or for ever', () => {
    const waiting = (closed?: number, more: Partial<MadeUpExchange> = {}): MadeUpConnection => ({
      at: 0,
      exchanges: [[ms(40), ms(60)], { start: ms(100), end: ms(100), without: 'response', ...more }],
      ...(closed === undefined ? {} : { closed, closedBy: 'server' as const }),
    });
    expect(verdicts([waiting(), asked(seconds(5))])).toEqual(['first', 'parallel']);
    expect(verdicts([waiting(ms(350)), asked(seconds(5))])).toEqual(['first', 'churn']);
    expect(verdicts([waiting(ms(350) + 1), asked(seconds(5))])).toEqual(['first', 'parallel']);
    // More came after it, and more requests can be under way on HTTP/2.
    expect(verdicts([{ ...waiting(), exchanges: [...waiting().exchanges!, [seconds(1), seconds(2)]] }, asked(seconds(5))])).toEqual([
      'first',
      'missed_reuse',
    ]);
    expect(verdicts([{ ...waiting(), http2: true }, asked(seconds(5), { http2: true })])).toEqual(['first', 'missed_reuse']);
  });

  it('a connection that only said 408 was not used; any other answer unasked says nothing', () => {
    const unasked = (status: number): MadeUpConnection => ({
      at: 0,
      exchanges: [{ start: seconds(9), end: seconds(9), without: 'request', status }],
      closed: seconds(9),
      closedBy: 'server',
    });
    expect(verdicts([unasked(408)])).toEqual(['unused']);
    expect(verdicts([unasked(200)])).toEqual([undefined]);
    expect(verdicts([{ ...unasked(408), openingSeen: false }])).toEqual([undefined]);
  });

  it('what a connection became that left HTTP is no part of it', () => {
    const upgraded = (more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
      at: 0,
      exchanges: [[ms(40), ms(60)], { start: ms(70), end: ms(80), status: 101 }],
      ...more,
    });
    expect(verdicts([upgraded(), asked(seconds(5))])).toEqual(['first', 'late']);
    expect(analyse(madeUpTrace([upgraded(), asked(seconds(5))])).verdict(1).reason?.text).toBe(
      'no connection that could serve again had been used within the idle limit of 60.0 s',
    );
    expect(verdicts([upgraded({ http2: true }), asked(seconds(5), { http2: true })])).toEqual(['first', 'missed_reuse']);
    expect(
      verdicts([
        {
          ...upgraded(),
          exchanges: [
            [ms(40), ms(60)],
            { start: ms(70), end: ms(80), method: 'CONNECT', status: 404, persistence: { persistent: true, because: 'http_1_1_default' } },
            [ms(90), ms(95)],
          ],
        },
        asked(seconds(5)),
      ]),
    ).toEqual(['first', 'missed_reuse']);
  });

  it('the way to a client is the shortest of the first three that were seen; of one that opened once it is as usual', () => {
    /** Answered when the other request was about to be sent, so that the way decides. */
    const opening = (ways: readonly number[], answered: number) => {
      const before = ways.map(
        (rttClient, place): MadeUpConnection => ({
          at: seconds(place),
          rttClient,
          exchanges: [[seconds(place) + ms(40), seconds(place) + ms(60)]],
          closed: seconds(place) + ms(61),
        }),
      );
      const at = seconds(50);
      const reused: MadeUpConnection = { at: at - seconds(1), rttClient: ms(90), exchanges: [[at - seconds(1) + ms(40), at - answered]] };
      return verdicts([...before, reused, { at, rttClient: ms(90), exchanges: [[at + ms(40), at + ms(60)]] }]).at(-1);
    };
    expect([ms(30), ms(30) - 1].map((answered) => opening([ms(50), ms(30), ms(40)], answered))).toEqual(['missed_reuse', 'parallel']);
    // The fourth is not asked.
    expect([ms(30), ms(30) - 1].map((answered) => opening([ms(50), ms(30), ms(40), ms(10)], answered))).toEqual([
      'missed_reuse',
      'parallel',
    ]);
  });
});
