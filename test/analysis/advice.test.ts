/** Advice: what is to be changed, to what, with which line, and what a replay says of it; and what is missing where nothing is advised. */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { raised, serverLimit } from '../../src/analysis/advice/idle-limit.ts';
import { isFrom, versionIn } from '../../src/analysis/advice/software.ts';
import { recognise, softwares } from '../../src/analysis/advice/softwares.ts';
import { type Advice, type AnalyseOptions, adviceSettings, analyse, softwareNames } from '../../src/analysis/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

const table = new URL('../golden/directives.csv', import.meta.url);

const advised = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): readonly Advice[] =>
  analyse(madeUpTrace(list), options).advice;

type Ending = Pick<MadeUpConnection, 'closed' | 'closedBy'>;

/** `count` connections of one request each, one every `every`; how each ends. */
function oneByOne(
  count: number,
  every: number,
  ends: (at: number) => Ending,
  rest: MadeUpExchange['rest'] = {},
  more: Partial<MadeUpExchange> = {},
): MadeUpConnection[] {
  return Array.from({ length: count }, (_, index) => {
    const at = index * every;
    return { at, authority: 'shop', exchanges: [{ ...more, start: at + ms(40), end: at + ms(60), rest }], ...ends(at + ms(60)) };
  });
}

/** The server closes after so long. */
const serverAfter =
  (limit: number) =>
  (end: number): Ending => ({ closed: end + limit, closedBy: 'server' });
const clientAfter =
  (limit: number) =>
  (end: number): Ending => ({ closed: end + limit, closedBy: 'client' });
const nginx = { server: 'nginx/1.22.1' };

describe("the server's idle limit", () => {
  it('is raised to the next usual value that spares nine tenths', () => {
    const [advice, ...others] = advised(oneByOne(25, seconds(8), serverAfter(seconds(5)), nginx));
    expect(others).toEqual([]);
    expect(advice).toEqual({
      setting: 'server_idle_timeout',
      current: '5 s',
      suggested: '10 s',
      directive: 'keepalive_timeout 10s;',
      software: 'nginx 1.22.1',
      seen: true,
      savesHandshakes: 24,
      saves: 24 * ms(40),
      costsIdleConnectionsPeak: 1,
      evidenceGaps: 24,
      origin: 0,
      text: "shop: raise the server's idle limit 5 s -> 10 s: saves 24 handshakes, 960 ms, holds at most 1 idle connection (idle gaps: p95 7.9 s)",
    });
  });

  it('needs twenty idle gaps, and says what is missing', () => {
    const few = analyse(madeUpTrace(oneByOne(20, seconds(8), serverAfter(seconds(5)))));
    expect(few.advice).toEqual([]);
    expect(few.adviceMissing).toEqual(['shop: 19 idle gaps were seen, 20 are needed to suggest a limit (server closes after 5.0 s)']);
    const enough = analyse(madeUpTrace(oneByOne(21, seconds(8), serverAfter(seconds(5)))));
    expect(enough.advice).toHaveLength(1);
    expect(enough.adviceMissing).toEqual([]);
    expect(analyse(madeUpTrace(oneByOne(2, seconds(8), serverAfter(seconds(5))))).adviceMissing).toEqual([
      'shop: 1 idle gap was seen, 20 are needed to suggest a limit (server closes after 5.0 s)',
    ]);
  });

  it('is told in plain words where no software is seen', () => {
    const [advice] = advised(oneByOne(25, seconds(8), serverAfter(seconds(5.5))));
    expect(advice).toMatchObject({ directive: "raise the server's idle limit 5.5 s -> 10 s", software: undefined, seen: false });
  });

  it('is told for what only its timer is like and never says who it is, and says so', () => {
    const [advice] = advised(oneByOne(25, seconds(8), serverAfter(seconds(2.01))));
    // gunicorn closes after 2 s too, but says in every response that it is gunicorn.
    expect(advice).toMatchObject({ directive: "raise the server's idle limit 2 s -> 10 s", software: undefined, seen: false });
    const node = oneByOne(25, seconds(8), serverAfter(seconds(3)), {}, { keepAliveTimeoutSeconds: 2 });
    expect(advised(node)[0]).toMatchObject({
      software: 'Node.js http.Server, by its timer',
      directive: 'server.keepAliveTimeout = 10_000;',
    });
  });

  it('saves what a replay with it saves', () => {
    for (const every of [6, 12, 25, 50, 100].map(seconds)) {
      const list = oneByOne(30, every, serverAfter(seconds(5)));
      const [advice] = advised(list, { idleTimeout: seconds(400) });
      const limit = seconds(Number.parseFloat(advice!.suggested));
      const again = analyse(madeUpTrace(list), { idleTimeout: limit });
      expect(advice!.savesHandshakes).toBe(again.totals.pool.avoidable);
      expect(advice!.saves).toBe(again.totals.wasted);
      const settings = { idleTimeout: limit, maxRequests: Number.POSITIVE_INFINITY, poolSize: Number.POSITIVE_INFINITY, http2: false };
      expect(advice!.savesHandshakes).toBe(again.simulate(settings).avoided);
      expect(advice!.costsIdleConnectionsPeak).toBe(again.simulate(settings).idleConnectionsPeak);
    }
  });

  it('does not count what other reasons would open all the same', () => {
    const list = oneByOne(30, seconds(8), serverAfter(seconds(5)));
    const closing = list.map((each, index): MadeUpConnection => {
      if (index % 3 > 0) return each;
      const exchanges = each.exchanges!.map((exchange) => ({ ...(exchange as MadeUpExchange), close: 'client' as const }));
      return { ...each, exchanges, closed: each.at + ms(61) };
    });
    const bySetting = new Map(advised(closing).map((advice) => [advice.setting, advice.savesHandshakes]));
    expect(bySetting).toEqual(
      new Map([
        ['server_idle_timeout', 19],
        ['send_no_close', 10],
      ]),
    );
  });

  it('stays above what callers keep, by five seconds or a tenth', () => {
    expect([2, 5, 9, 30, 60].map((callers) => serverLimit(seconds(1), seconds(callers)) / seconds(1))).toEqual([10, 10, 15, 60, 75]);
    expect(serverLimit(seconds(30), undefined)).toBe(seconds(30));
    expect(serverLimit(seconds(31), seconds(5))).toBe(seconds(60));
    // 10 % of 300 s is more than any usual value has.
    expect(serverLimit(seconds(1), seconds(300))).toBe(seconds(330));
    expect(serverLimit(seconds(1), seconds(300.5))).toBe(seconds(331));
    expect([0, 5, 5.1, 65, 66, 120.5, 301].map((limit) => raised(seconds(limit)) / seconds(1))).toEqual([5, 5, 10, 65, 75, 300, 300]);
    // Two connections that the client gave up after 20 s: the server is to keep them longer than that.
    const mixed = [
      ...oneByOne(25, seconds(8), serverAfter(seconds(5))),
      ...[300, 400].map((at) => ({
        at: seconds(at),
        authority: 'b',
        server: '10.0.0.9:80',
        exchanges: [[seconds(at + 1), seconds(at + 2)] as const],
        ...clientAfter(seconds(20))(seconds(at + 2)),
      })),
    ];
    expect(advised(mixed)[0]).toMatchObject({ setting: 'server_idle_timeout', suggested: '30 s' });
    expect(advised(mixed.slice(0, -1))[0]).toMatchObject({ suggested: '10 s' });
  });
});

describe("the client's idle limit", () => {
  it('is raised as the gaps ask for', () => {
    const [advice] = advised(oneByOne(25, seconds(8), clientAfter(seconds(4)), { userAgent: 'node' }));
    expect(advice).toMatchObject({
      setting: 'client_idle_timeout',
      current: '4 s',
      suggested: '10 s',
      software: 'undici, fetch of Node.js',
      savesHandshakes: 24,
    });
    expect(advice!.directive).toBe('setGlobalDispatcher(new Agent({ keepAliveTimeout: 10_000, keepAliveMaxTimeout: 10_000 }))');
  });

  it('stays below what the server keeps, or is left alone', () => {
    const told = (timeout: number): readonly Advice[] =>
      advised(oneByOne(25, seconds(8), clientAfter(seconds(4)), {}, { keepAliveTimeoutSeconds: timeout }));
    expect(told(20)[0]).toMatchObject({ suggested: '10 s' });
    expect(told(9)[0]).toMatchObject({ suggested: '8 s' });
    expect(told(5)).toEqual([]);
  });
});

describe('other settings', () => {
  const settings = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): string[] =>
    advised(list, options).map(({ setting, savesHandshakes }) => `${setting} ${savesHandshakes}`);

  it('one pool where an idle connection was passed over, or every request has a connection', () => {
    expect(settings(oneByOne(3, seconds(5), () => ({})))).toEqual(['share_pool 2']);
    expect(settings(oneByOne(3, seconds(5), clientAfter(ms(1))))).toEqual(['share_pool 2']);
    expect(settings(oneByOne(2, seconds(5), clientAfter(ms(1))))).toEqual([]);
  });

  it('a larger pool only where the client closed one and kept another', () => {
    const twice = (at: number, kept: boolean): MadeUpConnection => ({
      at,
      authority: 'shop',
      exchanges: [
        [at + ms(40), at + ms(60)],
        [at + ms(70), at + ms(90)],
      ],
      ...(kept ? {} : { closed: at + ms(91), closedBy: 'client' as const }),
    });
    const alone = [0, 5, 10].map((at) => twice(seconds(at), false));
    expect(settings(alone)).toEqual(['share_pool 2']);
    const busy: MadeUpConnection = { at: 0, authority: 'shop', exchanges: [[ms(40), seconds(20)]] };
    expect(settings([busy, ...alone])).toEqual(['client_pool_size 2']);
    expect(settings([{ ...busy, closed: seconds(20) }, ...alone])).toEqual(['client_pool_size 2']);
    expect(settings([{ ...busy, exchanges: [[ms(40), ms(80)]], closed: ms(90) }, ...alone])).toEqual(['share_pool 2']);
  });

  it('no close, by whom it was said; HTTP/1.1; no cap; no age', () => {
    const said = (close: 'client' | 'server') => oneByOne(3, seconds(5), serverAfter(0), {}, { close });
    expect(advised(said('client'))[0]).toMatchObject({
      setting: 'send_no_close',
      current: 'Connection: close',
      suggested: 'no Connection: close',
    });
    expect(advised(said('server'), { adviseFor: ['nginx'] }).map(({ directive }) => directive)).toEqual([
      'keep connections: send no Connection: close',
      'keepalive_timeout 65s;  # 0 turns persistence off',
    ]);
    const old = oneByOne(3, seconds(5), serverAfter(0), { userAgent: 'ApacheBench/2.3' }, { version: '1.0' });
    expect(advised(old)[0]).toMatchObject({ setting: 'http_version', directive: 'ab -k …', software: 'ApacheBench 2.3' });
    expect(settings(oneByOne(3, seconds(5), serverAfter(0)))).toEqual(['send_no_close 2']);
  });

  it('TCP keep-alive probes where a flow was forgotten: four in the shortest time that anything on the way waits', () => {
    const forgotten = (at: number): MadeUpConnection => ({
      at,
      authority: 'shop',
      exchanges: [[at + ms(40), at + ms(60)], { start: at + seconds(300), end: at + seconds(300), without: 'response' }],
      closed: at + seconds(300) + ms(10),
      closedBy: 'server',
      closedWith: 'rst',
      closedUnaware: true,
    });
    const [advice] = advised([forgotten(0)], { adviseFor: ['node-agent'] });
    expect(advice).toMatchObject({ setting: 'tcp_keep_alive', suggested: 'every 60 s', directive: 'send TCP keep-alive probes' });
  });

  it('HTTP/2 where several of one TLS origin were busy at once', () => {
    const busy = (at: number): MadeUpConnection => ({ at, tls: true, authority: 'shop', exchanges: [[at + ms(40), at + seconds(5)]] });
    expect(settings([busy(0), busy(ms(50)), busy(ms(100)), busy(ms(150))], { adviseFor: ['nginx'] })).toEqual(['http_2 3', 'http_2 3']);
    expect(settings([busy(0), busy(ms(50))])).toEqual([]);
    expect(settings([busy(0), busy(ms(50)), busy(ms(100))].map(({ tls: _, ...plain }) => plain))).toEqual([]);
  });

  it('against races the client gives connections up before the server does', () => {
    const raced = (at: number): MadeUpConnection => ({
      at,
      authority: 'shop',
      exchanges: [
        [at + ms(40), at + ms(60)],
        { start: at + ms(60) + seconds(5), end: at + ms(60) + seconds(5), method: 'POST', without: 'response' },
      ],
      closed: at + ms(60) + seconds(5),
      closedBy: 'server',
      closedUnread: true,
    });
    const [advice] = advised([raced(0), raced(seconds(100))], { idleTimeout: seconds(10) });
    expect(advice).toMatchObject({ setting: 'client_idle_timeout', suggested: '4 s', savesHandshakes: 0 });
    expect(advice!.text).toContain('let the client close idle connections after 4 s, before the server does: avoids 2 races');
    const quick = [raced(0), raced(seconds(100))].map((each) => ({
      ...each,
      exchanges: [each.exchanges![0]!, { ...(each.exchanges![1] as MadeUpExchange), start: each.at + ms(760), end: each.at + ms(760) }],
      closed: each.at + ms(760),
    }));
    expect(analyse(madeUpTrace(quick), { idleTimeout: seconds(10) })).toMatchObject({
      advice: [],
      adviceMissing: ['shop: the server closes after 700 ms: too soon for any limit of a client to stay below it'],
    });
  });
});

describe('software', () => {
  it('is known by what it calls itself, with its version', () => {
    const names = (role: 'server' | 'client', ...headers: string[]): (string | undefined)[] =>
      headers.map((header) => {
        const known = recognise(role, header);
        return known && `${known.software.name} ${known.version}`.trim();
      });
    expect(
      names('server', 'nginx/1.22.1', 'openresty', 'Apache/2.4.62 (Debian)', 'Apache-Coyote/1.1', 'lighttpd/1.4.69', 'Caddy', 'x'),
    ).toEqual(['nginx 1.22.1', 'nginx', 'apache 2.4.62', 'tomcat 1.1', 'lighttpd 1.4.69', 'caddy', undefined]);
    expect(
      names(
        'client',
        'curl/7.88.1',
        'Apache-HttpClient/4.5 (Java/11)',
        'node',
        'Go-http-client/1.1',
        'python-requests/2.28',
        'Mozilla/5.0',
      ),
    ).toEqual(['curl 7.88.1', 'apache-httpclient 4.5', 'undici', 'go', 'requests 2.28', undefined]);
    expect(versionIn('mynginx/1.0', ['nginx'])).toBeUndefined();
    expect(versionIn('gotham/1.0', ['got'])).toBeUndefined();
    expect([
      isFrom('1.19.10', '1.19.10'),
      isFrom('1.19.9', '1.19.10'),
      isFrom('1.20', '1.19.10'),
      isFrom('', '9'),
      isFrom('2', '1.9'),
    ]).toEqual([true, false, true, true, true]);
  });

  it('that is asked for is told beside what was seen', () => {
    const list = oneByOne(25, seconds(8), serverAfter(seconds(5)), nginx);
    expect(
      advised(list, { adviseFor: ['node', 'haproxy', 'curl'] }).map(({ software, seen, directive }) => [software, seen, directive]),
    ).toEqual([
      ['nginx 1.22.1', true, 'keepalive_timeout 10s;'],
      ['HAProxy', false, 'timeout http-keep-alive 10s'],
      ['Node.js http.Server', false, 'server.keepAliveTimeout = 10_000;'],
    ]);
    expect(advised(list, { adviseFor: ['all'] }).length).toBeGreaterThan(15);
  });

  it('covers what people run', () => {
    for (const name of [
      'nginx',
      'node',
      'node-agent',
      'undici',
      'apache',
      'haproxy',
      'envoy',
      'tomcat',
      'go',
      'java',
      'requests',
      'aws-alb',
      'gcp-lb',
      'azure-lb',
    ])
      expect(softwareNames).toContain(name);
  });

  it('has the lines of the table, by setting, role and version', () => {
    const rows = softwares.flatMap(({ name, roles, directive }) =>
      roles.flatMap((role) =>
        adviceSettings.flatMap((setting) => {
          const line = (version: string, count: number): string | undefined =>
            directive({ setting, role, seconds: count, host: 'shop' }, version);
          const said = line('', 65);
          if (said === undefined) return [];
          const others = ['1.15.2', '1.19.9', '1.25.0']
            .map((version) => line(version, 65) ?? 'nothing')
            .filter((text, at, all) => text !== said && all.indexOf(text) === at);
          const half =
            line('', 2.5) === said?.replace(/65_000|65000|65s|65|00:01:05/, (same) => same.replace('65', '2.5')) ? '' : line('', 2.5);
          return [
            [name, role, setting, said, others.join(' | '), half === said ? '' : (half ?? 'nothing')]
              .map((cell) => `"${cell.replaceAll('"', '""')}"`)
              .join(','),
          ];
        }),
      ),
    );
    const text = `software,role,setting,line for 65 s,before nginx 1.15.3 1.19.10 1.25.1,line for 2.5 s where it is another\n${rows.join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(table, text);
    expect(readFileSync(table, 'utf8')).toBe(text);
  });
});
