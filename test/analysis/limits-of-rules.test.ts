/** The rules of reasons at their limits: what holds at the very time, and what a nanosecond before or after it. */

import { describe, expect, it } from 'vitest';
import { analyse, type CloseReason, type Confidence, knownTimers } from '../../src/analysis/index.ts';
import { inWords } from '../../src/analysis/reasons/words.ts';
import type { Connection } from '../../src/trace/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** Set up in 40 ms, asked at once, answered at 60 ms: the end of its last use. */
const served = (more: Partial<MadeUpConnection> = {}, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection => ({
  at: 0,
  exchanges: [{ start: ms(40), end: ms(60), ...exchange }],
  ...more,
});
const idle = ms(60);

const closeOf = (list: readonly MadeUpConnection[], place = 0): CloseReason | undefined =>
  analyse(madeUpTrace(list)).verdict(place).close?.code;
const sureness = (list: readonly MadeUpConnection[], place = 0): Confidence | undefined =>
  analyse(madeUpTrace(list)).verdict(place).close?.confidence;
const words = (list: readonly MadeUpConnection[], place = 0): string => analyse(madeUpTrace(list)).verdict(place).close!.text;

const byServer = (after: number, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection =>
  served({ closed: idle + after, closedBy: 'server' }, exchange);
const byClient = (after: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => served({ closed: idle + after, ...more });

describe('idle limits', () => {
  it('of a server begin with half a second, before that it closed after the response', () => {
    expect([ms(500) - 1, ms(500)].map((after) => closeOf([byServer(after)]))).toEqual(['after_response', 'server_idle_limit']);
  });

  it('of a client begin with half a second and a round trip', () => {
    expect([ms(540) - 1, ms(540)].map((after) => closeOf([byClient(after)]))).toEqual(['after_response', 'client_idle_limit']);
    const far = (after: number): MadeUpConnection => ({ ...byClient(after), handshake: ms(10) });
    expect([ms(510) - 1, ms(510)].map((after) => closeOf([far(after)]))).toEqual(['after_response', 'client_idle_limit']);
  });

  it('are nobody’s where it was told that the connection would close', () => {
    const told = { close: 'server' as const };
    expect(closeOf([byServer(seconds(3), told)])).toBe('close_header_server');
    expect(closeOf([served({ closed: seconds(3) }, told)])).toBe('close_header_server');
  });

  it('are seen, not supposed, where the server had told them: a round trip and 20 ms sooner, or later by what timers and its courtesy are late', () => {
    const told = (after: number): Confidence | undefined => sureness([byServer(after, { keepAliveTimeoutSeconds: 5 })]);
    const soonest = seconds(5) - ms(40) - ms(20);
    // 512 ms: a step of the timer wheel of a kernel of 1000 Hz after 4.032 s.
    const latest = seconds(5) + ms(512) + ms(1050);
    expect([soonest - 1, soonest, latest, latest + 1].map(told)).toEqual(['inferred', 'observed', 'observed', 'inferred']);
    expect(sureness([byServer(seconds(1), { keepAliveTimeoutSeconds: 0 })])).toBe('inferred');
    expect(words([byServer(seconds(5), { keepAliveTimeoutSeconds: 5 })])).toBe('server closed idle after 5.0 s (timeout=5)');
    expect(words([byServer(seconds(5), { keepAliveTimeoutSeconds: 0 })])).toBe('server closed idle after 5.0 s');
  });

  it('are seen from the third close alike on', () => {
    const at = (start: number, after: number, by: 'client' | 'server'): MadeUpConnection => ({
      at: start,
      exchanges: [[start + ms(40), start + ms(60)]],
      closed: start + ms(60) + after,
      closedBy: by,
    });
    for (const by of ['client', 'server'] as const) {
      const two = [at(0, seconds(4), by), at(seconds(10), seconds(4) + ms(1), by)];
      const three = [...two, at(seconds(20), seconds(4) + ms(2), by)];
      expect(two.map((_, place) => sureness(two, place))).toEqual(['inferred', 'inferred']);
      expect(three.map((_, place) => sureness(three, place))).toEqual(['observed', 'observed', 'observed']);
      // Later than the shortest by more than a timer is late (256 ms below 4.032 s): another reason, perhaps.
      const late = [at(0, seconds(4), by), at(seconds(10), seconds(4), by), at(seconds(20), seconds(4) + ms(256), by)];
      const later = [...late.slice(0, 2), at(seconds(20), seconds(4) + ms(256) + 1, by)];
      expect([sureness(late, 2), sureness(later, 2)]).toEqual(['observed', 'inferred']);
      // One that was kept far longer and then closed: there is more than one limit.
      const several = [
        ...three,
        {
          ...at(seconds(30), seconds(9), by),
          exchanges: [
            [seconds(30.04), seconds(30.06)],
            [seconds(60), seconds(61)],
          ] as const,
          closed: seconds(65),
        },
      ];
      expect(several.map((_, place) => sureness(several, place))).toEqual(['inferred', 'inferred', 'inferred', 'inferred']);
    }
  });

  it('are told as such from 50 ms on', () => {
    expect(words([byServer(ms(50) - 1)])).toBe('server closed right after the response');
    expect(words([byServer(ms(50))])).toBe('server closed idle after 50 ms');
    expect(words([byServer(ms(60), { persistence: { persistent: false, because: 'unread_body' } })])).toBe(
      'server closed idle after 60 ms',
    );
  });
});

describe('times in words', () => {
  it('have the unit that suits them', () => {
    expect([500_000, ms(1) - 1, ms(1), ms(1.6), seconds(1) - 1, seconds(1), seconds(65.04), Number.POSITIVE_INFINITY].map(inWords)).toEqual(
      ['0.5 ms', '1.0 ms', '1 ms', '2 ms', '1000 ms', '1.0 s', '65.0 s', 'no limit'],
    );
  });
});

describe('a client that closes at once', () => {
  it('is told by how often it had asked, or within what it closed', () => {
    expect(words([byClient(0)])).toBe('one request per connection; client closes at once');
    const twice = served({
      exchanges: [
        [ms(40), ms(60)],
        [ms(70), ms(90)],
      ],
      closed: ms(91),
    });
    expect(words([twice])).toBe('client closes at once after 2 requests');
    expect(words([byClient(0, { cutShort: true })])).toBe('client closed within a response');
    expect(words([byClient(0, { cutShort: true, closedWith: 'rst' })])).toBe('client reset the connection within a response');
    expect(closeOf([byClient(0, { closedWith: 'rst' })])).toBe('reset');
    expect(words([byClient(0, { closedWith: 'rst' })])).toBe('client reset the connection right after the response');
  });
});

describe('an age limit', () => {
  const nginx = { userAgent: undefined, server: 'nginx/1.24.0' };
  /** Asked when it was set up and again, from a server that closes with the last response. */
  const aged = (last: number, age: number): MadeUpConnection => ({
    at: 0,
    exchanges: [
      { start: ms(40), end: ms(60), rest: nginx },
      { start: last - ms(20), end: last, close: 'server', rest: nginx },
    ],
    closed: age,
    closedBy: 'server',
  });

  it('that is known lets it live up to a hundredth longer', () => {
    const ages = [seconds(3600) - 1, seconds(3600), seconds(3636), seconds(3636) + 1];
    expect(ages.map((age) => closeOf([aged(age, age)]))).toEqual(['close_header_server', 'age_limit', 'age_limit', 'close_header_server']);
  });

  it('is none of a connection that had been idle for more than half of its life, or had served once', () => {
    expect(closeOf([aged(seconds(1800), seconds(3600))])).toBe('age_limit');
    expect(closeOf([aged(seconds(1800) - 1, seconds(3600))])).toBe('close_header_server');
    const once = {
      ...aged(seconds(3600), seconds(3600)),
      exchanges: [{ start: ms(40), end: seconds(3600), close: 'server' as const, rest: nginx }],
    };
    expect(closeOf([once])).toBe('close_header_server');
  });

  it('is one of servers: a client that closes then, or has asked for it, is not', () => {
    expect(
      closeOf([
        {
          ...aged(seconds(3600), seconds(3600)),
          exchanges: [
            [ms(40), ms(60)],
            [seconds(3599), seconds(3600)],
          ],
          closedBy: 'client',
        },
      ]),
    ).toBe('after_response');
  });
});

describe('a request cap', () => {
  /** One request after the other; the server closes with the last response. `max` as told with each. */
  const capped = (max: readonly (number | undefined)[], more: Partial<MadeUpConnection> = {}, server?: string): MadeUpConnection => ({
    at: 0,
    exchanges: max.map((keepAliveMax, place) => ({
      start: ms(40 + 20 * place),
      end: ms(50 + 20 * place),
      ...(place === max.length - 1 ? { close: 'server' as const } : {}),
      rest: { keepAliveMax, server },
    })),
    closed: ms(60 + 20 * max.length),
    closedBy: 'server',
    ...more,
  });

  it('is seen where the server counted down to it, or told it', () => {
    expect(
      [
        [2, 1, undefined],
        [1, 0, undefined],
        [3, 3, 3],
        [3, 2, undefined],
        [2, 2, 2],
        [undefined, undefined, undefined],
      ].map((max) => closeOf([capped(max)])),
    ).toEqual(['request_cap', 'request_cap', 'request_cap', 'close_header_server', 'close_header_server', 'close_header_server']);
    expect(sureness([capped([2, 1, undefined])])).toBe('observed');
  });

  it('of one request is none', () => {
    expect(closeOf([capped([1])])).toBe('close_header_server');
    expect(closeOf([capped([0])])).toBe('close_header_server');
    expect(closeOf([capped([0, 0])])).toBe('request_cap');
  });

  it('is none where the client closes', () => {
    expect(
      closeOf([
        {
          ...capped([2, 1, undefined]),
          exchanges: [[ms(40), ms(60)], { start: ms(70), end: ms(80), rest: { keepAliveMax: 1 } }],
          closedBy: 'client',
        },
      ]),
    ).toBe('after_response');
  });

  it('is supposed where the software is known for it', () => {
    const hundred = Array.from({ length: 100 }, () => undefined);
    expect(closeOf([capped(hundred, {}, 'Apache/2.4.62')])).toBe('request_cap');
    expect(sureness([capped(hundred, {}, 'Apache/2.4.62')])).toBe('inferred');
    expect(closeOf([capped(hundred.slice(1), {}, 'Apache/2.4.62')])).toBe('close_header_server');
    expect(closeOf([capped(hundred, {}, 'Caddy')])).toBe('close_header_server');
  });
});

describe('a race', () => {
  /** A request that came as long before (or after) the server closed, of a connection that had served; unread, or without an answer. */
  const crossing = (after: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at: 0,
    exchanges: [[ms(40), ms(60)], { start: seconds(5), end: seconds(5), method: 'POST', target: '/pay', without: 'response' }],
    closed: seconds(5) + after,
    closedBy: 'server',
    closedUnread: true,
    ...more,
  });
  const kinds = (list: readonly MadeUpConnection[]): (string | undefined)[] => {
    const analysis = analyse(madeUpTrace(list));
    return list.map((_, place) => analysis.verdict(place).race);
  };
  const retriedOn = (list: readonly MadeUpConnection[]): number | undefined => analyse(madeUpTrace(list)).verdict(0).raceRetriedOn;

  it('is a request within 200 ms or two round trips of the close, that nobody read', () => {
    expect([ms(-200) - 1, ms(-200), 0, ms(200), ms(200) + 1].map((after) => kinds([crossing(after)])[0])).toEqual([
      undefined,
      'confirmed',
      'confirmed',
      'confirmed',
      undefined,
    ]);
    const far = (after: number) =>
      kinds([crossing(after, { handshake: ms(150), exchanges: [[ms(150), ms(160)], crossing(0).exchanges![1]!] })])[0];
    expect([far(ms(300)), far(ms(300) + 1)]).toEqual(['confirmed', undefined]);
    expect(kinds([crossing(1, { closedUnread: false })])).toEqual([undefined]);
    expect(kinds([crossing(0, { closedUnread: false })])).toEqual(['confirmed']);
    expect(kinds([crossing(1, { closedBy: 'client' })])).toEqual([undefined]);
    expect(kinds([crossing(1, { exchanges: [crossing(0).exchanges![1]!] })])).toEqual([undefined]);
  });

  it('is sent again within a second after the close, and the set-up of its connection', () => {
    const again = (at: number, more: Partial<MadeUpConnection> = {}, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection => ({
      at,
      exchanges: [{ start: at + ms(40), end: at + ms(60), method: 'POST', target: '/pay', ...exchange }],
      ...more,
    });
    const closed = seconds(5) + 1;
    const on = (second: MadeUpConnection) => retriedOn([crossing(1), second]);
    expect([closed + seconds(1), closed + seconds(1) + 1].map((at) => on(again(at)))).toEqual([1, undefined]);
    // Sent before the one that was lost: another request.
    expect([seconds(5) - ms(40) - 1, seconds(5) - ms(40)].map((at) => on(again(at)))).toEqual([undefined, 1]);
    expect(on(again(seconds(5), {}, { target: '/other' }))).toBeUndefined();
    expect(on(again(seconds(5), { server: '10.0.0.9:80' }))).toBeUndefined();
    expect(on(again(seconds(5), { http2: true }))).toBe(1);
    // The first of those that it may be.
    expect(retriedOn([crossing(1), again(seconds(5.5)), again(seconds(5.2))])).toBe(2);
    expect(retriedOn([crossing(1), again(seconds(5.2)), again(seconds(5.5))])).toBe(1);
    expect(
      retriedOn([
        crossing(1),
        again(seconds(1), {
          exchanges: [[seconds(1.1), seconds(1.2)], { start: seconds(5.1), end: seconds(5.2), method: 'POST', target: '/pay' }],
        }),
      ]),
    ).toBe(1);
  });
});

describe('a peer that is gone', () => {
  const probed = (unanswered: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection =>
    served({ ...more, rest: { probes: { client: unanswered, server: 0, acks: 0, unanswered, interval: seconds(1) } } });

  it('is told by two probes without an answer, where nobody closed or the close was a reset', () => {
    expect([0, 1, 2].map((count) => closeOf([probed(count)]))).toEqual(['open_at_end', 'open_at_end', 'peer_dead']);
    expect(closeOf([probed(2, { closed: seconds(9), closedWith: 'rst' })])).toBe('peer_dead');
    expect(closeOf([probed(2, { closed: seconds(9) })])).toBe('client_idle_limit');
    expect(closeOf([probed(2, { closed: seconds(9), closedBy: 'server' })])).toBe('server_idle_limit');
  });

  /** A request at 10 s on a connection that its server knows nothing of: a reset without ACK, so much later. */
  const forgotten = (after: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at: 0,
    exchanges: [[ms(40), ms(60)], { start: seconds(10), end: seconds(10), without: 'response' }],
    closed: seconds(10) + after,
    closedBy: 'server',
    closedWith: 'rst',
    closedUnaware: true,
    ...more,
  });

  it('answers a request within 250 ms or two round trips by a reset, or after it was sent again', () => {
    expect([0, ms(250), ms(250) + 1].map((after) => closeOf([forgotten(after)]))).toEqual(['peer_dead', 'peer_dead', 'reset']);
    const far = (after: number): MadeUpConnection =>
      forgotten(after, {
        handshake: ms(200),
        exchanges: [[ms(200), ms(300)], { start: seconds(10), end: seconds(10), without: 'response' }],
      });
    expect([ms(400), ms(400) + 1].map((after) => closeOf([far(after)]))).toEqual(['peer_dead', 'reset']);
    const again = forgotten(seconds(3), { rest: { tcpAnalysis: { retransmission: 1 } as NonNullable<Connection['tcpAnalysis']> } });
    expect(closeOf([again])).toBe('peer_dead');
  });

  it('was never there for one that had served nobody, or that knew the connection', () => {
    expect(closeOf([forgotten(ms(250), { closedUnaware: false })])).toBe('reset');
    expect(closeOf([forgotten(0, { exchanges: [{ start: seconds(10), end: seconds(10), without: 'response' }] })])).toBe('reset');
  });

  it('resets a probe', () => {
    const reset = { closed: seconds(9), closedBy: 'server', closedWith: 'rst', closedUnaware: true } as const;
    expect(closeOf([probed(1, reset)])).toBe('peer_dead');
    expect(closeOf([probed(0, reset)])).toBe('server_idle_limit');
  });

  /** A request at 10 s that is sent again and again; nothing comes back. */
  const unheard = (times: number, patience: number, more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
    at: 0,
    exchanges: [[ms(40), ms(60)], { start: seconds(10), end: seconds(10), without: 'response' }],
    lastHeard: [seconds(10) + patience, ms(61)],
    ...more,
    rest: { tcpAnalysis: { retransmission: times } as NonNullable<Connection['tcpAnalysis']>, ...more.rest },
  });

  it('hears nothing of a request that was sent again three times within a second and more', () => {
    expect([2, 3].map((times) => closeOf([unheard(times, seconds(1))]))).toEqual(['open_at_end', 'peer_dead']);
    expect([seconds(1) - 1, seconds(1)].map((patience) => closeOf([unheard(3, patience)]))).toEqual(['open_at_end', 'peer_dead']);
    expect(words([unheard(3, seconds(1))])).toBe('peer no longer answered');
    expect(closeOf([unheard(3, seconds(1), { lastHeard: [seconds(12), seconds(10)] })])).toBe('peer_dead');
    expect(closeOf([unheard(3, seconds(1), { lastHeard: [seconds(12), seconds(10) + 1] })])).toBe('open_at_end');
    expect(closeOf([unheard(3, seconds(1), { exchanges: [{ start: seconds(10), end: seconds(10), without: 'response' }] })])).toBe(
      'open_at_end',
    );
    expect(closeOf([unheard(3, seconds(1), { closed: seconds(20), closedBy: 'server' })])).toBe('unknown');
  });

  it('was forgotten on the way after four minutes of silence, as far as is known of anything', () => {
    const shortest = Math.min(...knownTimers.flatMap(({ role, value, verified }) => (role === 'network_idle' && verified ? [value!] : [])));
    expect(shortest).toBe(240);
    const silent = (after: number): MadeUpConnection => ({
      ...forgotten(0),
      exchanges: [[ms(40), ms(60)], { start: idle + after, end: idle + after, without: 'response' }],
      closed: idle + after,
    });
    expect([seconds(240) - 1, seconds(240)].map((after) => closeOf([silent(after)]))).toEqual(['peer_dead', 'nat_drop']);
    expect(words([silent(seconds(240))])).toBe('a NAT, firewall or load balancer dropped the silent flow (idle 240 s)');
  });
});
