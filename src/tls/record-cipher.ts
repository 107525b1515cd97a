/** Opens the encrypted records of one direction with one set of keys; what is not authentic is not given. */

import { type CipherGCMTypes, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Suite } from './suite.ts';

export interface RecordCipher {
  /** The contents of the next record, or undefined where they are not authentic. */
  open(type: number, version: number, payload: Uint8Array): Uint8Array | undefined;
  /** The next record is not in the capture; false where those after it cannot be opened either. */
  skip(): boolean;
}

const HEADER = 13;

/** Numbers of records, from 0, as eight bytes. */
class Sequence {
  readonly bytes: Buffer = Buffer.alloc(8);
  #number = 0;

  next(): void {
    this.#number += 1;
    this.bytes.writeUInt32BE(Math.floor(this.#number / 2 ** 32), 0);
    this.bytes.writeUInt32BE(this.#number >>> 0, 4);
  }
}

/** AEAD ciphers: of TLS 1.3 (RFC 8446 §5.2), and of TLS 1.2, where GCM and CCM send a part of the nonce (RFC 5288 §3). */
export class AeadCipher implements RecordCipher {
  readonly #suite: Suite;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #isModern: boolean;
  readonly #sequence = new Sequence();
  readonly #nonce = Buffer.alloc(12);

  constructor(suite: Suite, key: Uint8Array, iv: Uint8Array, isModern: boolean) {
    this.#suite = suite;
    this.#key = key;
    this.#iv = iv;
    this.#isModern = isModern;
  }

  open(type: number, version: number, payload: Uint8Array): Uint8Array | undefined {
    const { tagLength, cipher, kind } = this.#suite;
    // The first four bytes of the nonce are known to both sides, the others come with the record.
    const sent = this.#iv.length === 4 ? 8 : 0;
    const length = payload.length - sent - tagLength;
    if (length < 0) return undefined;
    if (sent > 0) {
      this.#nonce.set(this.#iv, 0);
      this.#nonce.set(payload.subarray(0, 8), 4);
    } else {
      this.#nonce.set(this.#iv);
      for (let i = 0; i < 8; i += 1) this.#nonce[4 + i]! ^= this.#sequence.bytes[i]!;
    }
    const header = this.#isModern
      ? headerOf(type, version, payload.length).subarray(8)
      : headerOf(type, version, length, this.#sequence.bytes);
    this.#sequence.next();
    // The three kinds share one interface; the types of node:crypto name them apart.
    const opener = createDecipheriv(cipher as CipherGCMTypes, this.#key, this.#nonce, { authTagLength: tagLength });
    opener.setAuthTag(payload.subarray(payload.length - tagLength));
    opener.setAAD(header, kind === 'ccm' ? { plaintextLength: length } : undefined);
    try {
      const plain = opener.update(payload.subarray(sent, sent + length));
      opener.final();
      return plain;
    } catch {
      return undefined;
    }
  }

  skip(): boolean {
    this.#sequence.next();
    return true;
  }
}

export interface CbcKeys {
  readonly key: Uint8Array;
  readonly mac: Uint8Array;
  readonly iv: Uint8Array;
}

/** CBC with a MAC: SSL 3.0 (RFC 6101 §5.2.3), TLS 1.0 to 1.2 (RFC 5246 §6.2.3.2), the MAC inside or outside (RFC 7366). */
export class CbcCipher implements RecordCipher {
  readonly #suite: Suite;
  readonly #version: number;
  readonly #keys: CbcKeys;
  readonly #macOutside: boolean;
  readonly #sequence = new Sequence();
  #iv: Uint8Array;

  constructor(suite: Suite, version: number, keys: CbcKeys, macOutside: boolean) {
    this.#suite = suite;
    this.#version = version;
    this.#keys = keys;
    this.#macOutside = macOutside;
    this.#iv = keys.iv;
  }

  open(type: number, version: number, payload: Uint8Array): Uint8Array | undefined {
    const { blockLength, macLength, cipher } = this.#suite;
    const coded = this.#macOutside ? payload.subarray(0, payload.length - macLength) : payload;
    // From TLS 1.1 on each record begins with its own vector; before, the last block of the one before was it.
    const own = this.#version >= 0x0302 ? blockLength : 0;
    if (coded.length < own + blockLength || coded.length % blockLength !== 0) return undefined;
    if (this.#macOutside && !this.#isAuthentic(type, version, coded, payload.subarray(coded.length))) return undefined;
    const opener = createDecipheriv(cipher, this.#keys.key, own > 0 ? coded.subarray(0, own) : this.#iv).setAutoPadding(false);
    const plain = Buffer.concat([opener.update(coded.subarray(own)), opener.final()]);
    this.#iv = coded.slice(coded.length - blockLength);
    const length = plain.length - 1 - plain[plain.length - 1]! - (this.#macOutside ? 0 : macLength);
    if (length < 0) return undefined;
    const contents = plain.subarray(0, length);
    if (!this.#macOutside && !this.#isAuthentic(type, version, contents, plain.subarray(length, length + macLength))) return undefined;
    this.#sequence.next();
    return contents;
  }

  skip(): boolean {
    this.#sequence.next();
    return this.#version >= 0x0302;
  }

  #isAuthentic(type: number, version: number, contents: Uint8Array, mac: Uint8Array): boolean {
    const { mac: hash, macLength } = this.#suite;
    const header = headerOf(type, version, contents.length, this.#sequence.bytes);
    const own =
      this.#version === 0x0300 ? this.#oldMac(header, contents) : createHmac(hash, this.#keys.mac).update(header).update(contents).digest();
    return mac.length === macLength && timingSafeEqual(own, mac);
  }

  /** hash(MAC key, pad 2, hash(MAC key, pad 1, number, type, length, contents)) */
  #oldMac(header: Buffer, contents: Uint8Array): Buffer {
    const { mac: hash, macLength } = this.#suite;
    const pad = (byte: number): Buffer => Buffer.alloc(macLength === 16 ? 48 : 40, byte);
    const begin = Buffer.concat([header.subarray(0, 9), header.subarray(11)]);
    const inner = createHash(hash).update(this.#keys.mac).update(pad(0x36)).update(begin).update(contents).digest();
    return createHash(hash).update(this.#keys.mac).update(pad(0x5c)).update(inner).digest();
  }
}

// 00 00 00 00 00 00 00 01  17  03 03  00 2a   number, type, version, length
function headerOf(type: number, version: number, length: number, number?: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  if (number) header.set(number, 0);
  header[8] = type;
  header.writeUInt16BE(version, 9);
  header.writeUInt16BE(length, 11);
  return header;
}
