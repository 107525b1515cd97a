/** Every finding: when it is found, what it says, how bad it is, and what shows it. */

import { describe, expect, it } from 'vitest';
import { type AnalyseOptions, analyse, type Finding, type FindingCode } from '../../src/analysis/index.ts';
import type { Connection, Trace } from '../../src/trace/index.ts';
import {
  askedOnce,
  type MadeUpConnection,
  type MadeUpExchange,
  madeUpTrace,
  milliseconds as ms,
  seconds,
} from '../support/made-up-trace.ts';

const plain = ({ frames, ...rest }: Finding): object => ({ ...rest, frames });
const found = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): readonly Finding[] => {
  const trace = madeUpTrace(list);
  const { findings } = analyse(trace, options);
  // Problems that are asked for alone are found another way.
  expect(analyse(trace, options).problems.map(plain)).toEqual(findings.filter(({ severity }) => severity === 'problem').map(plain));
  return findings;
};
const only = (code: FindingCode, list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): Finding => {
  const [finding, ...others] = found(list, options).filter((each) => each.code === code);
  expect(others).toEqual([]);
  return finding!;
};
const codes = (list: readonly MadeUpConnection[], options: Partial<AnalyseOptions> = {}): FindingCode[] =>
  found(list, options).map(({ code }) => code);

// Frames of a connection: 1 SYN, 2 SYN-ACK, 3 ACK, two for each exchange, one for the close.
/** One after the other, `every` so long; each ends as it is told. */
const row = (
  count: number,
  every: number,
  ends: (at: number) => Partial<MadeUpConnection>,
  exchange: Partial<MadeUpExchange> = {},
): MadeUpConnection[] => Array.from({ length: count }, (_, place) => askedOnce(place * every, ends(place * every), exchange));
const nginx = { rest: { server: 'nginx/1.24.0' } };

describe('connections that need not have been opened', () => {
  it('an idle one was open', () => {
    expect(
      plain(
        only(
          'missed_reuse',
          row(3, seconds(5), () => ({})),
        ),
      ),
    ).toEqual({
      code: 'missed_reuse',
      severity: 'warning',
      confidence: 'observed',
      count: 2,
      connections: [1, 2],
      frames: [6, 11],
      origin: 0,
      text: 'shop: an open connection was idle and another was opened (2 handshakes avoidable)',
    });
    expect(
      only(
        'missed_reuse',
        row(2, seconds(5), () => ({})),
      ).text,
    ).toContain('(1 handshake avoidable)');
  });

  it('the server had closed it', () => {
    const list = row(3, seconds(8), (at) => ({ closed: at + ms(60) + seconds(5), closedBy: 'server' }), {
      ...nginx,
      keepAliveTimeoutSeconds: 5,
    });
    const finding = only('server_idle_limit_short', list);
    expect(finding.text).toBe(
      'shop: server (nginx/1.24.0) closes after 5.0 s idle (timeout=5), and the next request came later (2 handshakes avoidable)',
    );
    expect(finding.frames).toEqual([6, 7, 12, 13]);
    expect(codes(list)).toEqual(['server_idle_limit_short', 'race_possible']);
    const silent = row(3, seconds(80), (at) => ({ closed: at + ms(60) + seconds(75), closedBy: 'server' }));
    expect(only('server_idle_limit_short', silent, { idleTimeout: seconds(200) }).text).toMatch(
      /^shop: server closes after 75\.0 s idle \(like .+\), and the next/,
    );
    const named = row(3, seconds(80), (at) => ({ closed: at + ms(60) + seconds(75), closedBy: 'server' }), nginx);
    expect(only('server_idle_limit_short', named, { idleTimeout: seconds(200) }).text).toBe(
      'shop: server (nginx/1.24.0) closes after 75.0 s idle (nginx, keepalive_timeout unless set), and the next request came later (2 handshakes avoidable)',
    );
    const long = { rest: { server: `x${'y'.repeat(50)}` } };
    const longNamed = row(2, seconds(8), (at) => ({ closed: at + ms(60) + seconds(5), closedBy: 'server' }), long);
    expect(only('server_idle_limit_short', longNamed).text).toContain(`server (x${'y'.repeat(39)}) closes`);
  });

  it('the client had closed it', () => {
    const by = (userAgent?: string) =>
      row(3, seconds(8), (at) => ({ closed: at + ms(60) + seconds(4), closedBy: 'client' }), { rest: { userAgent } });
    expect(only('client_idle_limit_short', by('curl/8.5.0')).text).toBe(
      'shop: client (curl/8.5.0) closes after 4.0 s idle (like agentkeepalive), and asked again later (2 handshakes avoidable)',
    );
    const text = (agent: string): string => /client \((.*?)\) closes/.exec(only('client_idle_limit_short', by(agent)).text)![1]!;
    expect(text('Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/120.0')).toBe('Firefox/120.0');
    expect(text('Mozilla/5.0 AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0')).toBe('Chrome/120.0.0.0');
    expect(text('my agent 1.0')).toBe('my agent 1.0');
    expect(text('z'.repeat(50))).toBe('z'.repeat(40));
    expect(only('client_idle_limit_short', by()).text).toMatch(/^shop: client closes after 4\.0 s idle \(like /);
  });

  it('its end was told, or capped, or due to its version', () => {
    const closing = (count: number, exchange: Partial<MadeUpExchange>) =>
      row(count, seconds(5), (at) => ({ closed: at + ms(61), closedBy: 'server' }), exchange);
    expect(only('close_header', closing(3, { close: 'client' })).text).toBe(
      'shop: client sends Connection: close (2 handshakes avoidable)',
    );
    expect(only('close_header', closing(3, { close: 'server' })).text).toBe(
      'shop: server sends Connection: close (2 handshakes avoidable)',
    );
    expect(only('http_1_0', closing(2, { version: '1.0' })).text).toBe('shop: HTTP/1.0 without keep-alive (1 handshake avoidable)');
    const until = { persistence: { persistent: false, because: 'until_close_body' } as const };
    expect(only('until_close_body', closing(2, until)).text).toBe(
      'shop: response of unknown length ends with the connection (1 handshake avoidable)',
    );
    const capped = Array.from({ length: 3 }, (_, place): MadeUpConnection => {
      const at = seconds(5 * place);
      return {
        ...askedOnce(at, { closed: at + ms(100), closedBy: 'server' }),
        exchanges: [[at + ms(40), at + ms(60)], { start: at + ms(70), end: at + ms(90), close: 'server' }],
      };
    });
    expect(only('request_cap', capped)).toMatchObject({
      severity: 'warning',
      text: 'shop: server closed after 2 requests, its limit (2 handshakes avoidable)',
    });
    const aged = Array.from({ length: 3 }, (_, place): MadeUpConnection => {
      const at = seconds(50 * place);
      const times = [1, 20, 35].slice(place > 0 ? 0 : 1);
      return {
        ...askedOnce(at, { closed: at + seconds(40), closedBy: 'server' }),
        exchanges: [
          ...times.map((time) => ({ start: at + seconds(time), end: at + seconds(time + 1) })),
          { start: at + seconds(39), end: at + seconds(40), close: 'server' as const },
        ],
      };
    });
    expect(only('age_limit', aged)).toMatchObject({
      confidence: 'inferred',
      text: 'shop: server closed at an age of 40 s, its limit (2 handshakes avoidable)',
    });
  });

  it('nothing is found where it had to be opened', () => {
    expect(codes([askedOnce(0)])).toEqual([]);
    expect(codes([askedOnce(0, { closed: seconds(1) }), askedOnce(seconds(100))])).toEqual([]);
    expect(codes([askedOnce(0), askedOnce(ms(1))])).toEqual([]);
  });
});

describe('what is trouble by itself', () => {
  const forgotten = (after: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at: 0,
    authority: 'shop',
    exchanges: [[ms(40), ms(60)], { start: ms(60) + after, end: ms(60) + after, without: 'response' }],
    closed: ms(60) + after + ms(10),
    closedBy: 'server',
    closedWith: 'rst',
    closedUnaware: true,
    ...more,
  });

  it('a flow that something on the way had forgotten, a peer that is gone', () => {
    expect(only('nat_drop', [forgotten(seconds(300))])).toMatchObject({
      severity: 'problem',
      confidence: 'inferred',
      text: 'shop: a NAT, firewall or load balancer dropped the silent flow (idle 300 s) (1 connection)',
    });
    expect(only('peer_dead', [forgotten(seconds(30))])).toMatchObject({
      severity: 'warning',
      confidence: 'observed',
      text: 'shop: peer had vanished, or had forgotten the connection (1 connection)',
    });
    expect(only('peer_dead', [forgotten(seconds(30)), forgotten(seconds(30), { at: 1 })]).text).toMatch(/\(2 connections\)$/);
  });

  it('a length that cannot be known', () => {
    const broken = askedOnce(0, { closed: ms(90) }, { persistence: { persistent: false, because: 'framing_error' } });
    expect(only('framing_error', [broken])).toMatchObject({
      severity: 'problem',
      confidence: 'observed',
      frames: [6],
      text: 'shop: the length of a message could not be known (1 connection)',
    });
  });

  it('many closed at once', () => {
    const last = [1, 3, 5, 7];
    const list = last.map((time, place) => ({
      ...askedOnce(place, { closed: seconds(9) + ms(place), closedBy: 'server' as const }),
      exchanges: [
        [ms(40), seconds(1)],
        [seconds(time + 1), seconds(time + 1.5)],
      ] as const,
    }));
    expect(only('drain', list)).toMatchObject({
      severity: 'info',
      confidence: 'inferred',
      count: 4,
      text: 'shop: 4 idle connections closed in the same moment (restart, or a pool that was emptied)',
    });
  });

  it('probes without an answer, where nothing worse is found', () => {
    const probed = (unanswered: number): MadeUpConnection =>
      askedOnce(0, { rest: { probes: { client: 2, server: 0, acks: 0, unanswered, interval: undefined } } });
    expect(only('unanswered_probes', [probed(1)])).toMatchObject({
      severity: 'info',
      text: 'shop: TCP keep-alive probes without an answer on 1 connection',
    });
    expect(codes([probed(0)])).toEqual([]);
    expect(codes([probed(2)])).toEqual(['peer_dead']);
  });

  it('messages that receivers read differently', () => {
    const trace = madeUpTrace([askedOnce(0)]);
    const noted = (count: number): Trace => ({
      ...trace,
      notes: [{ code: 'smuggling-risk', count, firstFrame: 4, detail: '', capture: 0 }],
    });
    const [one] = analyse(noted(1)).findings;
    expect(one).toEqual({
      code: 'smuggling_risk',
      severity: 'problem',
      confidence: 'observed',
      count: 1,
      connections: [],
      frames: [4],
      origin: undefined,
      text: 'a message gives its length in a way that receivers read differently (request smuggling)',
    });
    expect(analyse(noted(3)).findings[0]!.text).toBe(
      '3 messages give its length in a way that receivers read differently (request smuggling)',
    );
  });

  it('an HTTP/2 connection of another name that could have served', () => {
    const names = { tls: { certificateNames: ['a.test', 'b.test'], protocolsOffered: '' } as unknown as NonNullable<Connection['tls']> };
    const h2 = (at: number, authority: string): MadeUpConnection => ({
      ...askedOnce(at, { tls: true, http2: true, authority, rest: names }),
    });
    expect(only('missed_coalescing', [h2(0, 'a.test'), h2(seconds(1), 'b.test')])).toMatchObject({
      severity: 'info',
      confidence: 'inferred',
      connections: [1],
      text: 'b.test: an open HTTP/2 connection of another name could have served 1 connection',
    });
  });
});

describe('races', () => {
  const raced = (at: number, method = 'POST', more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at,
    authority: 'shop',
    exchanges: [
      { start: at + ms(40), end: at + ms(60), rest: { responseFrame: 5 } },
      { start: at + seconds(5), end: at + seconds(5), method, without: 'response', rest: { requestFrame: 90 + at / seconds(1) } },
    ],
    closed: at + seconds(5) + 1,
    closedBy: 'server',
    closedUnread: true,
    ...more,
  });
  const again = (at: number, method = 'POST'): MadeUpConnection => askedOnce(at, {}, { method });

  it('lose requests that no client may repeat by itself, or have them sent again', () => {
    const text = (list: readonly MadeUpConnection[], now = seconds(60)): string =>
      only('keep_alive_race', list, { idleTimeout: seconds(1), now }).text.split(';')[0]!;
    expect(text([raced(0)])).toBe('shop: 1 request met the close of its idle connection (keep-alive race): 1 lost for good');
    // It may have been sent again after the capture.
    expect(text([raced(0)], seconds(5.9))).toBe('shop: 1 request met the close of its idle connection (keep-alive race)');
    expect(text([raced(0), again(seconds(5.1))])).toBe(
      'shop: 1 request met the close of its idle connection (keep-alive race): 1 sent again',
    );
    expect(text([raced(0, 'GET')])).toBe('shop: 1 request met the close of its idle connection (keep-alive race)');
    expect(text([raced(0), raced(seconds(20)), again(seconds(25.1))])).toBe(
      'shop: 2 requests met the close of their idle connection (keep-alive race): 1 sent again, 1 lost for good',
    );
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']) expect(text([raced(0, method)])).not.toContain('lost');
    for (const method of ['POST', 'PATCH', 'CONNECTED']) expect(text([raced(0, method)])).toContain('1 lost for good');
  });

  it('are a problem where something is lost or was sent again by its user, else a warning', () => {
    expect(only('keep_alive_race', [raced(0)])).toMatchObject({ severity: 'problem', confidence: 'observed' });
    expect(only('keep_alive_race', [raced(0, 'GET')])).toMatchObject({ severity: 'warning' });
    expect(only('keep_alive_race', [raced(0), again(seconds(5.1))])).toMatchObject({ severity: 'problem' });
  });

  it('are shown by the request, the close and the reset', () => {
    expect(only('keep_alive_race', [raced(0)]).frames).toEqual([8, 90]);
    const reset = { closedWith: 'rst' as const, rest: { lastFrame: 99 } };
    expect(only('keep_alive_race', [raced(0, 'POST', reset)]).frames).toEqual([8, 90, 99]);
  });

  it('name both timers', () => {
    const timers = (list: readonly MadeUpConnection[]): string[] => only('keep_alive_race', list).text.split('; ').slice(1);
    expect(timers([raced(0)]).at(-1)).toBe('client keeps connections idle for 4.9 s and more');
    const kept = {
      ...raced(0),
      exchanges: [
        [ms(40), ms(60)],
        [seconds(3), seconds(3.1)],
        { start: seconds(8), end: seconds(8), method: 'POST', without: 'response' },
      ] as const,
      closed: seconds(8) + 1,
    };
    expect(timers([kept]).at(-1)).toBe('client keeps connections idle for 4.9 s and more');
    const told = {
      ...raced(0, 'POST', { closed: seconds(5) + 1 }),
      exchanges: raced(0).exchanges!.map((each) => ({ ...(each as MadeUpExchange), keepAliveTimeoutSeconds: 5 })),
    };
    expect(timers([told])[0]).toBe('server closes after 4.9 s idle (timeout=5)');
  });

  it('say what is announced, what is not known, and whom only the timer or the probes name', () => {
    const near = (more: Partial<MadeUpConnection>, exchange: Partial<MadeUpExchange> = {}): string[] =>
      only('near_race', [
        {
          at: 0,
          authority: 'shop',
          exchanges: [
            { start: ms(40), end: ms(60), ...exchange },
            { start: seconds(5), end: seconds(5.1), ...exchange },
          ],
          ...more,
        },
      ]).text.split('; ');
    const announcing = { keepAliveTimeoutSeconds: 5 };
    expect(near({}, announcing)).toEqual([
      "shop: 1 connection reused within a second and a round trip of the server's close",
      'server announces timeout=5',
      'client keeps connections idle for 4.9 s and more',
    ]);
    const probing = (interval: number) =>
      ({
        rest: {
          probes: { client: 3, server: 0, acks: 3, unanswered: 0, interval, times: { client: { idle: seconds(45), period: seconds(45) } } },
        },
      }) as unknown as Partial<MadeUpConnection>;
    expect(near(probing(seconds(45)), announcing).at(-1)).toMatch(/^client( \(like .+\))? keeps connections idle for 4\.9 s and more$/);
  });

  it('are near where a connection was used just before its limit, and possible where both limits meet', () => {
    const reused = (gap: number): MadeUpConnection => ({
      at: 0,
      authority: 'shop',
      exchanges: [
        [ms(40), ms(60)],
        [ms(60) + gap, ms(80) + gap],
      ],
      closed: ms(80) + gap + seconds(5),
      closedBy: 'server',
    });
    // Within a second and a round trip of 40 ms.
    expect([seconds(3.96) - 1, seconds(3.96)].map((gap) => codes([reused(gap)]))).toEqual([['race_possible'], ['near_race']]);
    expect(only('near_race', [reused(seconds(4.5))])).toMatchObject({
      severity: 'warning',
      confidence: 'inferred',
      text: expect.stringMatching(
        /^shop: 1 connection reused within a second and a round trip of the server's close; server closes after 5\.0 s idle .*; client keeps connections idle for 5\.0 s and more$/,
      ),
    });
    // The client was there when the server closed: it may as well have asked.
    const short = askedOnce(0, { closed: ms(60) + seconds(5), closedBy: 'server' });
    expect(only('race_possible', [short])).toMatchObject({
      severity: 'info',
      confidence: 'inferred',
      connections: [0],
      text: expect.stringMatching(
        /^shop: a request may meet the close of its connection; server closes after 5\.0 s idle .*; client keeps connections idle for 5\.0 s and more$/,
      ),
    });
    // Of a server with more than one limit nobody knows when.
    const longer = {
      ...reused(seconds(20)),
      at: seconds(100),
      exchanges: [
        [seconds(100), seconds(101)],
        [seconds(121), seconds(122)],
      ] as const,
      closed: seconds(130),
    };
    expect(codes([short, longer]).filter((code) => code.includes('race'))).toEqual([]);
    // Where it has happened nobody needs to hear that it may.
    expect(codes([short, raced(seconds(10), 'GET')]).filter((code) => code.includes('race'))).toEqual(['keep_alive_race']);
  });
});

describe('of many', () => {
  const origins = (count: number, each: number): MadeUpConnection[] =>
    Array.from({ length: count * each }, (_, place) => {
      const at = seconds(Math.floor(place / count) * 5) + ms(place % count);
      return { ...askedOnce(at), authority: `o${place % count}`, server: `10.0.${place % count}.2:80` };
    });

  it('fifty origins are listed, the others counted', () => {
    const findings = found(origins(53, 2));
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({
      code: 'missed_reuse',
      severity: 'info',
      count: 3,
      connections: [103, 104, 105],
      frames: [],
      origin: undefined,
      text: 'the same on 3 connections of 3 more origins',
    });
    expect(found(origins(50, 2))).toHaveLength(50);
  });

  it('a hundred connections and fifty frames of one are listed', () => {
    const finding = only('missed_reuse', origins(1, 103));
    expect(finding.count).toBe(102);
    expect(finding.connections).toEqual(Array.from({ length: 100 }, (_, place) => place + 1));
    expect(finding.frames).toHaveLength(50);
    expect(finding.frames).toEqual(finding.frames.toSorted((a, b) => a - b));
  });

  it('the worst come first, then the most frequent, then the most wasted', () => {
    const broken = askedOnce(
      seconds(500),
      { authority: 'broken', server: '10.0.9.9:80', closed: seconds(501) },
      { persistence: { persistent: false, because: 'framing_error' } },
    );
    const probed = askedOnce(seconds(600), {
      authority: 'probed',
      server: '10.0.9.8:80',
      rest: { probes: { client: 2, server: 0, acks: 0, unanswered: 1, interval: undefined } },
    });
    const list = [
      ...origins(2, 2),
      probed,
      ...row(4, seconds(7), () => ({})).map((each) => ({ ...each, server: '10.0.7.7:80', authority: 'busy' })),
      broken,
    ];
    expect(found(list).map(({ severity, count, text }) => `${severity} ${count} ${text.split(':')[0]}`)).toEqual([
      'problem 1 broken',
      'warning 3 busy',
      'warning 1 o0',
      'warning 1 o1',
      'info 1 probed',
    ]);
  });

  it('a selection has its own', () => {
    const analysis = analyse(madeUpTrace(origins(2, 3)));
    expect(analysis.findings.map(({ count }) => count)).toEqual([2, 2]);
    expect(analysis.select(Uint32Array.of(0, 2, 3)).findings.map(({ connections }) => connections)).toEqual([[2], [3]]);
  });

  it('an origin without a name is its address and port', () => {
    const nameless = (server: string) => row(2, seconds(5), () => ({})).map(({ authority: _, ...each }) => ({ ...each, server }));
    expect(only('missed_reuse', nameless('10.0.0.7:8080')).text).toMatch(/^10\.0\.0\.7:8080: /);
    expect(only('missed_reuse', nameless('[fe80::7]:8080')).text).toMatch(/^\[fe80::7\]:8080: /);
  });
});
