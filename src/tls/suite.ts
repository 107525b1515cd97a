/** What a cipher suite's name says about keys and records. */

import { cipherName } from './cipher-suites.ts';

export interface Suite {
  readonly kind: 'gcm' | 'ccm' | 'chacha20-poly1305' | 'cbc';
  /** As node:crypto calls it. */
  readonly cipher: string;
  readonly keyLength: number;
  /** Of an AEAD. */
  readonly tagLength: number;
  /** Of CBC: its block, and the hash of its MAC. */
  readonly blockLength: number;
  readonly mac: string;
  readonly macLength: number;
  /** Of the key schedule. */
  readonly hash: 'sha256' | 'sha384';
}

const ciphers: Readonly<Record<string, readonly [name: string, keyLength: number, blockLength: number]>> = {
  AES_128: ['aes-128', 16, 16],
  AES_256: ['aes-256', 32, 16],
  ARIA_128: ['aria-128', 16, 16],
  ARIA_256: ['aria-256', 32, 16],
  CAMELLIA_128: ['camellia-128', 16, 16],
  CAMELLIA_256: ['camellia-256', 32, 16],
  '3DES_EDE': ['des-ede3', 24, 8],
};
const macs: Readonly<Record<string, readonly [name: string, length: number]>> = {
  MD5: ['md5', 16],
  SHA: ['sha1', 20],
  SHA256: ['sha256', 32],
  SHA384: ['sha384', 48],
};

// TLS_ECDHE_RSA_WITH_ AES_128 _ CBC _ SHA256
const parts = /(AES_128|AES_256|ARIA_128|ARIA_256|CAMELLIA_128|CAMELLIA_256|3DES_EDE)_(GCM|CCM|CBC)(_8)?(?:_(MD5|SHA|SHA256|SHA384))?$/;

/** undefined where records of it cannot be opened (RC4, and others that node:crypto lacks). */
export function suiteOf(number: number): Suite | undefined {
  const name = cipherName(number);
  const hash = name.endsWith('SHA384') ? 'sha384' : 'sha256';
  const common = { tagLength: 16, blockLength: 0, mac: '', macLength: 0, hash } as const;
  if (name.includes('CHACHA20_POLY1305')) return { ...common, kind: 'chacha20-poly1305', cipher: 'chacha20-poly1305', keyLength: 32 };
  const found = parts.exec(name);
  if (!found) return undefined;
  const [cipher, keyLength, blockLength] = ciphers[found[1]!]!;
  if (found[2] === 'GCM') return { ...common, kind: 'gcm', cipher: `${cipher}-gcm`, keyLength };
  if (found[2] === 'CCM') return { ...common, kind: 'ccm', cipher: `${cipher}-ccm`, keyLength, tagLength: found[3] ? 8 : 16 };
  const [mac, macLength] = macs[found[4] ?? 'SHA']!;
  return { ...common, kind: 'cbc', cipher: `${cipher}-cbc`, keyLength, blockLength, mac, macLength };
}
