/** Writes Initial packets with the keys that RFC 9001 and RFC 9369 print in their appendices A.1, and the datagrams that carry them. */

import { createCipheriv } from 'node:crypto';
import { Datagram } from '../../src/packet/datagram.ts';

export const destination: readonly number[] = [...Buffer.from('8394c8f03e515708', 'hex')];

const keys = {
  1: { key: '1f369613dd76d5467730efcbe3b1a22d', iv: 'fa044b2f42a3fd3b46fb255c', header: '9f50449e04a0e810283a1e9933adedd2' },
  2: { key: '8b1a0bc121284290a29e0971b5cd045d', iv: '91f73e2351d8fa91660e909f', header: '45b95e15235d6f45a6b19cbcb0294ba9' },
} as const;
const SHORTEST = 1200;
const versions = { 1: [0, 0, 0, 1], 2: [0x6b, 0x33, 0x43, 0xcf] } as const;
const types = { 1: 0xc0, 2: 0xd0 } as const;

/** Its number takes four bytes; padded to what a datagram of a client has at least. */
export function initial(said: readonly number[], { version = 1, number = 0 }: { version?: 1 | 2; number?: number } = {}): number[] {
  const { key, iv, header: headerKey } = keys[version];
  const frames = [...said, ...new Array<number>(Math.max(0, SHORTEST - said.length)).fill(0)];
  const first = types[version] | 3;
  const length = 4 + frames.length + 16;
  const before = [...versions[version], destination.length, ...destination, 0, 0, 0x40 | (length >> 8), length & 255];
  const numbered = [0, 0, number >> 8, number & 255];
  const head = Buffer.from([first, ...before, ...numbered]);
  const nonce = Buffer.from(iv, 'hex');
  nonce[11]! ^= number & 255;
  nonce[10]! ^= number >> 8;
  const sealer = createCipheriv('aes-128-gcm', Buffer.from(key, 'hex'), nonce);
  sealer.setAAD(head);
  const sealed = Buffer.concat([sealer.update(Buffer.from(frames)), sealer.final(), sealer.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', Buffer.from(headerKey, 'hex'), null).update(sealed.subarray(0, 16));
  head[0]! ^= mask[0]! & 0x0f;
  for (let i = 0; i < 4; i += 1) head[head.length - 4 + i]! ^= mask[1 + i]!;
  return [...head, ...sealed];
}

/** RFC 9000 §19.6; numbers in two bytes. */
export const crypto = (offset: number, bytes: readonly number[]): number[] => [
  6,
  0x40 | (offset >> 8),
  offset & 255,
  0x40 | (bytes.length >> 8),
  bytes.length & 255,
  ...bytes,
];

/** A ClientHello that asks for `name`; RFC 8446 §4.1.2. */
export function clientHello(name: string): number[] {
  const host = [...Buffer.from(name, 'latin1')];
  const u16 = (value: number): number[] => [value >> 8, value & 255];
  const sni = [...u16(0), ...u16(host.length + 5), ...u16(host.length + 3), 0, ...u16(host.length), ...host];
  const body = [3, 3, ...new Array<number>(32).fill(7), 0, 0, 2, 0x13, 1, 1, 0, ...u16(sni.length), ...sni];
  return [1, 0, ...u16(body.length), ...body];
}

export interface Sending {
  readonly from?: number;
  readonly to?: number;
  readonly frame?: number;
}

/** From 10.0.0.1 to 10.0.0.2, or back where the lower port sends. */
export function datagram(payload: readonly number[], { from = 50_000, to = 443, frame = 1 }: Sending = {}): Datagram {
  const made = new Datagram();
  const addresses = from > to ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1];
  made.buffer = Uint8Array.from([...addresses, ...payload]);
  made.frame = frame;
  made.source = 0;
  made.destination = 4;
  made.sourcePort = from;
  made.destinationPort = to;
  made.start = 8;
  made.end = made.buffer.length;
  return made;
}
