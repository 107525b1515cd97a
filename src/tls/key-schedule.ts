/** From secrets to keys: HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1), the PRF before it (RFC 5246 §5, RFC 2246 §5), and that of SSL 3.0 (RFC 6101 §6.2.2). */

import { createHash, createHmac } from 'node:crypto';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

// 00 10  09  "tls13 key"  00                  length, label, no context
export function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Buffer {
  const name = ascii(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([length >> 8, length & 255, name.length]), name, Buffer.from([0])]);
  let block: Buffer = Buffer.alloc(0);
  const blocks: Buffer[] = [];
  for (let i = 1; blocks.length * block.length < length || i === 1; i += 1) {
    block = createHmac(hash, secret)
      .update(Buffer.concat([block, info, Buffer.from([i])]))
      .digest();
    blocks.push(block);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** Everything that both sides need, `length` bytes of it; `hash` is that of the suite, which counts from TLS 1.2 on. */
export function keyBlock(
  version: number,
  hash: string,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  length: number,
): Buffer {
  const seed = Buffer.concat([serverRandom, clientRandom]);
  if (version === 0x0300) return oldKeyBlock(master, seed, length);
  const labelled = Buffer.concat([ascii('key expansion'), seed]);
  if (version >= 0x0303) return stretch(hash, master, labelled, length);
  const half = Math.ceil(master.length / 2);
  const one = stretch('md5', master.subarray(0, half), labelled, length);
  const other = stretch('sha1', master.subarray(master.length - half), labelled, length);
  return Buffer.from(one.map((byte, i) => byte ^ other[i]!));
}

/** P_hash (RFC 5246 §5) */
function stretch(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  let a: Uint8Array = seed;
  for (let had = 0; had < length; had += blocks[0]!.length) {
    a = createHmac(hash, secret).update(a).digest();
    blocks.push(createHmac(hash, secret).update(a).update(seed).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** MD5(master, SHA("A", master, seed)), the same with "BB", "CCC" and so on. */
function oldKeyBlock(master: Uint8Array, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 1; blocks.length * 16 < length; i += 1) {
    const inner = createHash('sha1')
      .update(ascii(String.fromCharCode(64 + i).repeat(i)))
      .update(master)
      .update(seed)
      .digest();
    blocks.push(createHash('md5').update(master).update(inner).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
