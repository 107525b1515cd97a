/** What is known of the inside of TLS without keys: the hosts of the certificate, how many requests there may have been. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT, SERVER } from '../../src/stream.ts';
import { certificateNames, identityOf } from '../../src/tls/certificate-names.ts';
import { RecordGaps } from '../../src/tls/record-gaps.ts';
import { RequestCounter } from '../../src/tls/request-estimate.ts';
import { certificate as ownCertificate, key as ownKey } from './certificate.ts';
import { read, talk } from './talk.ts';

/** Names shop.test, *.cdn.test, and an address. */
const certificate = Buffer.from(
  'MIIBpzCCAU2gAwIBAgIULn0hfcFjtzothhrW47i/77kG/WwwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJc2hvcC50ZXN0MCAXDTI2' +
    'MTEyMzA4NDEyM1oYDzIxMjYxMDMwMDg0MTIzWjAUMRIwEAYDVQQDDAlzaG9wLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC' +
    'AASHYpHVFW7111nPhfBTTT/w5OgFeEyhWhLSBUXG9Clx7qoB1jQYl0P0jLYEJCsMbeoZ3Ycl9+TkElA9tc2nPe/Qo3sweTAdBgNV' +
    'HQ4EFgQUqub2CmLrESkeNbo+wsSg1/JRXXQwHwYDVR0jBBgwFoAUqub2CmLrESkeNbo+wsSg1/JRXXQwDwYDVR0TAQH/BAUwAwEB' +
    '/zAmBgNVHREEHzAdgglzaG9wLnRlc3SCCiouY2RuLnRlc3SHBAoAAAIwCgYIKoZIzj0EAwIDSAAwRQIhAMgEt1Wgv7596kGOmLQ/' +
    'fAMZyZCms+wF2TnoNBU74HAUAiBaEfEkvMYZLBnzfVOfiW/5I41zY5HFGNjJMylwaDvUkw==',
  'base64',
);
const length = (value: number): number[] => [value >> 16, (value >> 8) & 255, value & 255];
const message = (der: Uint8Array): number[] => [...length(der.length + 3), ...length(der.length), ...der];
const namesOf = (bytes: readonly number[], isModern = false): readonly string[] =>
  certificateNames(Uint8Array.from(bytes), 0, bytes.length, isModern);

describe('the hosts of a certificate', () => {
  it('are the DNS names of subjectAltName, in both forms of the message', () => {
    expect(namesOf(message(certificate))).toEqual(['shop.test', '*.cdn.test']);
    expect(namesOf([0, ...message(certificate)], true)).toEqual(['shop.test', '*.cdn.test']);
  });

  it('are none where it is cut or its lengths lie, and nothing is thrown', () => {
    expect(namesOf([])).toEqual([]);
    expect(namesOf(message(certificate).slice(0, 200))).toEqual([]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(certificate.length - 49), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.uint8Array({ minLength: 48, maxLength: 48 }),
        (changes, signature) => {
          const der = Uint8Array.from(certificate);
          for (const [at, byte] of changes) der[at] = byte;
          // What was read before is known again by its signature.
          der.set(signature, der.length - 48);
          expect(namesOf(message(der)).length).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  it('are seen in TLS 1.2, and secret in TLS 1.3', async () => {
    const san = await talk({ client: { maxVersion: 'TLSv1.2' } });
    // The certificate of these tests has no such names: seen, and empty.
    expect(read(san.sent).facts.certificateNames).toEqual([]);
    expect(read((await talk()).sent).facts.certificateNames).toBeUndefined();
  });
});

describe("a client's certificate", () => {
  const own = { cert: ownCertificate, key: ownKey };
  const asking = { requestCert: true };

  it('is known by a number that is its own, and none where nobody shows one', async () => {
    const show = async (client: object): Promise<number> =>
      read((await talk({ client: { maxVersion: 'TLSv1.2', ...client }, server: asking })).sent).facts.clientCertificate;
    const shown = await show(own);
    expect(shown).not.toBe(0);
    expect(await show(own)).toBe(shown);
    expect(await show({})).toBe(0);
  });

  it('is told from another by every byte', () => {
    const list = [0, 0, 5, 0, 0, 2, 7, 8];
    expect(identityOf(Uint8Array.from(list), 0, 8, false)).not.toBe(identityOf(Uint8Array.from([...list.slice(0, 7), 9]), 0, 8, false));
    expect(identityOf(Uint8Array.from([0, ...list]), 0, 9, true)).toBe(identityOf(Uint8Array.from(list), 0, 8, false));
    expect(identityOf(Uint8Array.from([0, 0, 0]), 0, 3, false)).toBe(0);
    expect(identityOf(Uint8Array.from([0, 0, 0, 0]), 0, 4, true)).toBe(0);
  });
});

describe('requests inside', () => {
  const ask = 'GET / HTTP/1.1\r\nHost: warm.test\r\n\r\n';
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789`;

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('are counted by turns with HTTP/1 in %s', async (maxVersion) => {
    const { sent } = await talk({ client: { maxVersion, ALPNProtocols: ['http/1.1'] }, asks: new Array<string>(7).fill(ask), answer });
    expect(read(sent).facts.estimate()).toEqual({ requests: 7, low: 6, high: 7 });
  });

  it('are none where the protocol inside is none of HTTP', async () => {
    const { sent } = await talk({ client: { ALPNProtocols: ['imap'] } });
    expect(read(sent).facts.estimate()).toBeUndefined();
  });

  const count = (isHttp2: boolean, ...records: readonly (readonly [side: 0 | 1, contents: number])[]): unknown => {
    const counter = new RequestCounter();
    for (const [side, contents] of records) counter.record(side, contents);
    const found = counter.estimate(isHttp2);
    return found && [found.low, found.requests, found.high];
  };

  it('nothing sent, nothing estimated', () => {
    expect(count(true)).toBeUndefined();
    expect(count(false, [SERVER, 100])).toBeUndefined();
  });

  it('an interim response is no answer; a body goes on in the next record', () => {
    expect(count(false, [CLIENT, 150], [SERVER, 25], [CLIENT, 16_384], [CLIENT, 900], [SERVER, 200])).toEqual([1, 1, 2]);
  });

  it('with HTTP/2 the preface is none, control frames are none, a record may hold several', () => {
    const h2 = [
      [CLIENT, 64],
      [SERVER, 40],
      [CLIENT, 9],
      [CLIENT, 80],
      [CLIENT, 33],
      [SERVER, 500],
      [CLIENT, 13],
      [CLIENT, 32],
    ] as const;
    expect(count(true, ...h2)).toEqual([2, 3, 4 + 5 + 2 + 2]);
  });
});

describe('idle times between records that cannot be read', () => {
  const gaps = (...records: readonly (readonly [side: 0 | 1, contents: number, time: number])[]): unknown => {
    const found = new RecordGaps();
    for (const [side, contents, time] of records) found.record(side, contents, time);
    return [found.longest, found.total, found.last];
  };

  it('from the last word of the server to the next of the client', () => {
    expect(gaps([CLIENT, 100, 5], [SERVER, 500, 10], [SERVER, 500, 12], [CLIENT, 100, 42], [SERVER, 90, 50], [CLIENT, 90, 60])).toEqual([
      30, 40, 60,
    ]);
  });

  it('tickets before the first request, control frames of HTTP/2 and alerts are no use of it', () => {
    expect(gaps([SERVER, 200, 1], [CLIENT, 100, 9])).toEqual([undefined, undefined, 9]);
    const pings = [
      [CLIENT, 17, 45],
      [SERVER, 17, 46],
      [CLIENT, 13, 47],
      [SERVER, 9, 48],
      [CLIENT, 2, 49],
    ] as const;
    expect(gaps([CLIENT, 100, 1], [SERVER, 500, 10], ...pings)).toEqual([undefined, undefined, 10]);
    expect(gaps([CLIENT, 100, 1], [SERVER, 500, 10], ...pings, [CLIENT, 100, 70])).toEqual([60, 60, 70]);
  });
});
