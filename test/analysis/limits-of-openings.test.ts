/** The rules of why a connection was opened, at their limits: what still counts, and what no more. */

import { describe, expect, it } from 'vitest';
import { analyse, type Confidence, type Reason } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const explained = (list: readonly MadeUpConnection[], place: number) => analyse(madeUpTrace(list)).verdict(place).reason!;
const reason = (list: readonly MadeUpConnection[], place = list.length - 1): Reason => explained(list, place).code;
const words = (list: readonly MadeUpConnection[], place = list.length - 1): string => explained(list, place).text;
const sureness = (list: readonly MadeUpConnection[], place = list.length - 1): Confidence => explained(list, place).confidence;

const asked = (at: number, more: Partial<MadeUpConnection> = {}, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection => ({
  at,
  exchanges: [{ start: at + ms(40), end: at + ms(60), ...exchange }],
  ...more,
});
const unasked = (at: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({ at, ...more });
const elsewhere = { server: '10.0.0.3:80' };

describe('Happy Eyeballs', () => {
  it('has its loser within 300 ms of the winner, before or after it', () => {
    for (const apart of [ms(300), ms(300) + 1]) {
      const expected = apart === ms(300) ? 'raced_addresses' : 'speculative';
      expect(reason([asked(0), unasked(apart, elsewhere)])).toBe(expected);
      expect(reason([unasked(0, elsewhere), asked(apart)], 0)).toBe(expected);
    }
    expect(words([asked(0), unasked(1, elsewhere)])).toBe('another address of the same name was tried at once; connection 0 was used');
    expect(explained([asked(0), unasked(1, elsewhere)], 1).frames).toEqual([1, 6]);
  });

  it('is of one port and two addresses', () => {
    expect(reason([asked(0), unasked(1)])).toBe('speculative');
    expect(reason([asked(0), unasked(1, { server: '10.0.0.3:81' })])).toBe('speculative');
  });

  it('has a winner that is used: by requests, or by TLS', () => {
    expect(reason([unasked(0), unasked(1, elsewhere)])).toBe('speculative');
    expect(reason([unasked(0, { tls: true }), unasked(1, { server: '10.0.0.3:443' })])).toBe('raced_addresses');
  });

  it('looks at 64 connections on either side', () => {
    const between = (count: number): MadeUpConnection[] =>
      Array.from({ length: count }, (_, at) => unasked(at + 1, { server: '10.0.9.9:99' }));
    for (const count of [63, 64]) {
      const expected = count === 63 ? 'raced_addresses' : 'speculative';
      expect(reason([asked(0), ...between(count), unasked(count + 1, elsewhere)])).toBe(expected);
      expect(reason([unasked(0, elsewhere), ...between(count), asked(count + 1)], 0)).toBe(expected);
    }
  });
});

describe('health checks', () => {
  const clock = (times: readonly number[]): MadeUpConnection[] =>
    times.map((at) => unasked(seconds(at), { closed: seconds(at) + ms(100) }));

  it('are four at least', () => {
    expect(reason(clock([0, 5, 10]))).toBe('speculative');
    expect(clock([0, 5, 10, 15]).map((_, place) => reason(clock([0, 5, 10, 15]), place))).toEqual(Array(4).fill('health_check'));
  });

  it('have intervals that differ by a fifth of the middle one at most', () => {
    expect(reason(clock([0, 5, 10, 16]))).toBe('health_check');
    expect(reason(clock([0, 5, 10, 16.001]))).toBe('speculative');
    expect(reason(clock([0, 4, 9, 14, 19]))).toBe('health_check');
    expect(reason(clock([0, 3.999, 9, 14, 19]))).toBe('speculative');
  });

  it('are those of one origin; requests between them do not count', () => {
    const list = [0, 5, 10, 15].flatMap((at) => [...clock([at]), unasked(seconds(at + 1), elsewhere), asked(seconds(at + 2))]);
    expect(reason(list, 0)).toBe('health_check');
    expect(reason(list, 9)).toBe('health_check');
    const two = [...clock([0, 5]), unasked(seconds(10), elsewhere), unasked(seconds(15), elsewhere)];
    expect(two.map((_, place) => reason(two, place))).toEqual(Array(4).fill('speculative'));
  });

  it('are seen from sixteen before to fifteen after', () => {
    const irregular = (count: number, from: number): MadeUpConnection[] => clock(Array.from({ length: count }, (_, at) => from + at * at));
    const regular = (count: number, from: number): MadeUpConnection[] => clock(Array.from({ length: count }, (_, at) => from + 5 * at));
    expect(reason([...irregular(2, 0), ...regular(17, 300)], 18)).toBe('health_check');
    expect(reason([...irregular(2, 0), ...regular(16, 300)], 17)).toBe('speculative');
    expect(reason([...regular(16, 0), ...irregular(2, 300)], 0)).toBe('health_check');
    expect(reason([...regular(15, 0), ...irregular(2, 300)], 0)).toBe('speculative');
  });
});

describe('a misdirected request', () => {
  const refused = { status: 421, target: '/x' };
  const here = { server: '10.0.0.2:443', authority: 'a' };
  const there = { server: '10.0.0.3:443', authority: 'a' };

  it('is sent again within a second', () => {
    const again = (after: number, more: Partial<MadeUpConnection> = {}, target = '/x'): MadeUpConnection[] => [
      asked(0, here, refused),
      asked(ms(60) + after, { ...there, ...more }, { target }),
    ];
    expect([0, seconds(1), seconds(1) + 1].map((after) => reason(again(after)))).toEqual(['misdirected', 'misdirected', 'first_to_origin']);
    expect(reason([asked(1, here, refused), asked(0, there, { target: '/x', start: seconds(1), end: seconds(2) })])).toBe(
      'first_to_origin',
    );
    expect(reason(again(0, { client: '10.0.0.7' }))).toBe('first_to_origin');
    expect(reason(again(0, {}, '/y'))).toBe('first_to_origin');
    expect(explained(again(0), 1)).toMatchObject({
      text: 'connection 0 answered 421 (Misdirected Request): it does not serve this name',
      confidence: 'observed',
    });
  });

  it('is refused by another connection', () => {
    const own: MadeUpConnection = {
      at: 0,
      ...here,
      exchanges: [
        { start: -1, end: -1, ...refused },
        { start: ms(50), end: ms(60), target: '/x' },
      ],
    };
    expect(reason([own], 0)).toBe('first_to_origin');
  });

  it('may be the second of those refused', () => {
    const list = [
      asked(0, here, { status: 421, target: '/w' }),
      asked(1, { ...here, server: '10.0.0.4:443' }, refused),
      asked(ms(70), there, { target: '/x' }),
    ];
    expect(words(list)).toContain('connection 1 answered 421');
    expect(reason([...list.slice(0, 2), unasked(ms(500), there)])).toBe('speculative');
  });
});

describe('limits of HTTP/2 and of browsers', () => {
  const streams = (at: number, ends: readonly number[], limit: number | undefined): MadeUpConnection => ({
    at,
    http2: true,
    authority: 'a',
    exchanges: ends.map((end) => [at + ms(40), end] as const),
    rest: { http2: { streamLimit: limit } as NonNullable<Connection['http2']> },
  });

  it('of streams: as many in progress as are allowed', () => {
    const last = streams(seconds(1), [seconds(2)], 2);
    expect(reason([streams(0, [seconds(9), seconds(9)], 2), last])).toBe('stream_limit');
    expect(words([streams(0, [seconds(9), seconds(9)], 2), last])).toBe(
      'connection 0 carried 2 requests at once, all that the server allows',
    );
    // The first of them ended when the other connection was opened, which its client cannot have known by then.
    expect(reason([{ ...streams(0, [seconds(1) + 1, seconds(9)], 2), rttClient: ms(1) }, last])).toBe('stream_limit');
    expect(reason([streams(seconds(1) - ms(20), [seconds(9)], undefined), last])).toBe('all_busy');
  });

  const browser = { rest: { userAgent: 'Mozilla/5.0 Firefox/120' } };
  const busy = (count: number, exchange: Partial<MadeUpExchange> = browser): MadeUpConnection[] =>
    Array.from({ length: count }, (_, at) => asked(ms(at), { authority: 'a' }, { ...exchange, start: ms(50), end: seconds(9) }));

  it('of connections: six of a browser to one host, with those that are busy', () => {
    expect(busy(7).map((_, place) => reason(busy(7), place))).toEqual([
      'first_to_origin',
      ...Array(4).fill('all_busy'),
      'browser_limit',
      'browser_limit',
    ]);
    expect(reason(busy(6, {}))).toBe('all_busy');
    expect(words(busy(6))).toBe('every open connection was busy; with 6 at once the browser has reached its limit for one host');
    expect(sureness(busy(6))).toBe('inferred');
  });

  it('of connections: closed ones, failed ones and those of another host are not open', () => {
    const [one, ...others] = busy(6) as [MadeUpConnection, ...MadeUpConnection[]];
    const closed = (at: number): MadeUpConnection => ({ ...one, exchanges: [], closed: at });
    expect(reason([closed(ms(5)), ...others])).toBe('all_busy');
    expect(reason([closed(ms(5) + 1), ...others])).toBe('browser_limit');
    expect(reason([{ ...closed(ms(9)), established: false }, ...others])).toBe('all_busy');
    expect(reason([{ ...one, server: '10.0.0.9:80' }, ...others])).toBe('all_busy');
    expect(reason([{ ...one, server: '10.0.0.9:80' }, { ...one, server: '10.0.0.1:80' }, ...busy(6)])).toBe('browser_limit');
    // No further than eight times six connections back.
    const gone = (count: number): MadeUpConnection[] => Array.from({ length: count }, () => ({ ...one, exchanges: [], closed: 1 }));
    const old = { ...one, exchanges: [] };
    expect(reason([old, ...gone(43), ...others])).toBe('browser_limit');
    expect(reason([old, ...gone(44), ...others])).toBe('all_busy');
  });
});

describe('in words', () => {
  const h2 = (at: number): MadeUpConnection => asked(at, { authority: 'a', http2: true });
  const h1 = (at: number): MadeUpConnection => asked(at, { authority: 'a' });

  it('the first of its version of HTTP is told apart from the first of all', () => {
    const late = seconds(100);
    expect(words([h1(late)])).toBe('first connection to its origin');
    expect(words([h1(late), h2(late + seconds(1))])).toBe('first connection to its origin by HTTP/2');
    expect(words([h2(late), h1(late + seconds(1))])).toBe('first connection to its origin by HTTP/1');
    expect(words([unasked(late, { authority: 'a' }), h2(late + seconds(1))])).toBe('first connection to its origin');
    expect(words([asked(late, { server: '10.0.0.9:80' }), h2(late + seconds(1))])).toBe('first connection to its origin');
  });

  it('what may have been before the capture is said, for 75 s', () => {
    expect([seconds(75) - 1, seconds(75)].map((at) => explained([h1(at)], 0))).toMatchObject([
      { text: 'first connection to its origin that the capture shows', confidence: 'inferred' },
      { text: 'first connection to its origin', confidence: 'observed' },
    ]);
  });

  it('one that was passed over is told with the time that it was idle, or that it could have carried more', () => {
    expect(words([h1(0), h1(seconds(5))])).toBe('connection 0 to the same origin was open and had been idle for 4.9 s');
    expect(words([h2(0), h2(seconds(5))])).toBe('connection 0 to the same origin was open and could have carried it');
    const firefox = { rest: { userAgent: 'Mozilla/5.0 Firefox/120' } };
    const two = [asked(0, {}, firefox), asked(seconds(5), {}, firefox)];
    expect(words(two)).toBe(
      'connection 0 to the same origin was open and had been idle for 4.9 s (a browser keeps connections with and without credentials apart)',
    );
    expect(sureness(two)).toBe('inferred');
  });

  it('one that had been idle for too long is told with the limit', () => {
    expect(words([asked(0, { closed: seconds(1) }), asked(seconds(61))])).toBe(
      'connection 0 was last used 60.9 s before, longer than the idle limit of 60.0 s',
    );
  });

  it('one that was busy is named', () => {
    expect(words([asked(0, {}, { end: seconds(9) }), asked(seconds(1))])).toBe(
      'every open connection to the origin was busy, connection 0 among them',
    );
  });

  it('one that was refused, or never answered', () => {
    const attempt = unasked(0, { established: false });
    expect(words([attempt, asked(seconds(1))], 0)).toBe('the handshake was never completed');
    // So late that nobody had reason to send the SYN again.
    expect(words([attempt, asked(seconds(0.8))], 0)).toBe('the capture ends before its handshake could be completed');
    expect(sureness([attempt, asked(seconds(0.8))], 0)).toBe('inferred');
    expect(words([{ ...attempt, closed: ms(20), closedBy: 'server', closedWith: 'rst' }])).toBe('the server refused the connection');
    expect(words([{ ...attempt, closed: ms(20), closedWith: 'rst' }])).toBe('the handshake was never completed');
  });
});
