/** Reads what TLS says in the clear (RFC 8446 §4.1.2, RFC 6066 §3): the server name of the ClientHello. */

import { grown } from '../bytes.ts';
import { type At, CLIENT, type EndKind, type Side, type StreamSink } from '../stream.ts';
import { readClientHello } from './hello.ts';

// 16 03 01 02 00 | 01 00 01 fc …        record: type 22 (handshake), version, length | message: type 1 (ClientHello), length
const HANDSHAKE = 22;
/** A ClientHello is believed up to this size. */
const LIMIT = 64 << 10;

export interface TlsListener {
  serverName(name: string): void;
}

export class TlsSession implements StreamSink {
  readonly #listener: TlsListener;
  /** Client bytes until the hello is complete: records first, then their joined contents. */
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  #done = false;

  constructor(listener: TlsListener) {
    this.#listener = listener;
  }

  data(side: Side, buffer: Uint8Array, start: number, end: number, _at: At): void {
    if (this.#done || side !== CLIENT) return;
    const length = Math.min(end - start, LIMIT - this.#length);
    this.#bytes = grown(this.#bytes, this.#length + length);
    this.#bytes.set(buffer.subarray(start, start + length), this.#length);
    this.#length += length;
    const name = helloName(this.#bytes.subarray(0, this.#length));
    if (name === undefined && this.#length < LIMIT) return;
    this.#finish();
    if (name) this.#listener.serverName(name);
  }

  gap(side: Side, _length: number, _at: At): void {
    if (side === CLIENT) this.#finish();
  }

  end(side: Side, _how: EndKind, _at: At): void {
    if (side === CLIENT) this.#finish();
  }

  #finish(): void {
    this.#done = true;
    this.#bytes = new Uint8Array(0);
  }
}

/** The hello's server name; empty where it has none or is no hello; undefined while it is not complete. */
function helloName(bytes: Uint8Array): string | undefined {
  const message = new Uint8Array(bytes.length);
  let filled = 0;
  for (let p = 0; p + 5 <= bytes.length; ) {
    if (bytes[p] !== HANDSHAKE) return '';
    const length = (bytes[p + 3]! << 8) | bytes[p + 4]!;
    const part = bytes.subarray(p + 5, p + 5 + length);
    message.set(part, filled);
    filled += part.length;
    if (filled >= 4) {
      if (message[0] !== 1) return '';
      const wanted = 4 + ((message[1]! << 16) | (message[2]! << 8) | message[3]!);
      if (filled >= wanted) return readClientHello(message.subarray(4, wanted)).serverName ?? '';
    }
    p += 5 + length;
  }
  return undefined;
}

/** Do these bytes begin a TLS record that carries a ClientHello or ServerHello? */
export function recogniseTls(head: Uint8Array): 'client' | 'server' | 'more' | 'no' {
  const expected: readonly (number | undefined)[] = [HANDSHAKE, 3];
  for (let i = 0; i < Math.min(head.length, 2); i += 1) if (head[i] !== expected[i]) return 'no';
  if (head.length < 6) return 'more';
  if (head[2]! > 4) return 'no';
  return head[5] === 1 ? 'client' : head[5] === 2 ? 'server' : 'no';
}
