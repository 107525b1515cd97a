/** JA4, a client's fingerprint: how its ClientHello is made, whatever the order of its extensions (github.com/FoxIO-LLC/ja4). */

import { createHash } from 'node:crypto';
import type { ClientHello } from './hello.ts';

const versionCodes: Readonly<Record<number, string>> = {
  0x0304: '13',
  0x0303: '12',
  0x0302: '11',
  0x0301: '10',
  0x0300: 's3',
  0x0002: 's2',
};
/** Hashes cost more than everything else in a handshake, and clients repeat themselves. */
const REMEMBERED = 512;
const remembered = new Map<string, string>();

// t13d1516h2_8daaf6152771_e5627efa2ab1        TCP, version, SNI or not, counts, ALPN; ciphers; extensions and signature algorithms
export function fingerprintOf(hello: ClientHello): string {
  const ciphers = hello.ciphers.filter(isPlain);
  const extensions = hello.extensions.filter(isPlain);
  const version = versionCodes[Math.max(...hello.versions.filter(isPlain), 0) || hello.version] ?? '00';
  const head = `t${version}${extensions.includes(0) ? 'd' : 'i'}${two(ciphers.length)}${two(extensions.length)}${ends(hello.protocols[0])}`;
  const sorted = (list: readonly number[]): string => list.map(four).sort().join(',');
  const signatures = hello.signatures.filter(isPlain).map(four).join(',');
  const more = `${sorted(extensions.filter((type) => type !== 0 && type !== 16))}${signatures && `_${signatures}`}`;
  return `${head}_${hashOf(sorted(ciphers))}_${hashOf(extensions.length > 0 ? more : '')}`;
}

/** RFC 8701: values that only keep servers from being rigid. */
const isPlain = (value: number): boolean => (value & 0x0f0f) !== 0x0a0a || value >> 8 !== (value & 255);

const two = (count: number): string => String(Math.min(99, count)).padStart(2, '0');
const four = (value: number): string => value.toString(16).padStart(4, '0');

function ends(protocol: string | undefined): string {
  if (!protocol) return '00';
  const text = protocol[0]! + protocol.at(-1)!;
  if (/^[0-9A-Za-z]{2}$/.test(text)) return text;
  const hex = Buffer.from(protocol, 'latin1').toString('hex');
  return hex[0]! + hex.at(-1)!;
}

function hashOf(text: string): string {
  if (text === '') return '000000000000';
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, hash);
  return hash;
}
