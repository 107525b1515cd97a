/** What real servers and clients announce in HTTP and then do, in captures of them: the recorded table, and the rules behind it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { announcedOutcome } from '../../src/analysis/announced.ts';
import { analyse } from '../../src/analysis/index.ts';
import { second } from '../../src/time.ts';
import type { Connection, Trace } from '../../src/trace/index.ts';
import { connectionsOf } from '../support/facts.ts';
import { inspectFile } from '../support/inspect.ts';

const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const names = (): string[] => [...new Set(table().map((line) => line.split(',')[0]!))];
const table = (): string[] => readFileSync(place('peers.csv'), 'utf8').trimEnd().split('\n').slice(1);
const traceOf = (name: string): Trace => inspectFile(place(`${name}.pcap`));

const header = 'capture,connection,requests,closed by,idle s,because,timeout,first max,last max,counts down,observed';
const told = (name: string, c: Connection): string =>
  [
    name,
    c.id,
    c.requests,
    c.closedBy,
    c.idleBeforeClose === undefined ? '' : (c.idleBeforeClose / second).toFixed(1),
    c.persistenceBecause,
    c.keepAliveTimeoutSeconds,
    c.keepAliveAnnouncements?.maxFirst,
    c.keepAliveMax,
    c.keepAliveAnnouncements?.countsDown,
    announcedOutcome(c),
  ].join(',');

if (process.env.UPDATE_GOLDEN) {
  const lines = names().flatMap((name) => connectionsOf(traceOf(name)).map((c) => told(name, c)));
  writeFileSync(place('peers.csv'), `${[header, ...lines].join('\n')}\n`);
}

describe.each(names())('%s', (name) => {
  it('says what was recorded', () => {
    const recorded = table().filter((line) => line.startsWith(`${name},`));
    expect(connectionsOf(traceOf(name)).map((c) => told(name, c))).toEqual(recorded);
  });
});

/** The first connection. */
const first = (name: string): Connection => traceOf(name).connection(0);
const seconds = (c: Connection): number => (c.idleBeforeClose ?? Number.NaN) / second;

describe('Apache', () => {
  it('announces timeout and max where the request has Connection: keep-alive, and only there', () => {
    expect(
      traceOf('apache-node')
        .exchanges(0)
        .every(({ keepAliveTimeoutSeconds }, i) => i === 6 || keepAliveTimeoutSeconds === 5),
    ).toBe(true);
    expect(first('apache-curl').keepAliveAnnouncements).toBeUndefined();
  });

  it('counts max down to 1, and then closes: one request more than MaxKeepAliveRequests', () => {
    const exchanges = traceOf('apache-node').exchanges(0);
    expect(exchanges.map(({ keepAliveMax }) => keepAliveMax)).toEqual([6, 5, 4, 3, 2, 1, undefined]);
    expect(exchanges.at(-1)).toMatchObject({ responseClose: true, persistence: { because: 'close_header' } });
  });

  it('closes when its timeout says', () => {
    const c = traceOf('apache-node').connection(1);
    expect(seconds(c)).toBeCloseTo(5, 1);
    expect(announcedOutcome(c)).toBe('as_announced');
  });

  it('keeps HTTP/1.0 that asks for it', () => {
    expect(traceOf('apache-old').connection(2)).toMatchObject({ requests: 2, persistenceBecause: 'keep_alive_header' });
    expect(traceOf('apache-old').connection(0)).toMatchObject({ requests: 1, persistent: false });
  });
});

describe('nginx', () => {
  it('announces what the second parameter of keepalive_timeout says, and keeps by the first', () => {
    const c = first('nginx-hint-node');
    expect(c.keepAliveTimeoutSeconds).toBe(2);
    expect(seconds(c)).toBeCloseTo(3, 1);
    expect(announcedOutcome(c)).toBe('later');
  });

  it('and wrk, which opens another connection then: every one is used up but the last two', () => {
    const [, ...used] = connectionsOf(traceOf('nginx-wrk'));
    expect(used.map(({ requests }) => requests)).toEqual([8, 8, 8, 8, 5, 5]);
    expect(used.map(({ closeHeaderBy }) => closeHeaderBy)).toEqual(['server', 'server', 'server', 'server', undefined, undefined]);
  });

  it('says close with the last of keepalive_requests', () => {
    const trace = traceOf('nginx-cap-curl');
    expect(connectionsOf(trace).map(({ requests, closeHeaderBy }) => [requests, closeHeaderBy])).toEqual([
      [4, 'server'],
      [4, 'server'],
      [2, undefined],
    ]);
  });
});

describe('Node', () => {
  it('as a server announces 5 s and waits one longer', () => {
    expect(first('node-agent-plain').keepAliveTimeoutSeconds).toBe(5);
    expect(seconds(first('node-agent-plain'))).toBeCloseTo(6, 1);
  });

  it('as a server has a max that does not count down', () => {
    expect(first('node-max-node')).toMatchObject({
      keepAliveMax: 3,
      keepAliveAnnouncements: { maxFirst: 3, countsDown: false, changes: 0 },
    });
  });

  it('as a server closes on HTTP/1.0, also where keep-alive is asked for and the length is only known at the end', () => {
    const [, plain, ...asked] = connectionsOf(traceOf('node-curl'));
    expect(plain).toMatchObject({ requests: 1, persistenceBecause: 'close_header', closeHeaderBy: 'server' });
    for (const c of asked) expect(c).toMatchObject({ requests: 1, closeHeaderBy: 'server' });
    for (const c of asked)
      expect(traceOf('node-curl').exchanges(c.id)).toMatchObject([{ persistentByRequest: true, persistentByResponse: false }]);
  });

  it("'s Agent with a timeout of its own leaves a second before the announced one, without it ignores that", () => {
    expect(first('node-agent-timeout').closedBy).toBe('client');
    expect(seconds(first('node-agent-timeout'))).toBeCloseTo(4, 1);
    expect(first('node-agent-plain').closedBy).toBe('server');
  });

  it("'s Agent uses no connection again that is announced for a second, and reads timeout only where it comes first", () => {
    const trace = traceOf('node-agent-hints');
    const byTarget = (target: string): Connection[] => connectionsOf(trace).filter(({ id }) => trace.exchanges(id)[0]?.target === target);
    expect(byTarget('/one').map(({ requests, closedBy }) => [requests, closedBy])).toEqual([
      [1, 'client'],
      [1, 'client'],
    ]);
    expect(byTarget('/second')).toMatchObject([{ requests: 2, keepAliveTimeoutSeconds: 3, keepAliveMax: 9 }]);
    const [closed, next] = byTarget('/first');
    expect([closed, next].map((c) => c?.requests)).toEqual([1, 1]);
    expect(seconds(closed!)).toBeCloseTo(2, 1);
  });

  it("'s undici leaves two seconds before", () => {
    expect(first('node-undici').closedBy).toBe('client');
    expect(seconds(first('node-undici'))).toBeCloseTo(3, 1);
  });
});

describe('proxies and load balancers', () => {
  it("curl's PROXY header names its own end", () => {
    const { client, proxiedClient, requests } = first('nginx-proxy-header');
    expect({ proxiedClient, requests }).toEqual({ proxiedClient: client, requests: 3 });
  });

  it('SOCKS5 with a password takes three round trips, and HTTP is reused behind it', () => {
    const c = first('microsocks-curl');
    expect(c).toMatchObject({ proxy: { kind: 'socks5', target: 'localhost:84' }, requests: 3, reuses: 2, setupRoundTrips: 4 });
    expect(c.setup! - c.handshakeClient!).toBeCloseTo(c.proxy!.setup!, -1);
  });

  it('CONNECT is asked for once, and HTTP is reused behind it', () => {
    const c = first('tinyproxy-curl');
    expect(c).toMatchObject({ proxy: { kind: 'connect', target: 'localhost:84' }, requests: 4, reuses: 2, setupRoundTrips: 2 });
    expect(c.setup!).toBeGreaterThan(c.handshakeClient! + 40e6);
  });

  it('a proxy that is asked for whole URLs is one origin, apart from what its tunnels lead to', () => {
    const { origins } = analyse(traceOf('tinyproxy-curl'));
    expect(origins.map(({ authority, requests }) => [authority, requests])).toEqual([
      [undefined, 3],
      ['localhost:84', 4],
    ]);
  });
});

it('Chromium opens six connections to a host and uses each again', () => {
  const connections = connectionsOf(traceOf('nginx-chromium'));
  expect(connections.length).toBe(6);
  expect(connections.every(({ reuses }) => reuses > 0)).toBe(true);
});
