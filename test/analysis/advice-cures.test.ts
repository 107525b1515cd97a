/** What is advised goes to whoever can change it: proxies that pass a client's name on, pools that are full, clients that leave responses unread, servers that stop. */

import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { type MadeUpConnection, type MadeUpExchange, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** One request of 20 ms, 40 ms after it opens; closed so long after its response. */
function single(at: number, idle: number, more: Partial<MadeUpConnection> = {}, exchange: Partial<MadeUpExchange> = {}): MadeUpConnection {
  const end = at + ms(60);
  return { at, authority: 'shop', exchanges: [{ start: at + ms(40), end, ...exchange }], closed: end + idle, closedBy: 'client', ...more };
}

const row = (count: number, make: (at: number, place: number) => MadeUpConnection, every = seconds(2)): MadeUpConnection[] =>
  Array.from({ length: count }, (_, place) => make(place * every, place));

const told = (list: readonly MadeUpConnection[]) => {
  const { advice, adviceMissing, origins } = analyse(madeUpTrace(list));
  return {
    advice: advice.map(({ setting, software, savesHandshakes }) => ({ setting, software, savesHandshakes })),
    adviceMissing,
    reason: origins[0]?.mainReason,
  };
};

describe('HTTP/1.0 with Connection: close', () => {
  const asked = (userAgent: string) =>
    row(4, (at) => single(at, 0, { closedBy: 'server' }, { version: '1.0', close: 'client', rest: { userAgent } }));

  it('is how nginx asks its upstreams, whose name it passes on', () => {
    const [advice] = analyse(madeUpTrace(asked('curl/7.88.1'))).advice;
    expect(advice).toMatchObject({ setting: 'send_no_close', software: 'nginx, by its requests', savesHandshakes: 3 });
    expect(advice!.directive).toContain('proxy_http_version 1.1; proxy_set_header Connection "";');
  });

  it('is what ApacheBench says where it is told to', () => {
    expect(told(asked('ApacheBench/2.3')).advice[0]!.software).toBe('ApacheBench 2.3');
  });
});

it('a client of which no line is known is named, so that two are told apart', () => {
  const asked = (userAgent: string, from: number) => row(3, (at) => single(from + at, 0, {}, { close: 'client', rest: { userAgent } }));
  const { advice } = analyse(
    madeUpTrace([...asked('shop-job/2', 0), ...asked('Wget/1.21.3', seconds(10)), ...asked('report-job/1', seconds(20))]),
  );
  expect(advice.map(({ directive, software, text }) => [/Connection: close(.*?): saves/.exec(text)?.[1], software ?? directive])).toEqual([
    ['', 'wget 1.21.3'],
    [' (shop-job/2)', 'keep connections: send no Connection: close'],
    [' (report-job/1)', 'keep connections: send no Connection: close'],
  ]);
});

it('programs that name themselves differently are not told to share their connections', () => {
  const both = (first: string, second: string) =>
    told(row(4, (at, place) => single(at, seconds(60), {}, { rest: { userAgent: place % 2 === 0 ? first : second } }))).advice;
  expect(both('curl/7.88.1', 'curl/7.88.1')).toMatchObject([{ setting: 'share_pool', savesHandshakes: 3 }]);
  expect(both('curl/7.88.1', 'python-requests/2.31')).toEqual([]);
});

describe('a client that closes at once', () => {
  const go = { rest: { userAgent: 'Go-http-client/1.1' } };
  /** Served at every beat; kept. */
  const kept: MadeUpConnection = {
    at: 0,
    authority: 'shop',
    exchanges: [ms(40), seconds(2), seconds(4), seconds(6)].map((start) => ({ start, end: start + ms(50), ...go })),
  };

  it('while it uses another again has a full pool', () => {
    const full = told([kept, ...row(4, (at) => single(at + ms(1), ms(1), {}, go))]);
    expect(full.advice).toEqual([{ setting: 'client_pool_size', software: 'Go net/http', savesHandshakes: 3 }]);
    expect(full.reason).toBe('client closes at once, though it keeps other connections');
  });

  it('and keeps none shares none', () => {
    const none = told(row(4, (at) => single(at, ms(1), {}, go)));
    expect(none.advice).toEqual([{ setting: 'share_pool', software: 'Go net/http', savesHandshakes: 3 }]);
    expect(none.reason).toBe('one request per connection; client closes at once');
  });

  it('by a reset does the same', () => {
    expect(told(row(4, (at) => single(at, ms(1), { closedWith: 'rst' }))).advice).toMatchObject([
      { setting: 'share_pool', savesHandshakes: 3 },
    ]);
    expect(told(row(4, (at) => single(at, ms(300), { closedWith: 'rst' }))).advice).toEqual([]);
  });

  it('within the response should read it, however it closes', () => {
    const unread = told(row(5, (at, place) => single(at, 0, { cutShort: true, closedWith: place % 2 === 0 ? 'rst' : 'fin' }, go)));
    expect(unread.advice).toEqual([{ setting: 'read_responses', software: 'Go net/http', savesHandshakes: 4 }]);
  });

  it('was told a time that leaves nothing: Node.js takes a second off, undici two', () => {
    const announced = (keepAliveTimeoutSeconds: number, userAgent?: string) =>
      told(
        row(22, (at) => single(at, ms(1), {}, { keepAliveTimeoutSeconds, ...(userAgent === undefined ? {} : { rest: { userAgent } }) })),
      );
    for (const { advice, reason } of [announced(1), announced(1, 'axios/1.7.2'), announced(2, 'node')]) {
      expect(advice).toMatchObject([{ setting: 'server_idle_timeout', savesHandshakes: 21 }]);
      expect(reason).toMatch(/^client closes at once, told timeout=[12]$/);
    }
    for (const { advice } of [announced(2), announced(1, 'curl/7.88.1'), announced(3, 'node')])
      expect(advice).toMatchObject([{ setting: 'share_pool', savesHandshakes: 21 }]);
  });

  it('some time after its response is not said to have closed at once', () => {
    expect(told(row(3, (at) => single(at, ms(146)))).reason).toBe('client closed 146 ms after the response');
  });
});

describe('closes that no timer explains', () => {
  /** Used again after `gap`, then closed after `idle`. */
  const twice = (at: number, gap: number, idle: number, closedBy: 'client' | 'server'): MadeUpConnection => {
    const again = at + ms(60) + gap;
    return {
      at,
      authority: 'shop',
      exchanges: [
        [at + ms(40), at + ms(60)],
        [again, again + ms(20)],
      ],
      closed: again + ms(20) + idle,
      closedBy,
    };
  };
  const restarts = [925, 589, 745, 620, 1900].map((idle, place) => twice(seconds(4 * place), ms(1200), ms(idle), 'server'));

  it('no longer idle limit is advised to a server that stops', () => {
    const { advice, adviceMissing } = told([
      ...restarts,
      ...row(25, (at) => twice(seconds(30) + at, ms(10), ms(600 + (at % 7) * 100), 'server'), seconds(3)),
    ]);
    expect(advice).toEqual([]);
    expect(adviceMissing).toEqual([
      'shop: the server closes idle connections after times that differ, as soon as after 589 ms: more than one limit, or restarts',
    ]);
  });

  it('a client that asks again after as long a time, and then closes, has ended: its pool is not shared', () => {
    expect(told(row(5, (at) => twice(at, seconds(1), seconds(1) - 1, 'client'), seconds(4))).advice).toMatchObject([
      { setting: 'share_pool' },
    ]);
    expect(told(row(22, (at) => twice(at, seconds(1), seconds(1.5), 'client'), seconds(4))).advice).toMatchObject([
      { setting: 'client_idle_timeout' },
    ]);
  });

  it('a server that says close after several requests has persistence on', () => {
    const stopped = row(3, (at) => ({
      ...twice(at, ms(10), 0, 'server'),
      exchanges: [[at + ms(40), at + ms(60)], { start: at + ms(70), end: at + ms(90), close: 'server' }],
      closed: at + ms(90),
    }));
    expect(told(stopped.slice(0, 2)).advice).toEqual([]);
  });
});
