/** SYNs that came when too many others waited for an answer: a few bytes each, until the answer comes or others push them out. */

import { limits } from '../limits.ts';
import { Segment, SYN } from '../packet/index.ts';
import type { Time } from '../time.ts';
import { Offer } from './options.ts';
import { timeToLive } from './reset.ts';

/** Words (32-bit) of one SYN. */
const WORDS = 19;
// Addresses (four words each; IPv4 uses the first), ports, then what a segment tells.
const SOURCE = 0;
const DESTINATION = 4;
const PORTS = 8;
const LINK_TAG = 9;
const SEQUENCE = 10;
const FRAME = 11;
/** Window (low half), time to live (8 bits), IPv6 (1 bit). */
const WINDOW = 12;
/** Segment size (low half), window scale + 1. */
const OFFERED = 13;
const STREAM = 14;
const INTERFACE = 15;
const REPEATS = 16;
/** Next of the same bucket + 1, and the bucket + 1; 0 for an entry that is not used. */
const NEXT = 17;
const BUCKET = 18;

// Where things lie in the bytes that a SYN is given back in.
const SOURCE_AT = 8;
const OPTIONS_AT = 40;

/** A SYN that waits no longer. */
export interface Recalled {
  readonly first: Segment;
  /** How often it was sent again, and when last. */
  readonly repeats: number;
  readonly last: Time;
  /** Wireshark's number of its stream. */
  readonly stream: number;
}

export class Crowd {
  /** SYNs that were pushed out. */
  evicted = 0;
  /** Those that wait. */
  waiting = 0;
  readonly #seed: number;
  #words = new Int32Array(0);
  #times = new Float64Array(0);
  #heads = new Int32Array(0);
  #place = 0;
  readonly #segment = new Segment();
  readonly #offer = new Offer();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Keeps the SYN instead of the oldest. */
  add(s: Segment, stream: number): void {
    if (this.#words.length === 0) {
      this.#words = new Int32Array(limits.crowd * WORDS);
      this.#times = new Float64Array(limits.crowd * 2);
      this.#heads = new Int32Array(limits.crowd);
    }
    const entry = this.#place;
    this.#place = (entry + 1) % limits.crowd;
    const w = entry * WORDS;
    const words = this.#words;
    if (words[w + BUCKET] !== 0) {
      this.#unlink(entry);
      this.evicted += 1;
    }
    const size = s.v6 ? 4 : 1;
    for (let i = 0; i < 4; i += 1) {
      words[w + SOURCE + i] = i < size ? s.view.getInt32(s.source + i * 4) : 0;
      words[w + DESTINATION + i] = i < size ? s.view.getInt32(s.destination + i * 4) : 0;
    }
    words[w + PORTS] = (s.sourcePort << 16) | s.destinationPort;
    words[w + LINK_TAG] = s.linkTag;
    words[w + SEQUENCE] = s.sequence;
    words[w + FRAME] = s.frame;
    words[w + WINDOW] = s.window | (timeToLive(s) << 16) | (s.v6 ? 1 << 24 : 0);
    this.#offer.read(s);
    words[w + OFFERED] = this.#offer.segmentSize | ((this.#offer.windowScale + 1) << 16);
    words[w + STREAM] = stream;
    words[w + INTERFACE] = s.interface;
    words[w + REPEATS] = 0;
    this.#times[entry * 2] = s.time;
    this.#times[entry * 2 + 1] = s.time;
    const bucket = this.#bucketOf(s);
    words[w + NEXT] = this.#heads[bucket]!;
    words[w + BUCKET] = bucket + 1;
    this.#heads[bucket] = entry + 1;
    this.waiting += 1;
  }

  /** The SYN that waits on this segment's flow, whoever sent it; -1. */
  find(s: Segment): number {
    const words = this.#words;
    const bucket = this.#bucketOf(s);
    for (let entry = this.#heads[bucket]! - 1; entry >= 0; entry = words[entry * WORDS + NEXT]! - 1) {
      const w = entry * WORDS;
      if (words[w + LINK_TAG] !== s.linkTag || ((words[w + WINDOW]! >> 24) & 1) !== Number(s.v6)) continue;
      if (this.#isFrom(w, s, s.source, s.destination, (s.sourcePort << 16) | s.destinationPort)) return entry;
      if (this.#isFrom(w, s, s.destination, s.source, (s.destinationPort << 16) | s.sourcePort)) return entry;
    }
    return -1;
  }

  /** Whether the segment is that SYN sent again; then it is noted. */
  isRepeated(entry: number, s: Segment): boolean {
    const w = entry * WORDS;
    const words = this.#words;
    const isSender = this.#isFrom(w, s, s.source, s.destination, (s.sourcePort << 16) | s.destinationPort);
    if (!isSender || words[w + SEQUENCE] !== s.sequence) return false;
    words[w + REPEATS] = words[w + REPEATS]! + 1;
    this.#times[entry * 2 + 1] = s.time;
    return true;
  }

  /** Gives the SYN back, until the next is. Of its options, segment size and window scale are kept. */
  take(entry: number): Recalled {
    const w = entry * WORDS;
    const words = this.#words;
    const s = this.#segment;
    s.buffer = new Uint8Array(48);
    s.view = new DataView(s.buffer.buffer);
    s.v6 = ((words[w + WINDOW]! >> 24) & 1) === 1;
    s.source = SOURCE_AT;
    s.destination = SOURCE_AT + 16;
    for (let i = 0; i < 4; i += 1) {
      s.view.setInt32(s.source + i * 4, words[w + SOURCE + i]!);
      s.view.setInt32(s.destination + i * 4, words[w + DESTINATION + i]!);
    }
    s.buffer[s.source - (s.v6 ? 1 : 4)] = (words[w + WINDOW]! >> 16) & 255;
    s.sourcePort = words[w + PORTS]! >>> 16;
    s.destinationPort = words[w + PORTS]! & 0xffff;
    s.linkTag = words[w + LINK_TAG]!;
    s.sequence = words[w + SEQUENCE]!;
    s.acknowledgment = 0;
    s.flags = SYN;
    s.window = words[w + WINDOW]! & 0xffff;
    s.frame = words[w + FRAME]!;
    s.time = this.#times[entry * 2]!;
    s.interface = words[w + INTERFACE]!;
    s.duplicate = false;
    s.payloadStart = s.buffer.length;
    s.payloadEnd = s.buffer.length;
    s.payloadLength = 0;
    s.optionsStart = OPTIONS_AT;
    s.optionsEnd = OPTIONS_AT + writeOptions(s.buffer, words[w + OFFERED]!);
    this.#unlink(entry);
    return { first: s, last: this.#times[entry * 2 + 1]!, repeats: words[w + REPEATS]!, stream: words[w + STREAM]! };
  }

  #isFrom(w: number, s: Segment, source: number, destination: number, ports: number): boolean {
    const words = this.#words;
    if (words[w + PORTS] !== ports) return false;
    for (let i = 0; i < (s.v6 ? 4 : 1); i += 1)
      if (words[w + SOURCE + i] !== s.view.getInt32(source + i * 4) || words[w + DESTINATION + i] !== s.view.getInt32(destination + i * 4))
        return false;
    return true;
  }

  /** The same for both directions. */
  #bucketOf(s: Segment): number {
    const one = this.#hashOf(s, s.source, s.sourcePort);
    const other = this.#hashOf(s, s.destination, s.destinationPort);
    return ((one + other) >>> 0) % limits.crowd;
  }

  #hashOf(s: Segment, address: number, port: number): number {
    let hash = Math.imul(port ^ this.#seed, 0x9e3779b1);
    for (let i = 0; i < (s.v6 ? 16 : 4); i += 4) {
      hash = Math.imul(hash ^ s.view.getInt32(address + i), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0xc2b2ae35);
  }

  #unlink(entry: number): void {
    const words = this.#words;
    const bucket = words[entry * WORDS + BUCKET]! - 1;
    const next = words[entry * WORDS + NEXT]!;
    if (this.#heads[bucket] === entry + 1) this.#heads[bucket] = next;
    else {
      let before = this.#heads[bucket]! - 1;
      while (words[before * WORDS + NEXT] !== entry + 1) before = words[before * WORDS + NEXT]! - 1;
      words[before * WORDS + NEXT] = next;
    }
    words[entry * WORDS + BUCKET] = 0;
    this.waiting -= 1;
  }
}

// 02 04 05 b4  03 03 07  01     segment size 1460, window scale 7, padding
function writeOptions(buffer: Uint8Array, offered: number): number {
  const size = offered & 0xffff;
  const scale = (offered >>> 16) - 1;
  let at = OPTIONS_AT;
  if (size > 0) {
    buffer.set([2, 4, size >> 8, size & 255], at);
    at += 4;
  }
  if (scale >= 0) {
    buffer.set([3, 3, scale, 1], at);
    at += 4;
  }
  return at - OPTIONS_AT;
}
