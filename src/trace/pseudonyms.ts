/** Other names for addresses and hosts, always the same for the same key: what lay in one network still does, what shared a domain still does. */

import { ipv4Text, ipv6Text } from '../address.ts';
import { type HashKey, halfSipHash } from '../half-siphash.ts';

export class Pseudonyms {
  readonly #key: HashKey;
  readonly #addresses = new Map<string, string>();
  readonly #hosts = new Map<string, string>();
  /** Of the bytes before it, what becomes of the next byte: 255 bits, one for each node of the tree of its bits. */
  readonly #trees = new Map<string, Uint32Array>();

  constructor(key: HashKey) {
    this.#key = key;
  }

  /**
   * Prefix-preserving, bit by bit (as Crypto-PAn by Xu, Fan, Ammar and Moon): two addresses that share their first n bits share them afterwards.
   * Loopback and unspecified addresses stay.
   */
  address(text: string): string {
    const known = this.#addresses.get(text);
    if (known !== undefined) return known;
    const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
    const other = bytes === undefined || isOwn(bytes) ? text : this.#written(bytes);
    this.#addresses.set(text, other);
    return other;
  }

  /** `api.shop.example:8443` becomes `h3f9a2c1d.hc0ffee12.invalid:8443`; an address stays an address, the port stays. */
  authority(text: string): string {
    const [, host = text, port = ''] = /^(.*?)(:\d*)?$/s.exec(text) ?? [];
    if (host.startsWith('[') && host.endsWith(']')) return `[${this.address(host.slice(1, -1))}]${port}`;
    return ipv4Bytes(host) === undefined ? this.host(host) + port : this.address(host) + port;
  }

  host(name: string): string {
    const lower = name.toLowerCase();
    if (lower === '' || lower === 'localhost') return name;
    const known = this.#hosts.get(lower);
    if (known !== undefined) return known;
    const labels = lower.split('.', labelsRenamed);
    const names = labels.slice(0, Math.max(1, labels.length - 1)).map((label, i) => {
      if (label === '*' || label === '') return label;
      return `h${halfSipHash(this.#key, `host ${labels.slice(i).join('.')}`)
        .toString(16)
        .padStart(8, '0')}`;
    });
    const other = `${names.join('.')}.invalid`;
    this.#hosts.set(lower, other);
    return other;
  }

  #written(bytes: string): string {
    let other = '';
    for (let i = 0; i < bytes.length; i += 1) other += String.fromCharCode(this.#byte(bytes.slice(0, i), bytes.charCodeAt(i)));
    if (bytes.length === 16) return ipv6Text(other);
    return ipv4Text([...other].reduce((address, byte) => (address << 8) | byte.charCodeAt(0), 0));
  }

  #byte(prefix: string, byte: number): number {
    let tree = this.#trees.get(prefix);
    if (tree === undefined) {
      tree = Uint32Array.from({ length: 8 }, (_, i) => halfSipHash(this.#key, `address ${i} ${prefix}`));
      this.#trees.set(prefix, tree);
    }
    let node = 1;
    let other = 0;
    for (let bit = 7; bit >= 0; bit -= 1) {
      const own = (byte >> bit) & 1;
      other |= (own ^ ((tree[node >> 5]! >>> (node & 31)) & 1)) << bit;
      node = 2 * node + own;
    }
    return other;
  }
}

/** A name has at most 127 labels (RFC 1035); what is longer is none. */
const labelsRenamed = 128;

function ipv4Bytes(text: string): string | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part < 256) ? String.fromCharCode(...parts) : undefined;
}

function ipv6Bytes(text: string): string | undefined {
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = mapped === null ? undefined : ipv4Bytes(mapped[2]!);
  const groupsOf = (half: string): readonly number[] => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16)));
  const [first = '', second] = (mapped === null ? text : mapped[1]!.replace(/([^:]):$/, '$1')).split('::');
  const before = groupsOf(first.replace(/:$/, ''));
  const after = groupsOf((second ?? '').replace(/:$/, ''));
  const missing = 8 - before.length - after.length - (tail === undefined ? 0 : 2);
  if (missing < 0 || (second === undefined && missing > 0)) return undefined;
  const groups = [...before, ...new Array<number>(second === undefined ? 0 : missing).fill(0), ...after];
  if (groups.some((group) => !(group >= 0 && group <= 0xffff))) return undefined;
  return groups.map((group) => String.fromCharCode(group >> 8, group & 255)).join('') + (tail ?? '');
}

/** 127.0.0.0/8 and 0.0.0.0; ::1 and ::. */
const isOwn = (bytes: string): boolean =>
  bytes.length === 4 ? bytes.startsWith('\x7f') || bytes === '\0\0\0\0' : /^\0{15}[\0\x01]$/.test(bytes);
