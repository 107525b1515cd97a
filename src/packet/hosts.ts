/** Interns addresses: each distinct one gets a number and, when asked, its text. */

import { ipv4Text, ipv6Text } from '../address.ts';

export class Hosts {
  /** IPv4 by its 32 bits, IPv6 by its 16 bytes as text; only when a connection opens. */
  readonly #v4 = new Map<number, number>();
  readonly #v6 = new Map<string, number>();
  readonly #keys: (number | string)[] = [];
  /** The 16 bytes of IPv6 hosts as four words; zeros for IPv4. */
  #words = new Int32Array(256);

  v4(address: number): number {
    const known = this.#v4.get(address);
    if (known !== undefined) return known;
    this.#v4.set(address, this.#keys.length);
    return this.#keys.push(address) - 1;
  }

  v6(buffer: Uint8Array, offset: number): number {
    const key = Buffer.from(buffer.buffer, buffer.byteOffset + offset, 16).toString('latin1');
    const known = this.#v6.get(key);
    if (known !== undefined) return known;
    const host = this.#keys.push(key) - 1;
    this.#v6.set(key, host);
    if (host * 4 + 4 > this.#words.length) {
      const larger = new Int32Array(Math.max(this.#words.length * 2, host * 4 + 4));
      larger.set(this.#words);
      this.#words = larger;
    }
    const view = new DataView(buffer.buffer, buffer.byteOffset + offset, 16);
    for (let i = 0; i < 4; i += 1) this.#words[host * 4 + i] = view.getInt32(i * 4);
    return host;
  }

  /** Whether `host` is the IPv6 address at `offset`. */
  isV6(host: number, view: DataView, offset: number): boolean {
    const words = this.#words;
    const w = host << 2;
    return (
      words[w] === view.getInt32(offset) &&
      words[w + 1] === view.getInt32(offset + 4) &&
      words[w + 2] === view.getInt32(offset + 8) &&
      words[w + 3] === view.getInt32(offset + 12)
    );
  }

  text(host: number): string {
    const key = this.#keys[host];
    if (typeof key === 'number') return ipv4Text(key);
    return key === undefined ? '' : ipv6Text(key);
  }
}
