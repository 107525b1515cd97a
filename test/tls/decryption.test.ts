/** With its keys, what is inside a connection comes out as it went in; with others, or none, nothing does. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type At, CLIENT, SERVER, type Side } from '../../src/stream.ts';
import { KeyLog, type TlsFacts, TlsSession } from '../../src/tls/index.ts';
import { type Sent, type Talk, talk } from './talk.ts';

const asks = ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'second'];
const answer = 'an answer '.repeat(3000);

/** A server that a client of today would refuse is spoken to all the same. */
const weak = '@SECLEVEL=0';
const suites = {
  'TLS 1.3, AES-GCM': {},
  'TLS 1.3, ChaCha20': { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' },
  'TLS 1.3, CCM': { ciphers: 'TLS_AES_128_CCM_SHA256' },
  'TLS 1.2, AES-256-GCM': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' },
  'TLS 1.2, ChaCha20': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-CHACHA20-POLY1305' },
  'TLS 1.2, Camellia': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-CAMELLIA128-SHA256' },
  'TLS 1.2, ARIA': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ARIA256-GCM-SHA384' },
  'TLS 1.2, CCM': { maxVersion: 'TLSv1.2', ciphers: 'AES128-CCM8:@SECLEVEL=0' },
  'TLS 1.2, CBC, the MAC outside': { maxVersion: 'TLSv1.2', ciphers: `ECDHE-RSA-AES128-SHA256:${weak}` },
  'TLS 1.1, CBC': { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: `AES256-SHA:${weak}` },
  'TLS 1.0, CBC': { maxVersion: 'TLSv1', minVersion: 'TLSv1', ciphers: `AES128-SHA:${weak}` },
} as const;

const talks = new Map<string, Talk>();
for (const [name, options] of Object.entries(suites)) {
  const { ciphers } = options as { ciphers?: string };
  talks.set(name, await talk({ client: options, server: { minVersion: 'TLSv1', ...(ciphers ? { ciphers } : {}) }, asks, answer }));
}

interface Opened {
  readonly facts: TlsFacts;
  readonly text: readonly [string, string];
  readonly gaps: number;
}

function open(sent: readonly (Sent & { readonly lost?: number })[], keyLog: string, piece: number = Number.POSITIVE_INFINITY): Opened {
  const text: [string, string] = ['', ''];
  let gaps = 0;
  const keys = new KeyLog();
  keys.add(keyLog);
  const plaintext = {
    data(side: Side, buffer: Uint8Array, start: number, end: number) {
      text[side] += Buffer.from(buffer.subarray(start, end)).toString('latin1');
    },
    gap() {
      gaps += 1;
    },
    end() {},
  };
  const session = new TlsSession({ note() {}, serverName() {}, keys, plaintext: () => plaintext }, 0);
  sent.forEach(({ side, bytes, lost }, i) => {
    const at: At = { frame: i + 1, time: i };
    if (lost !== undefined) return session.gap(side, lost, at);
    for (let from = 0; from < bytes.length; from += piece) {
      const part = bytes.slice(from, from + piece);
      session.data(side, part, 0, part.length, at);
      part.fill(0xee);
    }
  });
  const at: At = { frame: 0, time: 0 };
  session.end(CLIENT, 'fin', at);
  session.end(SERVER, 'fin', at);
  return { facts: session.facts, text, gaps };
}

describe.each([...talks])('%s', (_, { sent, keyLog }) => {
  it('is read', () => {
    const { facts, text } = open(sent, keyLog);
    expect([facts.isDecrypted, facts.notDecryptedWhy]).toEqual([true, undefined]);
    expect(text[CLIENT]).toBe(asks.join(''));
    expect(text[SERVER]).toMatch(/^(an answer ){6000}$/);
    expect([facts.closedByClient, facts.closedByServer]).toEqual([true, true]);
  });

  it('is read in pieces of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (piece) => {
        expect(open(sent, keyLog, piece)).toEqual(open(sent, keyLog));
      }),
      { numRuns: 15 },
    );
  });

  it('is not read with one digit of the keys changed, and says so', () => {
    const wrong = keyLog.replace(/([0-9a-f])(?=\n|$)/gm, (digit) => (digit === '0' ? '1' : '0'));
    const { facts, text } = open(sent, wrong);
    expect(text).toEqual(['', '']);
    expect([facts.isDecrypted, facts.notDecryptedWhy]).toEqual([false, 'wrong key: a record is not authentic']);
  });

  it('is not read with the keys of another', () => {
    const { facts, text } = open(sent, keyLog.replace(/ [0-9a-f]{64} /g, ` ${'ab'.repeat(32)} `));
    expect(text).toEqual(['', '']);
    expect([facts.isDecrypted, facts.notDecryptedWhy]).toEqual([false, 'no key']);
  });

  it('has the same facts as without keys', () => {
    const { isDecrypted, notDecryptedWhy, protocol, certificateNames, ...facts } = open(sent, keyLog).facts;
    expect(open(sent, '').facts).toMatchObject(facts);
  });
});

describe('damage', () => {
  const { sent, keyLog } = talks.get('TLS 1.3, AES-GCM')!;
  const data = sent.findLastIndex(({ side, bytes }) => side === SERVER && bytes.length > 10_000);

  it('a record with bytes missing is a gap, what follows is read', () => {
    const { bytes } = sent[data]!;
    const cut = [
      ...sent.slice(0, data),
      { side: SERVER, bytes: bytes.slice(0, 100) },
      { side: SERVER, bytes: new Uint8Array(0), lost: 50 },
      { side: SERVER, bytes: bytes.slice(150) },
      ...sent.slice(data + 1),
    ] as const;
    const { text, gaps, facts } = open(cut, keyLog);
    expect(gaps).toBe(1);
    expect(text[SERVER].length).toBeGreaterThan(20_000);
    expect([facts.isDecrypted, facts.notDecryptedWhy]).toEqual([true, undefined]);
  });

  it('a record that was changed ends it', () => {
    const changed = sent.map(({ side, bytes }, i) => ({
      side,
      bytes: i === data ? bytes.map((byte, at) => (at === 50 ? byte ^ 1 : byte)) : bytes,
    }));
    expect(open(changed, keyLog).facts.notDecryptedWhy).toBe('wrong key: a record is not authentic');
  });
});

describe('a key log', () => {
  it('takes every kind of line, and counts those that say nothing', () => {
    const keys = new KeyLog();
    const random = Uint8Array.from({ length: 32 }, (_, i) => i);
    const hex = Buffer.from(random).toString('hex');
    keys.add(
      [
        '# a comment\r',
        '',
        `CLIENT_RANDOM ${hex.toUpperCase()} ${'AB'.repeat(48)}\r`,
        `SERVER_TRAFFIC_SECRET_0 ${hex} ${'cd'.repeat(32)}`,
        `RSA Session-ID:0102 Master-Key:${'ef'.repeat(48)}`,
        'CLIENT_RANDOM zz yy',
        `CLIENT_RANDOM ${'00'.repeat(32)} 1`,
        '\xff\xfe\0',
        'x'.repeat(1_000_000),
      ].join('\n'),
    );
    expect(keys.find('master', random)).toEqual(new Uint8Array(48).fill(0xab));
    expect(keys.find('SERVER_TRAFFIC_SECRET_0', random)).toEqual(new Uint8Array(32).fill(0xcd));
    expect(keys.findSession(Uint8Array.of(1, 2))).toEqual(new Uint8Array(48).fill(0xef));
    expect(keys.ignored).toBe(4);
    expect(keys.isEmpty).toBe(false);
  });
});
