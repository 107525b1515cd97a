/** The keys of a client's Initial packets, which anybody can make: they only keep out what does not speak QUIC (RFC 9001 §5.2, RFC 9369 §3.3). */

import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { expandLabel } from '../tls/index.ts';

export const VERSION_1 = 1;
export const VERSION_2 = 0x6b3343cf;

const salts: Readonly<Record<number, Buffer>> = {
  [VERSION_1]: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
  [VERSION_2]: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
};
const SAMPLE = 16;
const TAG = 16;

export class InitialKeys {
  readonly #key: Buffer;
  readonly #iv: Buffer;
  readonly #headerKey: Buffer;

  /** By the destination that the client's very first packet names. */
  constructor(version: typeof VERSION_1 | typeof VERSION_2, destination: Uint8Array) {
    const initial = createHmac('sha256', salts[version]!).update(destination).digest();
    const secret = expandLabel('sha256', initial, 'client in', 32);
    const label = version === VERSION_2 ? 'quicv2' : 'quic';
    this.#key = expandLabel('sha256', secret, `${label} key`, 16);
    this.#iv = expandLabel('sha256', secret, `${label} iv`, 12);
    this.#headerKey = expandLabel('sha256', secret, `${label} hp`, 16);
  }

  /** The frames of a packet whose number stands at `numberAt`; undefined where it is not of this client (RFC 9001 §5.3, §5.4). */
  open(packet: Uint8Array, numberAt: number): Uint8Array | undefined {
    const sample = packet.subarray(numberAt + 4, numberAt + 4 + SAMPLE);
    if (sample.length < SAMPLE) return undefined;
    const mask = createCipheriv('aes-128-ecb', this.#headerKey, null).update(sample);
    const first = packet[0]! ^ (mask[0]! & 0x0f);
    const numberLength = (first & 3) + 1;
    const header = packet.slice(0, numberAt + numberLength);
    header[0] = first;
    const nonce = Buffer.from(this.#iv);
    for (let i = 0; i < numberLength; i += 1) {
      const byte = packet[numberAt + i]! ^ mask[1 + i]!;
      header[numberAt + i] = byte;
      nonce[12 - numberLength + i]! ^= byte;
    }
    const sealed = packet.subarray(numberAt + numberLength);
    if (sealed.length <= TAG) return undefined;
    const opener = createDecipheriv('aes-128-gcm', this.#key, nonce);
    opener.setAAD(header);
    opener.setAuthTag(sealed.subarray(sealed.length - TAG));
    try {
      const frames = opener.update(sealed.subarray(0, sealed.length - TAG));
      opener.final();
      return frames;
    } catch {
      return undefined;
    }
  }
}
