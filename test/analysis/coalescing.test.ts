/** Requests that an open connection under another name could have carried. */

import { describe, expect, it } from 'vitest';
import { covers } from '../../src/analysis/coalescing.ts';
import { analyse } from '../../src/analysis/index.ts';
import { second } from '../../src/time.ts';
import { type MadeUpConnection, madeUpTrace } from '../support/made-up-trace.ts';

const summary = {
  began: undefined,
  protocolsOffered: 'h2',
  isRetried: false,
  isFalseStart: false,
  isEncryptedHello: false,
  after: undefined,
  alert: undefined,
  closedByClient: false,
  closedByServer: false,
};
const to = (authority: string, at: number, names?: readonly string[], more: Partial<MadeUpConnection> = {}): MadeUpConnection => ({
  authority,
  at: at * second,
  tls: true,
  http2: true,
  exchanges: [[(at + 1) * second, (at + 2) * second]],
  rest: { tls: { ...summary, certificateNames: names } },
  ...more,
});
const found = (...list: readonly MadeUpConnection[]): unknown[] => {
  const analysis = analyse(madeUpTrace(list));
  return list.map((_, each) => analysis.verdict(each).coalescable).map((match) => match && [match.with, match.ground]);
};

describe('missed coalescing', () => {
  const both = ['a.test', '*.b.test'];

  it('where the certificate of an open connection covers the name', () => {
    expect(found(to('a.test', 0, both), to('www.b.test', 5, both))).toEqual([undefined, [0, 'certificate']]);
  });

  it('where the certificate is secret and the address the same', () => {
    expect(found(to('a.test', 0), to('c.test', 5))).toEqual([undefined, [0, 'address']]);
  });

  it('also where a resumed session shows no certificate: it is the one from before', () => {
    expect(found(to('a.test', 0, both, { closed: 3 * second }), to('a.test', 4), to('x.b.test', 5))).toEqual([
      undefined,
      undefined,
      [1, 'certificate'],
    ]);
  });

  it('of several open ones by that whose certificate covers it, else by the first', () => {
    expect(found(to('a.test', 0), to('d.test', 1, both), to('www.b.test', 5))).toEqual([undefined, [0, 'address'], [1, 'certificate']]);
    expect(found(to('a.test', 0, undefined, { http2: false }), to('c.test', 1), to('d.test', 2), to('e.test', 5)).at(-1)).toEqual([
      1,
      'address',
    ]);
  });

  it('of the last thirty-two that were opened', () => {
    const others = (count: number): MadeUpConnection[] => Array.from({ length: count }, (_, place) => to(`o${place}.x`, 1, ['o.x']));
    expect([31, 32].map((count) => found(to('a.test', 0, both), ...others(count), to('www.b.test', 5, both)).at(-1))).toEqual([
      [0, 'certificate'],
      undefined,
    ]);
  });

  it('until it is closed', () => {
    expect(found(to('a.test', 0, both, { closed: 5 * second + 1 }), to('www.b.test', 5, both))[1]).toEqual([0, 'certificate']);
    expect(found(to('a.test', 0, both, { closed: 5 * second }), to('www.b.test', 5, both))[1]).toBeUndefined();
  });

  it.each([
    [
      'the other client is another program',
      [to('a.test', 0, both, { rest: { tlsClientFingerprint: 'x' } }), to('www.b.test', 5, both, { rest: { tlsClientFingerprint: 'y' } })],
    ],
    ['it was never established', [to('a.test', 0, both), to('www.b.test', 5, both, { established: false, exchanges: [] })]],
    ['the certificate does not cover it', [to('a.test', 0, both), to('c.test', 5, both)]],
    ['the other was closed', [to('a.test', 0, both, { closed: 3 * second }), to('www.b.test', 5)]],
    ['the other cannot multiplex', [to('a.test', 0, both, { http2: false }), to('www.b.test', 5)]],
    ['the address differs', [to('a.test', 0, both), to('www.b.test', 5, both, { server: '10.0.0.3:443' })]],
    ['the client differs', [to('a.test', 0, both), to('www.b.test', 5, both, { client: '10.0.0.9' })]],
    ['it is the same name: plain reuse', [to('a.test', 0, both), to('a.test', 5, both)]],
    ['it is not TLS', [to('a.test', 0, both), to('www.b.test', 5, undefined, { tls: false })]],
  ])('not where %s', (_, list) => expect(found(...list)).toEqual(list.map(() => undefined)));
});

describe('covers', () => {
  it.each([
    ['a.test', 'A.test', true],
    ['*.a.test', 'www.a.test:8443', true],
    ['*.a.test', 'a.test', false],
    ['*.a.test', 'x.www.a.test', false],
    ['*.a.test', '.a.test', false],
  ])('%s, %s: %s', (pattern, host, expected) => expect(covers(pattern, host)).toBe(expected));
});
