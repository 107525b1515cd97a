/** Finds the newest connection of a flow: open addressing over typed arrays, both directions under one key. */

import type { Hosts, Segment } from '../packet/index.ts';
import { type ConnectionRecords, HOST_A, HOST_B, LINK_TAG, PORTS, WORDS } from './records.ts';

/** Flows that there is room for at first: few, as in memory.ts. */
const FIRST = 32;
/** A power of two. The table of a million flows is too large for any cache; those whose segments come now are found here. 32 KiB. */
const RECENT = 4096;

// A string key per packet costs eight times the whole job; so a key is 4 words: two hosts, both ports, the link tag.
// IPv4 hosts are their address, IPv6 hosts their interned number, compared by the 16 bytes.
export class FlowTable {
  /** Set by `find`: whether the segment was sent by the key's first end. */
  fromA = false;
  readonly #records: ConnectionRecords;
  readonly #hosts: Hosts;
  readonly #seed: number;
  /** Pairs [hash, connection + 1]; at most half full. */
  #slots = new Int32Array(4 * FIRST);
  #mask = 2 * FIRST - 1;
  #used = 0;
  #hash = 0;
  /** Of what `find` looked for last; -1 where that was found without it. */
  #slot = 0;
  /** Pairs [hash, connection + 1], the last of each place. */
  readonly #recent = new Int32Array(2 * RECENT);

  constructor(records: ConnectionRecords, hosts: Hosts, seed: number) {
    this.#records = records;
    this.#hosts = hosts;
    this.#seed = seed;
  }

  /** The newest connection on the segment's flow, or -1. `put` then uses the place that was found. */
  find(s: Segment): number {
    return s.v6 ? this.#findV6(s) : this.#findV4(s);
  }

  /** Makes `connection` the newest of the flow that `find` last looked for. */
  put(connection: number): void {
    const place = (this.#hash & (RECENT - 1)) << 1;
    const slot = this.#slot < 0 ? this.#slotOf(this.#recent[place + 1]!) : this.#slot;
    this.#recent[place] = this.#hash;
    this.#recent[place + 1] = connection + 1;
    if (this.#slots[slot + 1] === 0) this.#used += 1;
    this.#slots[slot] = this.#hash;
    this.#slots[slot + 1] = connection + 1;
    if (this.#used * 2 > this.#mask) this.#grow();
  }

  /** Where the newest connection of the flow that `find` found among the recent ones lies. */
  #slotOf(entry: number): number {
    let i = this.#hash & this.#mask;
    while (this.#slots[(i << 1) + 1] !== entry) i = (i + 1) & this.#mask;
    return i << 1;
  }

  #findV4(s: Segment): number {
    const { view } = s;
    const source = view.getInt32(s.source);
    const destination = view.getInt32(s.destination);
    const fromA = source === destination ? s.sourcePort < s.destinationPort : source < destination;
    this.fromA = fromA;
    const a = fromA ? source : destination;
    const b = fromA ? destination : source;
    const ports = fromA ? (s.sourcePort << 16) | s.destinationPort : (s.destinationPort << 16) | s.sourcePort;
    const tag = s.linkTag;
    let hash = mix(mix(mix(mix(this.#seed, a), b), ports), tag);
    hash = finish(hash);
    this.#hash = hash;
    const words = this.#records.i32;
    const recent = this.#recent;
    const place = (hash & (RECENT - 1)) << 1;
    const last = recent[place + 1]!;
    if (last !== 0 && recent[place] === hash && isV4(words, (last - 1) * WORDS, a, b, ports, tag)) {
      this.#slot = -1;
      return last - 1;
    }
    const slots = this.#slots;
    const mask = this.#mask;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const slot = i << 1;
      const entry = slots[slot + 1]!;
      this.#slot = slot;
      if (entry === 0) return -1;
      if (slots[slot] !== hash || !isV4(words, (entry - 1) * WORDS, a, b, ports, tag)) continue;
      recent[place] = hash;
      recent[place + 1] = entry;
      return entry - 1;
    }
  }

  #findV6(s: Segment): number {
    const { view } = s;
    let order = 0;
    for (let i = 0; i < 16 && order === 0; i += 4) order = view.getInt32(s.source + i) - view.getInt32(s.destination + i);
    const fromA = order === 0 ? s.sourcePort < s.destinationPort : order < 0;
    this.fromA = fromA;
    const a = fromA ? s.source : s.destination;
    const b = fromA ? s.destination : s.source;
    const ports = fromA ? (s.sourcePort << 16) | s.destinationPort : (s.destinationPort << 16) | s.sourcePort;
    let hash = mix(mix(this.#seed ^ 6, ports), s.linkTag);
    for (let i = 0; i < 16; i += 4) hash = mix(mix(hash, view.getInt32(a + i)), view.getInt32(b + i));
    hash = finish(hash);
    this.#hash = hash;
    const slots = this.#slots;
    const words = this.#records.i32;
    // The tag of IPv6 flows is stored complemented, so that an IPv4 key never equals one.
    const tag = ~s.linkTag;
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const slot = i << 1;
      const entry = slots[slot + 1]!;
      this.#slot = slot;
      if (entry === 0) return -1;
      if (slots[slot] !== hash) continue;
      const w = (entry - 1) * WORDS;
      if (words[w + PORTS] !== ports || words[w + LINK_TAG] !== tag) continue;
      if (this.#hosts.isV6(words[w + HOST_A]!, view, a) && this.#hosts.isV6(words[w + HOST_B]!, view, b)) return entry - 1;
    }
  }

  /** No more segments will come. */
  clear(): void {
    this.#slots = new Int32Array(4 * FIRST);
    this.#mask = 2 * FIRST - 1;
    this.#used = 0;
    this.#recent.fill(0);
  }

  #grow(): void {
    const old = this.#slots;
    const mask = this.#mask * 2 + 1;
    const slots = new Int32Array((mask + 1) * 2);
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let i = old[from]! & mask;
      while (slots[(i << 1) + 1] !== 0) i = (i + 1) & mask;
      slots[i << 1] = old[from]!;
      slots[(i << 1) + 1] = old[from + 1]!;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

/** Whether the record at `w` has this key. */
const isV4 = (words: Int32Array, w: number, a: number, b: number, ports: number, tag: number): boolean =>
  words[w + HOST_A] === a && words[w + HOST_B] === b && words[w + PORTS] === ports && words[w + LINK_TAG] === tag;

/** MurmurHash3's steps (Appleby, public domain). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
