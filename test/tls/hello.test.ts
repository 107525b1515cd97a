/** The hellos: names, fingerprints, and lengths that lie. */

import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/tls/fingerprint.ts';
import { type ClientHello, readClientHello } from '../../src/tls/hello.ts';
import { OuterNames } from '../../src/trace/outer-names.ts';

const list = (hex: string): number[] => hex.split(',').map((each) => Number.parseInt(each, 16));

const hello: ClientHello = {
  version: 0x0303,
  random: new Uint8Array(32),
  sessionId: new Uint8Array(32),
  ciphers: list('2a2a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035'),
  extensions: list('caca,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015,3a3a'),
  versions: list('1a1a,0304,0303'),
  signatures: list('0403,0804,0401,0503,0805,0501,0806,0601'),
  serverName: 'a.test',
  protocols: ['h2', 'http/1.1'],
  hasTicket: false,
  hasPreSharedKey: false,
  hasEarlyData: false,
  encryptedHello: undefined,
  isDamaged: false,
};

describe('the fingerprint of a client', () => {
  // The example of its authors (github.com/FoxIO-LLC/ja4, technical_details/JA4.md).
  it('is JA4', () => expect(fingerprintOf(hello)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1'));

  it('does not depend on the order of ciphers and extensions', () => {
    const other = { ...hello, ciphers: hello.ciphers.toReversed(), extensions: hello.extensions.toReversed() };
    expect(fingerprintOf(other)).toBe(fingerprintOf(hello));
  });

  it('has zeros for what is not there', () => {
    const bare = { ...hello, ciphers: [], extensions: [], versions: [], signatures: [], protocols: [] };
    expect(fingerprintOf(bare)).toBe('t12i000000_000000000000_000000000000');
  });

  it('writes a protocol that is no word in hexadecimal', () => {
    expect(fingerprintOf({ ...hello, protocols: ['\xab\xcd'] })).toMatch(/^t13d1516ad_/);
  });
});

describe('a hello that is cut at any byte', () => {
  const bytes = Buffer.from(
    `0303${'00'.repeat(32)}00000213010100002b${'0000000b0009000006612e74657374'}${'00100005000302'}${'6832'}${'fe0d000800000100012a0000'}002b0003020304`.replace(
      /\s/g,
      '',
    ),
    'hex',
  );
  const whole = readClientHello(bytes, 0, bytes.length);

  it('is read whole first', () => {
    expect(whole).toMatchObject({ serverName: 'a.test', protocols: ['h2'], versions: [0x0304], encryptedHello: 0x2a, isDamaged: false });
  });

  it('says that it is damaged, and nothing wrong', () => {
    for (let end = 0; end < bytes.length; end += 1) {
      const part = readClientHello(bytes, 0, end);
      if (end !== 41) expect(part.isDamaged).toBe(true);
      expect([undefined, 'a.test']).toContain(part.serverName);
    }
  });
});

describe('the name beside an Encrypted ClientHello', () => {
  const names = (...configurations: number[]): OuterNames => {
    const seen = new OuterNames();
    for (const each of configurations) seen.add(1, each);
    return seen;
  };

  it('may hide another with one connection, or where its configuration repeats', () => {
    expect(names(7).mayHide(1)).toBe(true);
    expect(names(7, 7, 7).mayHide(1)).toBe(true);
  });

  it('is true where the configuration is random each time', () => {
    expect(names(7, 200).mayHide(1)).toBe(false);
    expect(names(7, 200, 31, 4, 7).mayHide(1)).toBe(false);
    expect(names(7, 200).mayHide(2)).toBe(false);
  });
});
