/** Advice setting by setting: what leads to it, what it says, and when there is none. */

import { describe, expect, it } from 'vitest';
import { clientLimit, kneeOf } from '../../src/analysis/advice/idle-limit.ts';
import { type Advice, type AdviceSetting, type AnalyseOptions, analyse, type CurvePoint, knownTimers } from '../../src/analysis/index.ts';
import {
  askedOnce,
  type MadeUpConnection,
  type MadeUpExchange,
  madeUpTrace,
  milliseconds as ms,
  seconds,
} from '../support/made-up-trace.ts';

const advised = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): readonly Advice[] =>
  analyse(madeUpTrace(list), options).advice;
const missing = (list: readonly MadeUpConnection[]): readonly string[] => analyse(madeUpTrace(list)).adviceMissing;
const only = (setting: AdviceSetting, list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): Advice => {
  const found = advised(list, options).filter((each) => each.setting === setting);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const row = (
  count: number,
  every: number,
  after: number,
  by: 'client' | 'server',
  exchange: Partial<MadeUpExchange> = {},
  more: Partial<MadeUpConnection> = {},
): MadeUpConnection[] =>
  Array.from({ length: count }, (_, place) =>
    askedOnce(place * every, { closed: place * every + ms(60) + after, closedBy: by, ...more }, exchange),
  );

describe('in plain words', () => {
  it.each<[AdviceSetting, readonly MadeUpConnection[], string, string | undefined, string]>([
    [
      'share_pool',
      row(3, seconds(5), seconds(99), 'server'),
      "share the client's connections among all requests",
      undefined,
      'one pool for all requests',
    ],
    [
      'send_no_close',
      row(3, seconds(5), 0, 'server', { close: 'client' }),
      'keep connections: send no Connection: close',
      'Connection: close',
      'no Connection: close',
    ],
    [
      'http_version',
      row(3, seconds(5), 0, 'server', { version: '1.0' }),
      'speak HTTP/1.1, or ask to keep the connection',
      'HTTP/1.0',
      'HTTP/1.1',
    ],
    ['client_idle_timeout', row(25, seconds(8), seconds(4.2), 'client'), "raise the client's idle limit 4.2 s -> 10 s", '4.2 s', '10 s'],
    ['server_idle_timeout', row(25, seconds(8), seconds(4.2), 'server'), "raise the server's idle limit 4.2 s -> 10 s", '4.2 s', '10 s'],
  ])('%s', (setting, list, directive, current, suggested) => {
    expect(only(setting, list)).toMatchObject({ directive, current, suggested, software: undefined, seen: false });
  });

  const twice = (at: number, close: boolean): MadeUpConnection => ({
    at,
    authority: 'shop',
    exchanges: [[at + ms(40), at + ms(60)], { start: at + ms(70), end: at + ms(90), ...(close ? { close: 'server' as const } : {}) }],
    closed: at + ms(91),
    closedBy: close ? 'server' : 'client',
  });

  it('a cap of requests, an age, a pool that is too small', () => {
    const capped = [0, 5, 10].map((at) => twice(seconds(at), true));
    expect(only('server_max_requests', capped)).toMatchObject({
      directive: "raise the server's limit of requests on a connection",
      suggested: 'no limit, or a high one',
      savesHandshakes: 2,
    });
    const aged = [0, 50, 100].map(
      (at, place): MadeUpConnection => ({
        at: seconds(at),
        authority: 'shop',
        exchanges: [
          ...[1, 20, 35].slice(place > 0 ? 0 : 1).map((time) => [seconds(at + time), seconds(at + time + 1)] as const),
          { start: seconds(at + 39), end: seconds(at + 40), close: 'server' },
        ],
        closed: seconds(at + 40),
        closedBy: 'server',
      }),
    );
    expect(only('server_max_age', aged)).toMatchObject({
      directive: "raise the server's limit of a connection's age",
      suggested: 'no limit, or a long one',
    });
    const full = [askedOnce(0, {}, { end: seconds(20) }), ...[1, 5, 10].map((at) => twice(seconds(at), false))];
    expect(only('client_pool_size', full)).toMatchObject({
      directive: 'let the client keep more idle connections',
      suggested: 'more idle connections',
    });
  });

  it('HTTP/2', () => {
    const busy = (at: number): MadeUpConnection => askedOnce(at, { tls: true }, { end: at + seconds(5) });
    const advice = only('http_2', [busy(0), busy(ms(50)), busy(ms(100))]);
    expect(advice).toMatchObject({
      directive: 'serve by HTTP/2',
      current: 'HTTP/1.1',
      suggested: 'HTTP/2',
      savesHandshakes: 2,
      saves: ms(80),
      costsIdleConnectionsPeak: undefined,
    });
    expect(advice.text).toBe('shop: serve by HTTP/2: saves 2 handshakes, 80 ms');
    // What keeping connections would have spared anyway is not counted.
    const later = [busy(0), busy(ms(50)), busy(ms(100)), busy(seconds(6))];
    expect(only('http_2', later)).toMatchObject({ savesHandshakes: 2, saves: ms(80) });
  });

  it('says how many handshakes, how much time, how many connections, which races', () => {
    const one = only('client_idle_timeout', row(21, seconds(8), seconds(4.2), 'client'));
    expect(one.text).toBe(
      "shop: raise the client's idle limit 4.2 s -> 10 s: saves 20 handshakes, 800 ms, holds at most 1 idle connection (idle gaps: p95 7.9 s)",
    );
    const two = row(3, seconds(5), seconds(99), 'server');
    expect(
      only('share_pool', [
        ...two,
        ...two.map((each) => ({ ...each, at: each.at + 1, exchanges: [[each.at + ms(41), each.at + ms(61)]] as const })),
      ]).text,
    ).toMatch(/: saves \d handshakes, \d+ ms, holds at most 2 idle connections$/);
  });
});

describe('when there is none', () => {
  it('of one connection alone', () => {
    expect(advised(row(2, seconds(5), 0, 'server', { close: 'client' }))).toEqual([]);
    expect(advised(row(3, seconds(5), 0, 'server', { close: 'client' }))).toHaveLength(1);
  });

  it('where a longer limit would spare nothing', () => {
    const limit = row(25, seconds(800), seconds(4.2), 'client');
    expect(advised(limit)).toEqual([]);
    expect(missing(limit)).toEqual([]);
  });

  it('where too little was seen, and that is said', () => {
    expect(missing(row(3, seconds(8), seconds(4.2), 'client'))).toEqual([
      'shop: 2 idle gaps were seen, 20 are needed to suggest a limit (client closes after 4.2 s)',
    ]);
  });

  it('against races of a server with more than one limit', () => {
    const raced: MadeUpConnection = {
      at: 0,
      authority: 'shop',
      exchanges: [[ms(40), ms(60)], { start: seconds(5), end: seconds(5), method: 'POST', without: 'response' }],
      closed: seconds(5) + 1,
      closedBy: 'server',
      closedUnread: true,
    };
    const kept: MadeUpConnection = {
      at: seconds(100),
      authority: 'shop',
      exchanges: [
        [seconds(101), seconds(102)],
        [seconds(130), seconds(131)],
      ],
    };
    expect(missing([raced, kept])).toEqual([
      'shop: requests met the close of their connection, but the server closes after times that differ',
    ]);
    const [advice] = advised([raced]);
    expect(advice).toMatchObject({ setting: 'client_idle_timeout', suggested: '3.5 s', current: undefined, saves: 0 });
    expect(advice!.text).toBe('shop: let the client close idle connections after 3.5 s, before the server does: avoids 1 race');
  });
});

describe('how advice is told', () => {
  it('for the origins of one server together, the most wasted named', () => {
    const of = (authority: string, every: number) => row(13, every, seconds(4.2), 'server').map((each) => ({ ...each, authority }));
    const both = [
      ...of('a', seconds(8)),
      ...of('b', seconds(8)),
      ...of('b', seconds(8)).map((each) => ({
        ...each,
        at: each.at + seconds(120),
        closed: each.closed! + seconds(120),
        exchanges: each.exchanges!.map((exchange) => ({
          ...(exchange as MadeUpExchange),
          start: (exchange as MadeUpExchange).start + seconds(120),
          end: (exchange as MadeUpExchange).end + seconds(120),
        })),
      })),
    ];
    const advice = only('server_idle_timeout', both);
    expect(advice.text).toMatch(/^b and 1 more: /);
    expect(advice.origin).toBe(0);
  });

  it('what was seen first, then what saves most', () => {
    const a = row(3, seconds(5), 0, 'server', { close: 'client' });
    const b = row(5, seconds(5), 0, 'server', { version: '1.0' }).map((each) => ({
      ...each,
      authority: 'old',
      server: '10.0.0.9:80',
      client: '10.0.0.8',
    }));
    expect(advised([...a, ...b]).map(({ setting, savesHandshakes }) => [setting, savesHandshakes])).toEqual([
      ['http_version', 4],
      ['send_no_close', 2],
    ]);
    const seen = row(3, seconds(5), 0, 'server', { close: 'client', rest: { userAgent: 'curl/8.5' } });
    expect(advised([...seen, ...b]).map(({ setting, seen: isSeen }) => [setting, isSeen])).toEqual([
      ['send_no_close', true],
      ['http_version', false],
    ]);
  });

  it('of twenty clients or servers at most for one setting, those that waste most', () => {
    const clients = Array.from({ length: 22 }, (_, place) =>
      row(3, seconds(5), 0, 'server', { close: 'client' }, { client: `10.0.1.${place}`, handshake: ms(40 + place) }).map((each) => ({
        ...each,
        exchanges: [{ start: each.at + ms(40 + place), end: each.at + ms(80), close: 'client' as const }],
        closed: each.at + ms(80),
      })),
    ).flat();
    const found = advised(clients);
    expect(found).toHaveLength(20);
    expect(found[0]!.saves).toBe(2 * ms(61));
    expect(found.at(-1)!.saves).toBe(2 * ms(42));
  });

  it('of a selection for what is selected', () => {
    const list = [
      ...row(3, seconds(5), 0, 'server', { close: 'client' }),
      ...row(3, seconds(5), 0, 'server', { version: '1.0' }).map((each) => ({ ...each, authority: 'old', server: '10.0.0.9:80' })),
    ];
    expect(
      analyse(madeUpTrace(list))
        .select(Uint32Array.of(3, 4, 5))
        .advice.map(({ setting }) => setting),
    ).toEqual(['http_version']);
  });
});

describe('a pool that is too small', () => {
  const closing = (at: number): MadeUpConnection => ({
    at,
    authority: 'shop',
    exchanges: [
      [at + ms(40), at + ms(60)],
      [at + ms(70), at + ms(90)],
    ],
    closed: at + ms(91),
  });
  const three = [5, 10, 15].map((at) => closing(seconds(at)));
  const settings = (list: readonly MadeUpConnection[]): string[] => advised(list).map(({ setting }) => setting);
  const busy = (more: Partial<MadeUpConnection> = {}): MadeUpConnection => askedOnce(0, more, { end: seconds(30) });

  it('keeps another one open while it closes one: opened before or after it', () => {
    expect(settings([busy(), ...three])).toContain('client_pool_size');
    expect(settings(three)).toEqual(['share_pool']);
    const after = three.flatMap((each) => [
      each,
      { ...askedOnce(each.at + ms(45), {}, { end: each.at + seconds(4) }), closed: each.at + seconds(4) },
    ]);
    expect(settings(after)).toContain('client_pool_size');
    expect(settings([busy({ closed: seconds(5) + ms(91) }), ...three])).toEqual(['share_pool']);
    expect(settings([{ ...busy(), established: false, exchanges: [] }, ...three])).toEqual(['share_pool']);
    expect(settings([{ ...busy(), server: '10.0.0.9:80' }, ...three])).toEqual(['share_pool']);
  });

  it('is looked for among sixteen connections before and fifteen after', () => {
    const gone = (count: number): MadeUpConnection[] => Array.from({ length: count }, () => ({ at: 1, authority: 'shop', closed: 2 }));
    const first = closing(seconds(1));
    const next = closing(seconds(5));
    const last = closing(seconds(9));
    expect(settings([busy(), ...gone(15), first, next])).not.toContain('share_pool');
    expect(
      [15, 16].map((count) =>
        settings([busy(), ...gone(count), first, { ...gone(1)[0]!, at: seconds(2), closed: seconds(3) }, next, last]).toSorted(),
      ),
    ).not.toEqual([[], []]);
  });
});

describe('limits', () => {
  const curve = (...opens: readonly number[]): CurvePoint[] =>
    opens.map((opensMin, place) => ({
      idleTimeout: seconds(place + 1),
      opensMin,
      opensLifo: opensMin,
      wasted: 0,
      idleConnectionSeconds: 0,
      idleConnectionsPeak: 0,
    }));

  it('the knee is the first with nine tenths of what there is to save', () => {
    expect(kneeOf(curve(20, 12, 11, 10), 20)?.idleTimeout).toBe(seconds(3));
    expect(kneeOf(curve(20, 20, 20), 20)).toBeUndefined();
    expect(kneeOf(curve(20, 20, 19), 20)?.idleTimeout).toBe(seconds(3));
    expect(kneeOf([], 20)).toBeUndefined();
  });

  it('a client stays a second or two round trips below the server, in half seconds', () => {
    expect([5, 5.4, 5.5, 1.5].map((server) => clientLimit(seconds(server), 0)! / seconds(1))).toEqual([4, 4, 4.5, 0.5]);
    expect(clientLimit(seconds(1.5) - 1, 0)).toBeUndefined();
    expect(clientLimit(seconds(5), seconds(1))).toBe(seconds(3));
    expect(clientLimit(seconds(5), ms(500))).toBe(seconds(4));
    expect(clientLimit(seconds(5), ms(501))).toBe(seconds(3.5));
  });

  it('probes come four times in the shortest time that anything on the way waits, as far as that was looked up', () => {
    const forgotten: MadeUpConnection = {
      at: 0,
      authority: 'shop',
      exchanges: [[ms(40), ms(60)], { start: seconds(300), end: seconds(300), without: 'response' }],
      closed: seconds(300) + ms(10),
      closedBy: 'server',
      closedWith: 'rst',
      closedUnaware: true,
    };
    const known = (value: number, verified = true) => [
      ...knownTimers.filter(({ role }) => role !== 'network_idle'),
      { ...knownTimers.find(({ role }) => role === 'network_idle')!, value, verified },
    ];
    expect(only('tcp_keep_alive', [forgotten], { timers: known(103) })).toMatchObject({
      suggested: 'every 25 s',
      savesHandshakes: 1,
      saves: 0,
    });
    expect(advised([forgotten], { timers: known(103, false) })).toEqual([]);
  });
});
