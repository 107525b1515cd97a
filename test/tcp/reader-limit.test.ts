/** More open connections than can be read at once, and more TLS connections than are described: read to the end, and said. */

import { afterEach, describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { isLowerBound } from '../../src/analysis/lower-bound.ts';
import { limits } from '../../src/limits.ts';
import { second } from '../../src/time.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';

const changeable = limits as { -readonly [name in keyof typeof limits]: number };
const usual = { ...limits };
afterEach(() => void Object.assign(changeable, usual));

/** Asks once, and once more after so long; begins in the given second. */
const talk = (n: number, pause: number, closes = false) => {
  const made = conversation({ client: { address: '10.0.0.1', port: 4000 + n }, start: n * second })
    .handshake()
    .client(get(`/${n}`))
    .server(OK)
    .pause(pause * second)
    .client(get(`/${n}/again`))
    .server(OK);
  return (closes ? made.close('client') : made).segments;
};
const merged = (...talks: readonly (typeof talk extends (...args: never) => infer R ? R : never)[]) =>
  traceOf(talks.flat().sort((a, b) => a.time - b.time));

describe('open connections', () => {
  test('of more than can be read the idlest is read no further', () => {
    changeable.readers = 2;
    const trace = merged(talk(0, 20), talk(1, 0.5), talk(2, 0.5));
    expect([0, 1, 2].map((id) => trace.exchanges(id).map(({ target, status }) => [target, status]))).toEqual([
      [['/0', 200]],
      [
        ['/1', 200],
        ['/1/again', 200],
      ],
      [
        ['/2', 200],
        ['/2/again', 200],
      ],
    ]);
    expect(trace.notes).toMatchObject([{ code: 'reader-limit', count: 1 }]);
    expect(trace.connection(0).notes).toEqual(['reader-limit']);
    const { seen, delivered, givenUp } = trace.accounting.payload;
    expect(givenUp).toEqual({ unread: get('/0/again').length + OK.length });
    expect(seen).toBe(delivered + givenUp.unread!);
    expect(isLowerBound(trace)).toBe(true);
    analyse(trace);
  });

  test('those that were closed make room', () => {
    changeable.readers = 1;
    const trace = merged(talk(0, 0.1, true), talk(1, 0.1, true), talk(2, 0.1, true));
    expect([0, 1, 2].map((id) => trace.exchanges(id).length)).toEqual([2, 2, 2]);
    expect([trace.notes, isLowerBound(trace)]).toEqual([[], false]);
  });

  test('one that says nothing more loses nothing', () => {
    changeable.readers = 1;
    const trace = merged(talk(0, 0.1), talk(1, 0.1));
    expect([0, 1].map((id) => trace.exchanges(id).length)).toEqual([2, 2]);
    expect(trace.accounting.payload.givenUp).toEqual({});
  });
});

describe.each(samples)('$name', ({ bytes }) => {
  test.each([1, 2])('with %i readers all bytes are accounted for', (readers) => {
    changeable.readers = readers;
    const trace = inspectBytes(bytes);
    const { seen, delivered, duplicate, conflicting, givenUp } = trace.accounting.payload;
    expect(seen).toBe(delivered + duplicate + conflicting + Object.values(givenUp).reduce((sum, each) => sum + each, 0));
    analyse(trace);
  });

  test('TLS beyond the limit has its name and nothing that is not known', () => {
    const whole = inspectBytes(bytes);
    changeable.tls = 1;
    const trace = inspectBytes(bytes);
    const described = Array.from({ length: whole.size }, (_, id) => id).filter((id) => whole.columns.encrypted(id));
    for (const [place, id] of described.entries()) {
      const [was, is] = [whole.connection(id), trace.connection(id)];
      expect([is.serverName, is.protocol, is.closedBy, is.requests]).toEqual([was.serverName, was.protocol, was.closedBy, was.requests]);
      if (place === 0) expect(is.tls).toEqual(was.tls);
      else expect([is.tlsVersion, is.tlsHandshake, is.requestsEstimated]).toEqual([undefined, undefined, undefined]);
    }
    expect(trace.notes.find(({ code }) => code === 'tls-limit')?.count ?? 0).toBe(Math.max(0, described.length - 1));
    expect(isLowerBound(trace)).toBe(isLowerBound(whole) || described.length > 1);
    analyse(trace);
  });
});
