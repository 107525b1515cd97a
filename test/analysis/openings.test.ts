/** An example of every opening class. */

import { describe, expect, it } from 'vitest';
import { analyse, type OpeningClass } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds, oneRequestPerConnection, seconds } from '../support/made-up-trace.ts';

const openings = (list: readonly MadeUpConnection[], idleTimeout = seconds(60)): (OpeningClass | undefined)[] => {
  const analysis = analyse(madeUpTrace(list), { idleTimeout });
  return list.map((_, index) => analysis.verdict(index).opening);
};
const ms = milliseconds;

describe('opening classes', () => {
  it('calls an attempt that was never answered failed', () => {
    expect(openings([{ at: 0, established: false }])).toEqual(['failed']);
  });

  it('calls a connection without any request unused', () => {
    expect(openings([{ at: 0, closed: seconds(10) }])).toEqual(['unused']);
  });

  it('calls a connection unused on which the server only said 408', () => {
    const exchanges = [{ start: seconds(60), end: seconds(60), without: 'request' as const, status: 408, close: 'server' as const }];
    expect(openings([{ at: 0, exchanges, closed: seconds(60), closedBy: 'server' }])).toEqual(['unused']);
  });

  it('tells nothing of TLS without keys, of other protocols, and of openings before the capture', () => {
    const list: MadeUpConnection[] = [
      { at: 0, tls: true },
      { at: ms(1), other: true, server: '10.0.0.3:22' },
      { at: ms(2), openingSeen: false, exchanges: [[ms(2), ms(9)]] },
    ];
    const analysis = analyse(madeUpTrace(list));
    expect(openings(list)).toEqual([undefined, undefined, undefined]);
    for (const index of list.keys()) expect(analysis.verdict(index)).toMatchObject({ avoidable: false, wasted: undefined });
    expect(analysis.verdict(2).openingCensored).toBe(true);
    expect(analysis.totals.wasted).toBe(0);
  });

  it('calls the first of an origin first, and censored near the begin of the capture', () => {
    const list: MadeUpConnection[] = [
      { at: 0, exchanges: [[ms(40), ms(60)]] },
      { at: seconds(80), server: '10.0.0.3:80', exchanges: [[seconds(80) + ms(40), seconds(81)]] },
    ];
    const analysis = analyse(madeUpTrace(list));
    expect(openings(list)).toEqual(['first', 'first']);
    expect([0, 1].map((index) => analysis.verdict(index).openingCensored)).toEqual([true, false]);
  });

  it('calls 11 of 12 one-shot connections churn', () => {
    const times = Array.from({ length: 12 }, (_, index) => seconds(index));
    const list = oneRequestPerConnection(times);
    const analysis = analyse(madeUpTrace(list));
    expect(openings(list)).toEqual(['first', ...Array(11).fill('churn')]);
    expect(analysis.totals.pool).toEqual({ actual: 12, min: 1, lifo: 1, avoidable: 11, surplus: 0, net: 11 });
    expect(analysis.totals.wasted).toBe(11 * ms(40));
    expect(list.map((_, index) => analysis.verdict(index).previous)).toEqual([undefined, ...times.keys()].slice(0, 12));
  });

  it('calls it missed reuse where the connection was open and idle', () => {
    const list: MadeUpConnection[] = [
      { at: 0, exchanges: [[ms(40), ms(60)]], closed: seconds(30) },
      { at: seconds(5), exchanges: [[seconds(5) + ms(40), seconds(6)]], closed: seconds(30) },
    ];
    expect(openings(list)).toEqual(['first', 'missed_reuse']);
    expect(analyse(madeUpTrace(list)).verdict(1)).toMatchObject({ previous: 0, avoidable: true, wasted: ms(40) });
  });

  it('finds one connection idle for one of a burst', () => {
    const burst = (index: number): MadeUpConnection => ({
      at: seconds(5) + ms(index),
      exchanges: [[seconds(5) + ms(index + 40), seconds(6)]],
      closed: seconds(30),
    });
    const list = [
      { at: 0, exchanges: [[ms(40), ms(60)] as const], closed: seconds(30) },
      ...Array.from({ length: 6 }, (_, at) => burst(at)),
    ];
    const analysis = analyse(madeUpTrace(list));
    expect(openings(list)).toEqual(['first', 'missed_reuse', ...Array(5).fill('parallel')]);
    expect(list.filter((_, index) => analysis.verdict(index).avoidable)).toHaveLength(1);
    expect(analysis.totals.pool).toMatchObject({ actual: 7, min: 6, avoidable: 1, surplus: 0 });
  });

  it('does not call it missed reuse where another request of the same moment took the idle connection', () => {
    const list: MadeUpConnection[] = [
      {
        at: 0,
        exchanges: [
          [ms(40), ms(60)],
          [seconds(5) + ms(1), seconds(6)],
        ],
      },
      { at: seconds(5), exchanges: [[seconds(5) + ms(40), seconds(6)]] },
    ];
    expect(openings(list)).toEqual(['first', 'parallel']);
    expect(analyse(madeUpTrace(list)).totals.pool).toMatchObject({ min: 2, avoidable: 0, surplus: 0 });
  });

  it('calls it avoidable if the request that took the idle connection came after the set-up', () => {
    const reused = [
      [ms(40), ms(60)],
      [seconds(5) + ms(41), seconds(6)],
    ] as const;
    const opened = { at: seconds(5), exchanges: [[seconds(5) + ms(40), seconds(6)] as const] };
    expect(openings([{ at: 0, exchanges: reused }, opened])).toEqual(['first', 'missed_reuse']);
    expect(analyse(madeUpTrace([{ at: 0, exchanges: reused }, opened])).totals.pool).toMatchObject({
      min: 2,
      avoidable: 1,
      surplus: 1,
      net: 0,
    });
  });

  it('frees what a missed reuse claimed once its request is done', () => {
    const leak = (at: number): MadeUpConnection => ({ at, exchanges: [[at + ms(40), at + ms(50)]] });
    const list = [leak(0), leak(seconds(1)), leak(seconds(2)), leak(seconds(3))];
    expect(openings(list)).toEqual(['first', 'missed_reuse', 'missed_reuse', 'missed_reuse']);
  });

  it('calls it parallel while the others are busy, and late beyond the idle timeout', () => {
    const list: MadeUpConnection[] = [
      { at: 0, exchanges: [[ms(40), seconds(10)]], closed: seconds(10) },
      { at: seconds(1), exchanges: [[seconds(1) + ms(40), seconds(2)]], closed: seconds(2) },
      { at: seconds(100), exchanges: [[seconds(100) + ms(40), seconds(101)]] },
    ];
    expect(openings(list)).toEqual(['first', 'parallel', 'late']);
    expect(openings(list, seconds(120))).toEqual(['first', 'parallel', 'churn']);
    expect([1, 2].map((index) => analyse(madeUpTrace(list)).verdict(index).previous)).toEqual([0, 0]);
  });

  it('does not expect the client to know of a response that is still under way to it', () => {
    const list = (rttClient: number): MadeUpConnection[] => [
      { at: 0, rttClient, exchanges: [[ms(40), ms(60)]] },
      { at: ms(70), rttClient, exchanges: [[ms(110), ms(120)]] },
    ];
    expect(openings(list(0))).toEqual(['first', 'missed_reuse']);
    expect(openings(list(ms(30)))).toEqual(['first', 'parallel']);
  });

  it('keeps a connection that became a WebSocket, or that was never answered, out of the pool', () => {
    const next = { at: seconds(20), exchanges: [[seconds(20) + ms(40), seconds(21)] as const] };
    const upgraded = { start: ms(70), end: ms(80), status: 101 };
    expect(openings([{ at: 0, exchanges: [upgraded], closed: seconds(10) }, next])).toEqual([undefined, 'first']);
    expect(openings([{ at: 0, exchanges: [[ms(40), ms(60)], upgraded], closed: seconds(10) }, next])).toEqual(['first', 'late']);
    expect(openings([{ at: 0, exchanges: [{ start: ms(40), end: ms(41), without: 'response' }] }, next])).toEqual(['first', 'parallel']);
  });

  it('lets HTTP/2 requests share a connection once it is set up', () => {
    const h2 = (at: number, end: number, closed?: number): MadeUpConnection => ({
      at,
      tls: true,
      http2: true,
      authority: 'a',
      exchanges: [[at + ms(40), end]],
      ...(closed === undefined ? {} : { closed }),
    });
    expect(openings([h2(0, seconds(9)), h2(seconds(1), seconds(2))])).toEqual(['first', 'missed_reuse']);
    expect(openings([h2(0, seconds(9)), h2(ms(20), seconds(2))])).toEqual(['first', 'parallel']);
    expect(openings([h2(0, seconds(1), seconds(1)), h2(seconds(2), seconds(3))])).toEqual(['first', 'churn']);
  });

  it('keeps connections of different client certificates apart', () => {
    const by = (at: number, clientCertificate: number): MadeUpConnection => ({
      at,
      tls: true,
      clientCertificate,
      exchanges: [[at + ms(40), at + ms(60)]],
    });
    const list = [by(0, 7), by(seconds(1), 9), by(seconds(2), 7), by(seconds(3), 0), by(seconds(4), 9), by(seconds(5), 0)];
    expect(openings(list)).toEqual(['first', 'first', 'missed_reuse', 'first', 'missed_reuse', 'missed_reuse']);
    const analysis = analyse(madeUpTrace(list.map((each) => ({ ...each, authority: 'a' }))), { poolKey: 'host' });
    expect([1, 2, 4].map((each) => analysis.verdict(each).previous)).toEqual([undefined, 0, 1]);
  });

  it('leaves room on HTTP/2 connections to what the server allows', () => {
    const h2 = (at: number, ends: readonly number[], limit: number): MadeUpConnection => ({
      at,
      http2: true,
      authority: 'a',
      exchanges: ends.map((end, index) => [at + ms(40 + index), end] as const),
      rest: { http2: { streamLimit: limit } as NonNullable<Connection['http2']> },
    });
    const last = h2(seconds(1), [seconds(2)], 9);
    expect(openings([h2(0, [seconds(9), seconds(9)], 3), last])).toEqual(['first', 'missed_reuse']);
    expect(openings([h2(0, [seconds(9), seconds(9)], 2), last])).toEqual(['first', 'parallel']);
    expect(openings([h2(0, [seconds(9)], 1), last])).toEqual(['first', 'parallel']);
    expect(openings([h2(0, [seconds(9)], 0), last])).toEqual(['first', 'missed_reuse']);
    // Of two that are open, the one with room.
    const [full, free] = [h2(0, [seconds(9), seconds(9)], 2), h2(seconds(1), [seconds(2)], 2)];
    const next = h2(seconds(3), [seconds(4)], 2);
    expect(openings([full, free, next])).toEqual(['first', 'parallel', 'missed_reuse']);
    expect(analyse(madeUpTrace([full, free, next])).verdict(2).previous).toBe(1);
    expect(analyse(madeUpTrace([free, { ...full, at: seconds(2) }, next])).verdict(2)).toMatchObject({
      opening: 'missed_reuse',
      previous: 0,
    });
  });

  it('looks at a connection opened ahead of need when its request comes', () => {
    const list: MadeUpConnection[] = [
      { at: 0, exchanges: [[ms(40), ms(60)]] },
      { at: ms(45), exchanges: [[seconds(5), seconds(6)]] },
    ];
    expect(openings(list)).toEqual(['first', 'missed_reuse']);
    expect(analyse(madeUpTrace(list)).verdict(1)).toMatchObject({ wasted: ms(40), wastedBlocking: 0 });
  });

  it('tells the end of the one before as the reason, a TLS alert too', () => {
    const alerted: MadeUpConnection = {
      at: 0,
      tls: true,
      authority: 'a',
      exchanges: [[ms(40), ms(60)]],
      closed: ms(90),
      closedBy: 'server',
      rest: { tls: { alert: { frame: 6 } } as NonNullable<Connection['tls']> },
    };
    const next: MadeUpConnection = { at: seconds(1), tls: true, authority: 'a', exchanges: [[seconds(1) + ms(40), seconds(2)]] };
    const { opening, reason } = analyse(madeUpTrace([alerted, next])).verdict(1);
    expect({ opening, reason }).toMatchObject({
      opening: 'churn',
      reason: {
        code: 'tls_alert',
        frames: [6, 7],
        text: 'connection 0 had served its last request 940 ms before: a fatal TLS alert ended the connection',
      },
    });
  });
});
