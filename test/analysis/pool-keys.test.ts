/** Which connections share a pool: by client, server, TLS and name; by name or address alone; by what tells clients apart. */

import { describe, expect, it } from 'vitest';
import { type AnalyseOptions, analyse } from '../../src/analysis/index.ts';
import { type MadeUpConnection, madeUpTrace, milliseconds as ms, seconds } from '../support/made-up-trace.ts';

/** Asked once; the place in the list is the second at which it is opened. */
const connection =
  (more: Partial<MadeUpConnection> = {}, rest: { readonly userAgent?: string } = {}) =>
  (place: number): MadeUpConnection => ({
    at: seconds(place),
    authority: 'a',
    exchanges: [{ start: seconds(place) + ms(40), end: seconds(place) + ms(60), rest }],
    ...more,
  });
/** Connections that share a pool, in groups in the order of their first ones. */
function pools(made: readonly ((place: number) => MadeUpConnection)[], options: Partial<AnalyseOptions> = {}): number[][] {
  const { origins } = analyse(madeUpTrace(made.map((make, place) => make(place))), options);
  return origins.map(({ connections }) => [...connections]).toSorted(([a], [b]) => a! - b!);
}
const plain = connection();
const silent = connection({ exchanges: [] });

describe('a pool', () => {
  it('is of one client, one address and port of the server, one name, one network', () => {
    const list = [
      plain,
      connection({ client: '10.0.0.8' }),
      connection({ server: '10.0.0.9:80' }),
      connection({ server: '10.0.0.2:81' }),
      connection({ authority: 'b' }),
      connection({ linkTag: 7 }),
      plain,
    ];
    expect(pools(list)).toEqual([[0, 6], [1], [2], [3], [4], [5]]);
  });

  it('is with TLS or without it, and of one client certificate', () => {
    const tls = { tls: true, server: '10.0.0.2:80' };
    const list = [
      plain,
      connection(tls),
      connection({ ...tls, clientCertificate: 7 }),
      connection({ ...tls, clientCertificate: 9 }),
      connection({ ...tls, clientCertificate: 7 }),
      connection(tls),
    ];
    expect(pools(list)).toEqual([[0], [1, 5], [2, 4], [3]]);
  });

  it('of TLS without a name is apart from every named one', () => {
    const sealed = connection({ tls: true, exchanges: [], authority: undefined! });
    expect(pools([connection({ tls: true }), sealed, sealed, connection({ tls: true })])).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  it('has what carried nothing, where it is the only one there', () => {
    expect(pools([silent, plain, silent])).toEqual([[0, 1, 2]]);
    expect(pools([silent, plain, connection({ authority: 'b' }), silent])).toEqual([[0, 3], [1], [2]]);
    expect(pools([silent, silent])).toEqual([[0, 1]]);
    expect(pools([plain, connection({ exchanges: [], server: '10.0.0.9:80' }), connection({ exchanges: [], client: '10.0.0.8' })])).toEqual(
      [[0], [1], [2]],
    );
  });

  it('by host is of a name and port on any address; what has no name stays by its address', () => {
    const elsewhere = { server: '10.0.0.9:80' };
    expect(
      pools([plain, connection(elsewhere), connection({ ...elsewhere, authority: 'b' }), connection({ server: '10.0.0.9:81' })], {
        poolKey: 'host',
      }),
    ).toEqual([[0, 1], [2], [3]]);
    expect(pools([plain, connection({ tls: true, server: '10.0.0.9:80' })], { poolKey: 'host' })).toEqual([[0], [1]]);
    expect(pools([plain, connection({ client: '10.0.0.8' })], { poolKey: 'host' })).toEqual([[0], [1]]);
    const { authority: _, ...nameless } = connection()(0);
    const unnamed =
      (server: string) =>
      (place: number): MadeUpConnection => ({ ...nameless, server, at: seconds(place) });
    expect(pools([unnamed('10.0.0.2:80'), unnamed('10.0.0.9:80'), unnamed('10.0.0.2:80')], { poolKey: 'host' })).toEqual([[0, 2], [1]]);
  });

  it('by address is of all names there', () => {
    expect(pools([plain, connection({ authority: 'b' }), connection({ server: '10.0.0.9:80' })], { poolKey: 'ip' })).toEqual([[0, 1], [2]]);
  });
});

describe('clients at one address', () => {
  it('are told apart by what they call themselves, in the first request that says so', () => {
    const by = (userAgent?: string) => connection({}, userAgent === undefined ? {} : { userAgent });
    expect(pools([by('curl/8'), by('node'), by('curl/8'), by()])).toEqual([[0, 1, 2, 3]]);
    expect(pools([by('curl/8'), by('node'), by('curl/8'), by()], { splitClients: 'ua' })).toEqual([[0, 2], [1], [3]]);
    const later = (place: number): MadeUpConnection => ({
      ...plain(place),
      exchanges: [
        [seconds(place) + ms(40), seconds(place) + ms(50)],
        { start: seconds(place) + ms(60), end: seconds(place) + ms(70), rest: { userAgent: 'node' } },
      ],
    });
    expect(pools([by('node'), later], { splitClients: 'ua' })).toEqual([[0, 1]]);
  });

  it('are told apart by their ClientHello, or by their SYN', () => {
    const hello = (tlsClientFingerprint?: string) => connection({ tls: true, rest: { tlsClientFingerprint } });
    expect(pools([hello('x'), hello('y'), hello('x'), hello(), hello()], { splitClients: 'ja4' })).toEqual([[0, 2], [1], [3, 4]]);
    const syn = (synPrint: number) => connection({ synPrint });
    expect(pools([syn(1), syn(2), syn(1)], { splitClients: 'synfp' })).toEqual([[0, 2], [1]]);
  });
});
