/** How long each end keeps idle connections: what is told of its limit, by whom it is named, and what counts for it. */

import { describe, expect, it } from 'vitest';
import { analyse, type IdleTimer } from '../../src/analysis/index.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** Asked at the given times, answered 20 ms later; closed `after` the last answer. */
const used = (
  at: number,
  times: readonly number[],
  by: 'client' | 'server' | undefined,
  after: number,
  exchange: Partial<MadeUpExchange> = {},
  more: Partial<MadeUpConnection> = {},
): MadeUpConnection => {
  const exchanges = times.map((time) => ({ start: at + time, end: at + time + ms(20), ...exchange }));
  return { at, exchanges, ...(by === undefined ? {} : { closed: exchanges.at(-1)!.end + after, closedBy: by }), ...more };
};
const timers = (list: readonly MadeUpConnection[]): { server: IdleTimer | undefined; client: IdleTimer | undefined } => {
  const [origin] = analyse(madeUpTrace(list)).origins;
  return { server: origin!.serverTimer, client: origin!.clientTimer };
};
const first = ms(40);
const product = (server?: string, userAgent?: string): Partial<MadeUpExchange> => ({ rest: { server, userAgent } });

describe('a limit', () => {
  it('lies between what was kept and what was closed', () => {
    const list = [
      used(0, [first, seconds(3), seconds(7)], 'server', seconds(5.5)),
      used(seconds(100), [first, seconds(4)], 'server', seconds(5.2)),
      used(seconds(200), [first], 'client', seconds(5.1)),
    ];
    expect(timers(list).server).toMatchObject({
      low: seconds(5.1),
      high: seconds(5.2),
      closes: 2,
      several: false,
      announcedSeconds: undefined,
    });
    expect(timers(list).client).toMatchObject({ low: seconds(5.5), high: seconds(5.1), closes: 1 });
    expect(timers(list.slice(0, 2)).client).toMatchObject({
      low: seconds(5.5),
      high: undefined,
      closes: 0,
      named: undefined,
      namedBy: undefined,
    });
  });

  it('is not known of ends that neither kept nor closed one', () => {
    expect(timers([used(0, [first], undefined, 0)])).toEqual({ server: undefined, client: undefined });
    expect(timers([used(0, [first], undefined, 0, { keepAliveTimeoutSeconds: 5 })]).server).toEqual({
      low: undefined,
      high: undefined,
      named: undefined,
      namedBy: undefined,
      announcedSeconds: 5,
      several: false,
      closes: 0,
    });
    expect(timers([used(0, [first], undefined, 0, { keepAliveTimeoutSeconds: 0 })]).server).toBeUndefined();
    expect(timers([used(0, [first], 'server', ms(500) - 1)]).server).toBeUndefined();
    expect(timers([used(0, [first], 'server', ms(500))]).server).toMatchObject({ high: ms(500) });
    expect(timers([used(0, [first], 'server', seconds(5), { close: 'server' })]).server).toBeUndefined();
    expect(timers([used(0, [first, ms(60)], undefined, 0)]).server).toBeUndefined();
    expect(timers([used(0, [first, ms(60) + 1], undefined, 0)]).server).toMatchObject({ low: 1, high: undefined });
  });

  it('is one of several where an end kept longer elsewhere, by more than timers are late and a second', () => {
    // A step of the timer wheel after 4 s is 256 ms at most.
    const kept = (gap: number): MadeUpConnection[] => [
      used(0, [first], 'server', seconds(4)),
      used(seconds(100), [first, ms(60) + gap], undefined, 0),
    ];
    expect(timers(kept(seconds(5.256))).server).toMatchObject({ several: false, low: seconds(5.256), high: seconds(4) });
    expect(timers(kept(seconds(5.256) + 1)).server).toMatchObject({ several: true, low: undefined, high: seconds(4), named: undefined });
  });

  it('is told by the last announcement', () => {
    const list = [
      used(0, [first], undefined, 0, { keepAliveTimeoutSeconds: 5 }),
      used(seconds(1), [first], undefined, 0, { keepAliveTimeoutSeconds: 7 }),
    ];
    expect(timers(list).server?.announcedSeconds).toBe(7);
  });

  it('is one of an address and port, in one network; of a client with what it calls itself', () => {
    const origins = (second: Partial<MadeUpConnection>, exchange: Partial<MadeUpExchange> = {}) =>
      analyse(madeUpTrace([used(0, [first], 'server', seconds(4)), used(seconds(10), [first], 'client', seconds(3), exchange, second)]))
        .origins;
    const closes = (second: Partial<MadeUpConnection>, exchange: Partial<MadeUpExchange> = {}) =>
      origins(second, exchange).map(({ serverTimer, clientTimer }) =>
        [serverTimer?.high, clientTimer?.high].map((time) => time && time / seconds(1)),
      );
    expect(closes({})).toEqual([[4, 3]]);
    expect(closes({ server: '10.0.0.9:80' })).toEqual([
      [4, 3],
      [undefined, 3],
    ]);
    expect(closes({ server: '10.0.0.2:81' })).toEqual([
      [4, 3],
      [undefined, 3],
    ]);
    expect(closes({ linkTag: 7 })).toEqual([
      [4, undefined],
      [undefined, 3],
    ]);
    expect(closes({ client: '10.0.0.8' })).toEqual([
      [4, undefined],
      [4, 3],
    ]);
    expect(closes({ authority: 'x' }, product(undefined, 'curl/8'))).toEqual([
      [4, undefined],
      [4, 3],
    ]);
  });

  it('leaves out what was drained', () => {
    const last = [1, 3, 5, 7].map((time, place) => ({
      ...used(place, [first, seconds(time + 1)], 'server', 0),
      closed: seconds(9) + ms(place),
    }));
    expect(timers(last).server).toMatchObject({ high: undefined, closes: 0 });
  });
});

describe('a limit is named', () => {
  const server = (after: number, exchange: Partial<MadeUpExchange> = {}, more: Partial<MadeUpConnection> = {}) => {
    const { named, namedBy } = timers([used(0, [first], 'server', after, exchange, more)]).server!;
    return [named, namedBy];
  };
  const client = (after: number, exchange: Partial<MadeUpExchange> = {}) => {
    const { named, namedBy } = timers([used(0, [first], 'client', after, exchange)]).client!;
    return [named, namedBy];
  };

  it('by a server that says who it is, surely', () => {
    expect(server(seconds(75), product('nginx/1.24'))).toEqual(['nginx, keepalive_timeout unless set', 'observed']);
    expect(server(seconds(65), product('nginx/1.24'))).toEqual(['nginx, keepalive_timeout of the nginx.conf it comes with', 'observed']);
    expect(server(seconds(75), product('nginx/1.24'), { handshake: ms(500) })[1]).toBe('observed');
    // It says that it is nobody else.
    expect(server(seconds(75), product('something else'))).toEqual([undefined, undefined]);
    expect(server(seconds(33), product('nginx/1.24'))).toEqual([undefined, undefined]);
  });

  it('by its time alone, as what it is like: those that never say who they are first, at most three', () => {
    const [named, by] = server(seconds(75));
    expect(by).toBe('inferred');
    expect(named!.split(' or ').length).toBeLessThanOrEqual(3);
  });

  it('of those that announce a timeout where it announced one, and of the others where it did not', () => {
    expect(server(seconds(6), { keepAliveTimeoutSeconds: 5 })[0]).toMatch(/^Node\.js http\.Server/);
    expect(server(seconds(6))[0] ?? '').not.toMatch(/Node\.js/);
  });

  it('as Node.js, which waits a second longer than it announces', () => {
    const told = (after: number, timeout = 3) => server(after, { keepAliveTimeoutSeconds: timeout })[0];
    const node = 'Node.js http.Server, what it announces and 1 s';
    // 20 ms early, or late by a step of the timer wheel (512 ms) and 20 ms.
    expect([seconds(3.98) - 1, seconds(3.98), seconds(4), seconds(4.532), seconds(4.532) + 1].map((after) => told(after) === node)).toEqual(
      [false, true, true, true, false],
    );
    expect(told(seconds(6), 5)).not.toBe(node);
    expect(told(seconds(1), 0)).not.toBe(node);
  });

  it('by a client, in the same way', () => {
    expect(client(seconds(118), product(undefined, 'curl/8.5'))).toEqual(['curl, libcurl', 'observed']);
    expect(client(seconds(4), product(undefined, 'node'))[0]).toMatch(/undici/);
    expect(client(seconds(90), product(undefined, 'curl/8.5'))[0] ?? '').not.toMatch(/Go/);
    expect(client(seconds(90), product(undefined, 'Go-http-client/1.1'))[1]).toBe('observed');
    expect(client(seconds(90))[1]).toBe('inferred');
  });

  it('by clients that go by what the server told, for that time only', () => {
    const told = (timeout: number, after: number) =>
      client(after, { keepAliveTimeoutSeconds: timeout, ...product(undefined, 'node') })[0] ?? '';
    expect(told(5, seconds(3))).toMatch(/told timeout=5/);
    expect(told(20, seconds(3))).not.toMatch(/told timeout=5/);
  });
});

describe('TCP keep-alive probes are named', () => {
  const every = (time: number) => ({
    idle: seconds(time),
    period: seconds(time),
    interval: undefined,
    octet: undefined,
    givenUpAfter: undefined,
  });
  const named = (client: number, server: number, rest: Partial<Connection> = {}, exchange: Partial<MadeUpExchange> = {}): string[] => {
    const probes = {
      client,
      server,
      acks: 0,
      unanswered: 0,
      interval: undefined,
      clientTimes: every(45.2),
      serverTimes: every(15.1),
    } as unknown as Connection['probes'];
    const trace = madeUpTrace([used(0, [first], undefined, 0, exchange, { rest: { probes, ...rest } })]);
    return analyse(trace)
      .verdict(0)
      .keepAliveTimers.map(({ timer, confidence }) => `${timer.software} ${confidence}`);
  };

  it('by the side that sent more of them, the client where both sent as many', () => {
    expect(named(3, 2)).toEqual(['Chrome inferred']);
    expect(named(2, 2)).toEqual(['Chrome inferred']);
    expect(named(2, 3)).toEqual(['Go inferred']);
    expect(named(0, 0)).toEqual([]);
    expect(
      named(1, 0, { probes: { client: 1, server: 0, acks: 0, unanswered: 0, interval: undefined } as unknown as Connection['probes'] }),
    ).toEqual([]);
  });

  it('surely where that side says who it is, by its own header', () => {
    expect(named(3, 0, {}, product('Go-http-client', 'Mozilla/5.0 Chrome/120.0'))).toEqual(['Chrome observed']);
    expect(named(0, 3, {}, product('Go-http-client', 'Mozilla/5.0 Chrome/120.0'))).toEqual(['Go observed']);
    expect(named(3, 0, {}, product('Mozilla/5.0 Chrome/120.0', undefined))).toEqual(['Chrome inferred']);
  });

  it('with the round trip on top, of the handshake or of both ways', () => {
    const late = { clientTimes: every(51) };
    const by = (rest: Partial<Connection>) =>
      named(3, 0, {
        probes: { client: 3, server: 0, acks: 0, unanswered: 0, interval: undefined, ...late } as unknown as Connection['probes'],
        ...rest,
      });
    expect(by({ initialRtt: ms(40) })).toEqual([]);
    expect(by({ initialRtt: seconds(1) })).toEqual(['Chrome inferred']);
    expect(by({ initialRtt: undefined, rttClient: ms(600), rttServer: ms(600) })).toEqual(['Chrome inferred']);
    expect(by({ initialRtt: undefined, rttClient: ms(600), rttServer: undefined })).toEqual([]);
    expect(by({ initialRtt: undefined, rttClient: undefined, rttServer: ms(1200) })).toEqual([]);
  });
});
