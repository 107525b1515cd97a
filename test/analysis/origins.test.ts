/** Pool keys, origins, costs and reasons, by example. */

import { describe, expect, it } from 'vitest';
import { type AnalyseOptions, analyse, type Origin } from '../../src/analysis/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds, oneRequestPerConnection, seconds } from '../support/made-up-trace.ts';

const ms = milliseconds;
const origins = (list: readonly MadeUpConnection[], options?: Partial<AnalyseOptions>): readonly Origin[] =>
  analyse(madeUpTrace(list), options).origins;
const at = (time: number, rest: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
  at: time,
  exchanges: [[time + ms(40), time + ms(60)]],
  ...rest,
});

describe('pool keys', () => {
  it('tells clients, links, servers, ports, TLS and authorities apart', () => {
    const list = [
      at(0, { authority: 'a' }),
      at(1, { authority: 'b' }),
      at(2, { authority: 'a', client: '10.0.0.9' }),
      at(3, { authority: 'a', linkTag: 7 }),
      at(4, { authority: 'a', server: '10.0.0.3:80' }),
      at(5, { authority: 'a', server: '10.0.0.2:8080' }),
      at(6, { authority: 'a', server: '10.0.0.2:80', tls: true }),
      at(7, { authority: 'a' }),
    ];
    expect(origins(list).map((origin) => origin.connections)).toEqual(expect.arrayContaining([[0, 7], [1], [2], [3], [4], [5], [6]]));
    expect(origins(list)).toHaveLength(7);
    expect(origins(list, { poolKey: 'host' }).map((origin) => origin.connections)).toContainEqual([0, 4, 7]);
    expect(origins(list, { poolKey: 'host' }).find((origin) => origin.connections.length === 3)).toMatchObject({
      server: undefined,
      authority: 'a',
    });
    expect(origins(list, { poolKey: 'ip' }).map((origin) => origin.connections)).toContainEqual([0, 1, 7]);
    expect(origins(list, { poolKey: 'ip' }).find((origin) => origin.connections.length === 3)).toMatchObject({ authority: undefined });
  });

  it('gives connections that carried nothing to the only key of their server, else to one of their own', () => {
    const silent = { at: seconds(1), closed: seconds(2) };
    const connectionsOf = (list: MadeUpConnection[]): unknown => origins(list).map((origin) => origin.connections);
    expect(connectionsOf([at(0, { authority: 'a' }), silent])).toEqual([[0, 1]]);
    expect(connectionsOf([at(0, { authority: 'a' }), at(1, { authority: 'b' }), silent])).toEqual([[0], [1], [2]]);
    expect(connectionsOf([at(0, { authority: 'a', server: '10.0.0.2:443', tls: true }), { ...silent, server: '10.0.0.2:443' }])).toEqual([
      [0, 1],
    ]);
  });

  it('gives TLS connections without SNI a key of their own', () => {
    const list: MadeUpConnection[] = [at(0, { authority: 'a', tls: true }), { at: 1, tls: true }, { at: 2, tls: true }];
    expect(origins(list).map((origin) => [origin.authority, origin.connections, origin.verdict])).toEqual([
      ['a', [0], 'needed'],
      [undefined, [1, 2], 'unknown'],
    ]);
  });
});

describe('origins', () => {
  it('come most wasted first, then most avoidable, then first seen', () => {
    const times = [0, seconds(1), seconds(2)];
    const list = [
      at(0, { server: '10.0.0.5:80' }),
      ...oneRequestPerConnection(times, { server: '10.0.0.6:80', handshake: ms(10) }),
      ...oneRequestPerConnection(times, { server: '10.0.0.7:80', handshake: ms(200) }),
      at(seconds(9), { server: '10.0.0.8:80' }),
    ];
    const { origins: listed, verdict } = analyse(madeUpTrace(list));
    expect(listed.map((origin) => [origin.index, origin.server, origin.wasted])).toEqual([
      [0, '10.0.0.7', ms(400)],
      [1, '10.0.0.6', ms(20)],
      [2, '10.0.0.5', 0],
      [3, '10.0.0.8', 0],
    ]);
    expect(list.map((_, index) => verdict(index).origin)).toEqual([2, 1, 1, 1, 0, 0, 0, 3]);
  });

  it('sum up requests, idle gaps and set-up times', () => {
    const exchanges = [1, 2, 4, 8].map((time) => [seconds(time), seconds(time) + ms(100)] as const);
    const [origin] = origins([
      { at: seconds(1) - ms(40), exchanges },
      { at: seconds(5), exchanges: [[seconds(5) + ms(300), seconds(6)]], handshake: ms(300), closed: seconds(6) },
    ]);
    expect(origin).toMatchObject({
      client: '10.0.0.1',
      server: '10.0.0.2',
      port: 80,
      tls: false,
      requests: 5,
      reuses: 3,
      reuseRatio: 0.6,
      requestsPerConnectionP50: 1,
      requestsPerConnectionP95: 4,
      idleGapP50: ms(1900),
      idleGapP95: ms(3900),
      setupP50: ms(40),
      setupP95: ms(300),
      setupClass: '20_to_100_ms',
      verdict: 'avoidable',
      openings: { first: 1, missed_reuse: 1, churn: 0 },
    });
  });

  it('are reused where requests shared a connection and none was avoidable', () => {
    const exchanges = [
      [ms(40), ms(60)],
      [seconds(1), seconds(2)],
    ] as const;
    expect(origins([{ at: 0, exchanges }])[0]).toMatchObject({ verdict: 'reused', mainReason: undefined, wasted: 0 });
    expect(origins([at(0), at(seconds(90))])[0]).toMatchObject({ verdict: 'needed' });
    expect(origins([{ at: 0, other: true }])[0]).toMatchObject({ verdict: 'unknown' });
  });
});

describe('costs', () => {
  it('count the time of two set-ups at once once', () => {
    const twice = (time: number): MadeUpConnection[] => [
      { at: time, exchanges: [[time + ms(40), time + ms(90)]], closed: time + ms(90) },
      { at: time + ms(10), exchanges: [[time + ms(50), time + ms(90)]], closed: time + ms(90) },
    ];
    const { totals, verdict } = analyse(madeUpTrace([...twice(0), ...twice(seconds(1))]));
    expect(totals).toMatchObject({ wasted: ms(80), wastedBlocking: ms(50), wastedRoundTrips: 2, wastedBytes: 360 });
    expect([0, 1, 2, 3].map((index) => verdict(index).wastedBlocking)).toEqual([0, 0, ms(40), ms(10)]);
  });

  it('leave out a set-up time that is not known', () => {
    const list = oneRequestPerConnection([0, seconds(1)]).map((each) => ({ ...each, rest: { setup: undefined } }));
    const { totals, verdict } = analyse(madeUpTrace(list));
    expect(verdict(1)).toMatchObject({ avoidable: true, wasted: undefined, wastedBlocking: undefined });
    expect(totals).toMatchObject({ wasted: 0, wastedBlocking: 0 });
  });
});

describe('reasons', () => {
  const reasonsOf = (list: readonly MadeUpConnection[]): (string | undefined)[] => {
    const trace = madeUpTrace(list);
    const analysis = analyse(trace);
    return [analysis.origins[0]!.mainReason, analysis.verdict(list.length - 1).reason?.text];
  };
  const endsAt = (closed: number, rest: Partial<MadeUpConnection> = {}): MadeUpConnection[] => [
    at(0, { closed, ...rest }),
    at(seconds(10)),
  ];

  it.each<[string, MadeUpConnection[]]>([
    ['client sends Connection: close', oneRequestPerConnection([0, seconds(10)])],
    ['server sends Connection: close', endsAt(ms(60), { exchanges: [{ start: ms(40), end: ms(60), close: 'server' }] })],
    ['HTTP/1.0 without keep-alive', endsAt(ms(60), { exchanges: [{ start: ms(40), end: ms(60), version: '1.0' }] })],
    ['server closed idle after 2.0 s', endsAt(seconds(2) + ms(60), { closedBy: 'server' })],
    [
      'server closed idle after 5.0 s (timeout=5)',
      endsAt(seconds(5) + ms(60), { closedBy: 'server', exchanges: [{ start: ms(40), end: ms(60), keepAliveTimeoutSeconds: 5 }] }),
    ],
    ['server closed right after the response', endsAt(ms(61), { closedBy: 'server' })],
    ['server reset the connection idle after 2.0 s', endsAt(seconds(2) + ms(60), { closedBy: 'server', closedWith: 'rst' })],
    ['client closed idle after 4.0 s', endsAt(seconds(4) + ms(60))],
    ['one request per connection; client closes at once', endsAt(ms(61))],
  ])('churn: %s', (text, list) => {
    expect(reasonsOf(list)).toEqual([text, `connection 0 had served its last request 9.9 s before: ${text}`]);
  });

  it('missed reuse, parallel and late', () => {
    expect(reasonsOf([at(0), at(seconds(10))])).toEqual([
      'connection was still open and idle (missed reuse)',
      'connection 0 to the same origin was open and had been idle for 9.9 s',
    ]);
    expect(reasonsOf([at(0), at(ms(10))])).toEqual([undefined, 'every open connection to the origin was busy, connection 0 among them']);
    expect(reasonsOf([at(0), at(seconds(90))])).toEqual([
      undefined,
      'connection 0 was last used 89.9 s before, longer than the idle limit of 60.0 s',
    ]);
    expect(reasonsOf([at(0)])).toEqual([undefined, 'first connection to its origin that the capture shows']);
  });
});

it('has the same idle gaps whether one origin is asked for or all of many', () => {
  const list = Array.from({ length: 300 }, (_, i) => {
    const start = ms(i * 7);
    const gap = ms(1 + ((i * 13) % 29));
    const exchanges = [
      [start + ms(1), start + ms(30)],
      [start + ms(30) + gap, start + ms(90)],
      // Begins before the one before it has ended, and ends first.
      [start + ms(80), start + ms(85)],
      [start + ms(90) + 2 * gap, start + ms(200)],
    ] as const;
    return at(start, { authority: `host-${i % 100}`, exchanges });
  });
  const trace = madeUpTrace(list);
  const gapsOf = ({ idleGapP50, idleGapP95 }: Origin): unknown => [idleGapP50, idleGapP95];
  const all = analyse(trace).origins.map(gapsOf);
  expect(all).toHaveLength(100);
  expect(all).toEqual(all.map((_, place) => gapsOf(analyse(trace).origins[place]!)));
  expect(new Set(all.map(String)).size).toBeGreaterThan(10);
});
