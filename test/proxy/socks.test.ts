/** SOCKS: what a client asks a proxy for is no HTTP, what comes behind the yes may be; at every cut, and refused. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { isSocks } from '../../src/proxy/index.ts';
import { second } from '../../src/time.ts';
import { conversation, get, OK, traceOf } from '../support/talk.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex');
/** A side and its bytes. */
type Said = readonly ['client' | 'server', Buffer];

const name = `0c ${Buffer.from('shop.example').toString('hex')}`;
const conversations: readonly (readonly [string, readonly Said[], string, string])[] = [
  [
    'version 5, a name',
    [
      ['client', hex('05 01 00')],
      ['server', hex('05 00')],
      ['client', hex(`05 01 00 03 ${name} 0050`)],
      ['server', hex('05 00 00 01 00000000 0000')],
    ],
    'socks5',
    'shop.example:80',
  ],
  [
    'version 5, an IPv6 address, the answer with a name',
    [
      ['client', hex('05 03 00 01 02')],
      ['server', hex('05 00')],
      ['client', hex('05 01 00 04 20010db8000000000000000000000001 01bb')],
      ['server', hex(`05 00 00 03 ${name} 0050`)],
    ],
    'socks5',
    '[2001:db8::1]:443',
  ],
  [
    'version 5, with a password',
    [
      ['client', hex('05 01 02')],
      ['server', hex('05 02')],
      ['client', hex('01 02 6d65 03 707764')],
      ['server', hex('01 00')],
      ['client', hex('05 01 00 01 c0000207 0050')],
      ['server', hex('05 00 00 01 00000000 0000')],
    ],
    'socks5',
    '192.0.2.7:80',
  ],
  [
    'version 4',
    [
      ['client', hex('04 01 0050 c0000207 6d65 00')],
      ['server', hex('00 5a 0000 00000000')],
    ],
    'socks4',
    '192.0.2.7:80',
  ],
];

const talkOf = (said: readonly Said[], cut = Number.POSITIVE_INFINITY) => {
  const talk = conversation().handshake();
  let at = 0;
  for (const [side, bytes] of said) {
    const place = Math.max(0, Math.min(bytes.length, cut - at));
    if (place > 0) talk[side](bytes.subarray(0, place));
    if (place < bytes.length) talk[side](bytes.subarray(place));
    at += bytes.length;
  }
  return talk;
};

describe.each(conversations)('%s', (_, said, kind, target) => {
  it('is granted, and HTTP behind it is read, wherever it is cut', () => {
    const whole: readonly Said[] = [...said, ['client', Buffer.from(get('/x'))], ['server', Buffer.from(OK)]];
    const length = whole.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    for (let cut = 1; cut <= length; cut += 1) {
      const { trace } = talkOf(whole, cut);
      expect(trace.connection(0), `cut at ${cut}`).toMatchObject({
        protocol: 'http/1.1',
        requests: 1,
        responses: 1,
        proxy: { kind, target },
      });
      expect(trace.notes).toEqual([]);
      expect(trace.connection(0).setupRoundTrips).toBe(1 + said.filter(([side]) => side === 'server').length);
    }
  });

  it('is refused', () => {
    const last = Buffer.from(said.at(-1)![1]);
    last[1] = 0x5b;
    const { connection } = talkOf([...said.slice(0, -1), ['server', last], ['client', Buffer.from(get())]]);
    expect(connection).toMatchObject({ protocol: 'unknown', requests: 0 });
    expect(connection.proxy).toBeUndefined();
  });

  it('a client that does not wait for the yes is read behind it', () => {
    const [last, ...before] = [...said].reverse() as [Said, ...Said[]];
    const hasty: readonly Said[] = [...before.reverse(), ['client', Buffer.from(get('/x'))], last, ['server', Buffer.from(OK)]];
    expect(talkOf(hasty).exchanges).toMatchObject([{ target: '/x', status: 200 }]);
  });

  it('a part that is not in the capture: what comes behind is looked at', () => {
    const talk = conversation().handshake();
    for (const [side, bytes] of said.slice(0, -1)) talk[side](bytes);
    const { connection } = talk.server(said.at(-1)![1], { lost: true }).client(get('/x')).client(get('/y')).server(OK).server(OK);
    expect(connection).toMatchObject({ protocol: 'http/1.1', requests: 2 });
  });
});

it('what else begins like it is left alone', () => {
  expect(isSocks(hex('05 00'))).toBe('no');
  expect(isSocks(hex('05 01 00 00'))).toBe('no');
  expect(isSocks(hex('05 00 0b 03 10000000'))).toBe('no');
  expect(isSocks(hex('04 02 0050 c0000207 00'))).toBe('no');
  expect(isSocks(hex('04'))).toBe('more');
  expect(isSocks(Buffer.from(get()))).toBe('no');
});

it('no bytes make it throw, wait for ever or keep much', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('client' as const, 'server' as const), fc.uint8Array({ minLength: 1, maxLength: 40 }))),
      (said) => {
        const talk = conversation().handshake().client(hex('05 01 00'));
        for (const [side, bytes] of said) talk[side](bytes);
        expect(talk.trace.size).toBe(1);
      },
    ),
    { numRuns: 500 },
  );
  const endless = conversation().handshake().client(hex('05 01 00'));
  for (let i = 0; i < 100; i += 1) endless.client('x'.repeat(1000));
  expect(endless.connection.protocol).toBe('unknown');
});

it('a TLS connection without a name belongs to what the proxy was asked for', () => {
  const hello = hex(`16 0301 002f 01 00002b 0303 ${'07'.repeat(32)} 00 0002 1301 01 00 0000`);
  const talks = ['0a000007', '0a000008', '0a000007'].map((address, index) => {
    const talk = conversation({ client: { address: '10.0.0.1', port: 40_000 + index }, start: index * second }).handshake();
    talk
      .client(hex('05 01 00'))
      .server(hex('05 00'))
      .client(hex(`05 01 00 01 ${address} 01bb`));
    return talk.server(hex('05 00 00 01 00000000 0000')).client(hello);
  });
  const { origins } = analyse(traceOf(talks.flatMap(({ segments }) => segments)));
  expect(origins.map(({ authority, tls, connections }) => [authority, tls, connections])).toEqual([
    ['10.0.0.7:443', true, [0, 2]],
    ['10.0.0.8:443', true, [1]],
  ]);
});
