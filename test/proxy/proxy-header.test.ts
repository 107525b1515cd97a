/** The PROXY protocol: whose connection a load balancer passes on, at every cut, and what is not well formed. */

import { describe, expect, it } from 'vitest';
import { addressBytes } from '../../src/address.ts';
import { analyse } from '../../src/analysis/index.ts';
import { isProxyHeader } from '../../src/proxy/index.ts';
import { second } from '../../src/time.ts';
import type { Trace } from '../../src/trace/index.ts';
import { conversation, get, OK, type Talk, traceOf } from '../support/talk.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const bytes = (hex: string): Buffer => Buffer.from(SIGNATURE + hex.replace(/\s+/g, ''), 'hex');
const four = 'c0000207 c6336401 dc04 01bb';
const six = '20010db8000000000000000000000007 20010db8000000000000000000000001 dc04 01bb';

/** The header, a request, both in pieces that end at `cuts`, and an answer. */
function traceBehind(header: string | Uint8Array, cuts: readonly number[] = []): Trace {
  const said = Buffer.concat([typeof header === 'string' ? Buffer.from(header, 'latin1') : header, Buffer.from(get('/x'))]);
  const talk = conversation().handshake();
  let from = 0;
  for (const cut of [...cuts, said.length]) {
    talk.client(said.subarray(from, cut));
    from = cut;
  }
  return talk.server(OK).trace;
}

describe.each<[string, string | Uint8Array, { address: string; port: number } | undefined]>([
  ['version 1, IPv4', 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n', { address: '192.0.2.7', port: 56_324 }],
  ['version 1, IPv6', 'PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n', { address: '2001:db8::7', port: 56_324 }],
  ['version 1, unknown', 'PROXY UNKNOWN\r\n', undefined],
  ['version 1, unknown with more', `PROXY UNKNOWN ${'f'.repeat(80)}\r\n`, undefined],
  ['version 2, IPv4', bytes(`21 11 000c ${four}`), { address: '192.0.2.7', port: 56_324 }],
  ['version 2, IPv6', bytes(`21 21 0024 ${six}`), { address: '2001:db8::7', port: 56_324 }],
  ['version 2, with 300 bytes of extras', bytes(`21 11 0138 ${four} ${'ee'.repeat(300)}`), { address: '192.0.2.7', port: 56_324 }],
  ['version 2, a health check of its own', bytes('20 00 0000'), undefined],
  ['version 2, over a Unix socket', bytes(`21 31 00d8 ${'61'.repeat(216)}`), undefined],
])('%s', (_, header, client) => {
  it('is read, and HTTP behind it', () => {
    const trace = traceBehind(header);
    expect(trace.connection(0)).toMatchObject({ protocol: 'http/1.1', requests: 1, responses: 1 });
    expect(trace.connection(0).proxiedClient).toEqual(client);
    expect(trace.exchanges(0)).toMatchObject([{ target: '/x', requestBytes: get('/x').length }]);
    expect(trace.notes).toEqual([]);
  });

  it('wherever it is cut', () => {
    for (let cut = 1; cut <= header.length; cut += header.length > 100 ? 7 : 1) {
      const trace = traceBehind(header, [cut]);
      expect(trace.connection(0).proxiedClient, `cut at ${cut}`).toEqual(client);
      expect(trace.exchanges(0), `cut at ${cut}`).toMatchObject([{ target: '/x', status: 200 }]);
    }
    const everywhere = Array.from({ length: header.length + get('/x').length - 1 }, (__, at) => at + 1);
    const { requests, proxiedClient } = traceBehind(header, everywhere).connection(0);
    expect({ requests, proxiedClient }).toEqual({ requests: 1, proxiedClient: client });
  });
});

describe('what is not well formed is noted, and what follows is read', () => {
  it.each<[string, string | Uint8Array]>([
    ['an address that is none', 'PROXY TCP4 192.0.2.777 198.51.100.1 56324 443\r\n'],
    ['a port that is none', 'PROXY TCP4 192.0.2.7 198.51.100.1 96324 443\r\n'],
    ['a part that is missing', 'PROXY TCP4 192.0.2.7\r\n'],
    ['version 3', bytes('31 11 000c c0000207 c6336401 dc04 01bb')],
    ['too few bytes for two addresses', bytes('21 11 0004 c0000207')],
  ])('%s', (_, header) => {
    const trace = traceBehind(header);
    expect(trace.notes).toMatchObject([{ code: 'bad-proxy-header', count: 1 }]);
    expect(trace.connection(0)).toMatchObject({ protocol: 'http/1.1', requests: 1 });
    expect(trace.connection(0).proxiedClient).toBeUndefined();
  });

  it('a line that does not end', () => {
    const trace = conversation()
      .handshake()
      .client(`PROXY TCP4 ${'9'.repeat(500)}`)
      .client('9'.repeat(500)).trace;
    expect(trace.notes).toMatchObject([{ code: 'bad-proxy-header' }]);
    expect(trace.connection(0).protocol).toBe('unknown');
  });
});

it('is only looked for where a connection begins, and among what the client says', () => {
  expect(conversation().handshake().server('PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n').connection.proxiedClient).toBeUndefined();
  expect(isProxyHeader(Buffer.from('PROPFIND '))).toBe('no');
  expect(isProxyHeader(Buffer.from('PRO'))).toBe('more');
});

it('connections for one client share a pool, those for another do not', () => {
  const talks: Talk[] = ['192.0.2.7', '192.0.2.8', '192.0.2.7'].map((client, index) =>
    conversation({ client: { address: '10.0.0.1', port: 40_000 + index }, start: index * second })
      .handshake()
      .client(`PROXY TCP4 ${client} 198.51.100.1 5632${index} 443\r\n${get()}`)
      .server(OK)
      .close('server'),
  );
  const trace = traceOf(talks.flatMap(({ segments }) => segments));
  const analysis = analyse(trace);
  expect([0, 1, 2].map((index) => analysis.verdict(index).opening)).toEqual(['first', 'first', 'churn']);
  expect(analysis.origins.map(({ client, requests }) => [client, requests])).toEqual([
    ['192.0.2.7', 2],
    ['192.0.2.8', 1],
  ]);
});

describe('addresses as text', () => {
  it.each([
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['2001:db8::', `20010db8${'00'.repeat(12)}`],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:192.0.2.7', `${'00'.repeat(10)}ffffc0000207`],
    ['0.0.0.0', '00000000'],
  ])('%s', (text, hex) => expect(Buffer.from(addressBytes(text)!).toString('hex')).toBe(hex));

  it.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4:5',
    'x',
  ])("'%s' is none", (text) => expect(addressBytes(text)).toBeUndefined());
});
