/** Secrets are masked so that equal ones look equal, and addresses and hosts get other names that keep what they had in common. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halfSipHash, keyOf } from '../../src/half-siphash.ts';
import { maskAuthority, maskTarget } from '../../src/trace/mask.ts';
import { Pseudonyms } from '../../src/trace/pseudonyms.ts';
import { Redaction } from '../../src/trace/redaction.ts';
import { madeUpTrace, seconds } from '../support/made-up-trace.ts';
import { shown } from '../support/redact.ts';

const stars = (): string => '***';

test.each([
  ['/plain/path', '/plain/path'],
  ['/cart?user=ann&token=hunter2', '/cart?user=***&token=***'],
  ['/cart?hunter2', '/cart?***'],
  ['/cart?a=&b', '/cart?a=&***'],
  ['/cart?a=1;b=2?c=3', '/cart?a=***;b=***'],
  ['/cart?&&;=&==x&b=c=d', '/cart?&&;=&=***&b=***'],
  ['/cart;jsessionid=8F2C/items', '/cart;jsessionid=***/items'],
  ['http://ann:hunter2@shop.example/a@b?x=y', 'http://***@shop.example/a@b?x=***'],
  ['http://ann:hunter2@shop.example', 'http://***@shop.example'],
  ['ann:hunter2@shop.example:443', '***@shop.example:443'],
  ['shop.example:443', 'shop.example:443'],
  ['*', '*'],
  ['/a%3Fb=c', '/a%3Fb=c'],
])('the target %s is shown as %s', (target, expected) => {
  expect(maskTarget(target, stars)).toBe(expected);
});

test('user information before a host is masked', () => {
  expect(maskAuthority('ann:p@ss@shop.example:80', stars)).toBe('***@shop.example:80');
  expect(maskAuthority('shop.example', stars)).toBe('shop.example');
});

// https://github.com/veorq/SipHash, vectors_hsip32: of the bytes 0, 1, … n-1 with the key 0, 1, … 7.
test('HalfSipHash-2-4 is that of its authors', () => {
  const key = { low: 0x03020100, high: 0x07060504 };
  const bytes = (n: number): string => String.fromCharCode(...Array.from({ length: n }, (_, i) => i));
  expect([0, 1, 2, 3, 4, 5, 8, 9, 12].map((n) => halfSipHash(key, bytes(n)))).toEqual([
    0x5b9f35a9, 0xb85a4727, 0x03a662fa, 0x04e7fe8a, 0x89466e2a, 0x69b6fac5, 0x8f84b8d0, 0x79e706f8, 0x2f87f057,
  ]);
});

describe('marks', () => {
  const own = () => ({ low: 7, high: 9 });
  const target = (options: object, text: string): string => new Redaction(options, own).target(text);

  test('are equal for equal secrets of one capture, and different for others', () => {
    const [, first, second, third] = /^\/\?a=(\*....)&b=(\*....)&c=(\*....)$/.exec(target({}, '/?a=one&b=two&c=one')) ?? [];
    expect(first).toBe(third);
    expect(first).not.toBe(second);
  });

  test('depend on the capture, or on the salt alone', () => {
    const of = (options: object, low: number): string => new Redaction(options, () => ({ low, high: 0 })).target('/?a=one');
    expect(of({}, 1)).not.toBe(of({}, 2));
    expect(of({ salt: 'pepper' }, 1)).toBe(of({ salt: 'pepper' }, 2));
    expect(of({ salt: 'pepper' }, 1)).not.toBe(of({ salt: 'paprika' }, 1));
  });

  test('are left out where secrets are to be shown', () => {
    expect(target({ showSecrets: true }, '/?a=one')).toBe('/?a=one');
  });
});

describe('other names', () => {
  const names = new Pseudonyms(keyOf('pepper'));
  const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).filter(([first]) => first !== 127 && first !== 0);
  const bitsOf = (address: string): string =>
    address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const shared = (a: string, b: string): number => [...a].findIndex((bit, i) => bit !== b[i]);

  test('keep what addresses have in common, bit by bit', () => {
    fc.assert(
      fc.property(ipv4, ipv4, (a, b) => {
        const [first, second] = [a.join('.'), b.join('.')];
        expect(shared(bitsOf(names.address(first)), bitsOf(names.address(second)))).toBe(shared(bitsOf(first), bitsOf(second)));
      }),
    );
  });

  test.each(['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost', 'localhost:80', 'no address:'])('%s stays', (own) => {
    expect(own.startsWith('local') ? names.authority(own) : names.address(own)).toBe(own);
  });

  test('of IPv6 are IPv6', () => {
    const [a, b] = ['2001:db8::1', '2001:db8::2'].map((address) => names.address(address));
    expect(a).toMatch(/^[0-9a-f:]+$/);
    expect(a!.split(':').slice(0, 7)).toEqual(b!.split(':').slice(0, 7));
    expect(a).not.toBe(b);
    expect(names.address('::ffff:10.0.0.1')).not.toContain('10.0.0.1');
  });

  test('of hosts share their domains, keep ports and addresses', () => {
    const [api, www] = ['api.shop.example', 'WWW.Shop.Example'].map((name) => names.host(name));
    expect(api).toMatch(/^h[0-9a-f]{8}\.h[0-9a-f]{8}\.invalid$/);
    expect(api!.split('.')[1]).toBe(www!.split('.')[1]);
    expect(names.authority('api.shop.example:8443')).toBe(`${api}:8443`);
    expect(names.authority('10.0.0.1:80')).toBe(`${names.address('10.0.0.1')}:80`);
    expect(names.authority('[2001:db8::1]:80')).toBe(`[${names.address('2001:db8::1')}]:80`);
    expect(names.host('*.shop.example')).toBe(`*.${api!.split('.').slice(1).join('.')}`);
  });
});

test('an anonymised trace names none of its hosts, and judges the same', () => {
  const original = madeUpTrace([
    { at: 0, authority: 'ann:pw@shop.example', exchanges: [{ start: seconds(1), end: seconds(2), target: 'http://shop.example/a?b=c' }] },
  ]);
  const { original: kept, ...trace } = shown(original, { anonymize: true });
  expect(kept).toBe(original);
  const text = JSON.stringify([
    trace.connection(0),
    trace.exchanges(0),
    trace.columns.address(0),
    trace.columns.text(trace.columns.authority(0)),
  ]);
  expect(text).not.toMatch(/shop|ann|pw|10\.0\.0\.|=c/);
  expect(trace.exchanges(0)[0]?.target).toMatch(/^http:\/\/h[0-9a-f]{8}\.invalid\/a\?b=\*[0-9a-f]{4}$/);
});
