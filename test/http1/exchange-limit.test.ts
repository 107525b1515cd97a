/** A capture with more exchanges than can be listed is read to its end, and says so. */

import { afterEach, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { isLowerBound } from '../../src/analysis/lower-bound.ts';
import { limits } from '../../src/limits.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { conversation, get, OK } from '../support/talk.ts';

const changeable = limits as { -readonly [name in keyof typeof limits]: number };
const usual = { ...limits };
afterEach(() => void Object.assign(changeable, usual));

it('lists those before it', () => {
  changeable.exchanges = 3;
  const talk = conversation().handshake();
  for (let n = 0; n < 4; n += 1) talk.client(get(`/${n}`) + get(`/${n}/b`)).server(OK + OK);
  const { trace } = talk;
  expect(trace.exchanges(0).map(({ target, status }) => [target, status])).toEqual([
    ['/0', 200],
    ['/0/b', 200],
    ['/1', 200],
  ]);
  expect(trace.notes).toMatchObject([{ code: 'exchange-limit', count: 5 }]);
  expect(isLowerBound(trace)).toBe(true);
});

it('a connection of which none is listed is one without requests', () => {
  changeable.exchanges = 0;
  const { trace } = conversation().handshake().client(get()).server(OK).close('server');
  expect([trace.columns.exchanges, trace.exchanges(0)]).toEqual([0, []]);
});

it.each(samples)('$name is read to its end whatever the limit, and its connections are the same', ({ bytes }) => {
  const whole = inspectBytes(bytes);
  const all = whole.columns.exchanges;
  for (const limit of [0, 1, all >> 1, all]) {
    changeable.exchanges = limit;
    const trace = inspectBytes(bytes);
    expect(trace.columns.exchanges).toBe(Math.min(limit, all));
    expect(trace.notes.some(({ code }) => code === 'exchange-limit')).toBe(limit < all);
    expect(trace.size).toBe(whole.size);
    for (let id = 0; id < trace.size; id += 1)
      expect(trace.connection(id)).toMatchObject({
        tcpStream: whole.connection(id).tcpStream,
        bytesServer: whole.connection(id).bytesServer,
      });
    expect(analyse(trace).totals.connections).toBe(whole.size);
  }
});
