/** The records of all connections, as fixed-size structures in one growing memory: 192 bytes each, no object per connection. */

import { firstRows, GrowingMemory } from '../memory.ts';
import type { Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';
import {
  ACK_AFTER,
  BASE,
  CLIENT_BYTES,
  CLIENT_HALF,
  CLIENT_LAST,
  CLOSE_TIME,
  FIRST_FRAME,
  FLAGS,
  INITIAL_RTT,
  SERVER_HALF,
  SERVER_LAST,
  SLOTS,
  START,
  STARTED_WITH_SYN,
  SYN_ACK_AFTER,
  SYN_SEEN,
  WORDS,
} from './record-layout.ts';

export * from './record-layout.ts';

const BYTES = WORDS * 4;

// A time in a word, counted from another: 0 where it is unknown, else one more than the nanoseconds between; or APART, where these are not whole or too many.
const APART = 0xffff_ffff;

export class ConnectionRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  readonly #memory = new GrowingMemory();
  readonly #lateSyns = new Map<number, Time>();
  readonly #lastSyns = new Map<number, Time>();
  /** Frames of first SYNs that are not the connection's first frame. */
  readonly #lateSynFrames = new Map<number, number>();
  /** Times that do not go into a word, by their place in a record: a map holds 2^24, one of each connection. */
  readonly #apart: readonly Map<number, Time>[] = Array.from({ length: WORDS }, () => new Map());
  /** By word: bytes beyond 32 bits. */
  readonly #beyond = new Map<number, number>();
  #capacity = firstRows;

  constructor() {
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
  }

  /** A new record, all zero but for unknown times (NaN); returns its number. */
  add(): number {
    if (this.size === this.#capacity) this.#grow();
    // Written one by one: a call of `fill` for four numbers costs more than they do.
    const { f64 } = this;
    const slot = this.size * SLOTS;
    f64[slot + START] = Number.NaN;
    f64[slot + CLOSE_TIME] = Number.NaN;
    f64[slot + CLIENT_LAST] = Number.NaN;
    f64[slot + SERVER_LAST] = Number.NaN;
    this.size += 1;
    return this.size - 1;
  }

  /** Where each side's sequence numbers began: what only those know who saw the packets. */
  startingNumbers(c: number): { readonly low: number; readonly high: number } {
    if (c >= this.size) return { low: 0, high: 0 };
    const words = c * WORDS;
    return { low: this.i32[words + CLIENT_HALF + BASE]!, high: this.i32[words + SERVER_HALF + BASE]! };
  }

  /** Time of the first SYN: nearly always the first segment. NaN where none was seen. */
  synTime(c: number): Time {
    if (this.i32[c * WORDS + FLAGS]! & STARTED_WITH_SYN) return this.f64[c * SLOTS + START]!;
    return this.#lateSyns.get(c) ?? Number.NaN;
  }

  /** Time of the latest SYN. */
  lastSynTime(c: number): Time {
    return this.#lastSyns.get(c) ?? this.synTime(c);
  }

  /** A SYN that is not the connection's first segment. */
  addSyn(c: number, time: Time): void {
    if (Number.isNaN(this.synTime(c))) this.#lateSyns.set(c, time);
    else this.#lastSyns.set(c, time);
  }

  /** Frame of the first SYN; 0 without one. */
  synFrame(c: number): number {
    if ((this.i32[c * WORDS + FLAGS]! & SYN_SEEN) === 0) return 0;
    return this.#lateSynFrames.get(c) ?? this.i32[c * WORDS + FIRST_FRAME]!;
  }

  setSynFrame(c: number, frame: number): void {
    if (frame !== this.i32[c * WORDS + FIRST_FRAME]) this.#lateSynFrames.set(c, frame);
  }

  /** NaN where it is unknown. */
  initialRtt(c: number): Duration {
    return this.#time(c * WORDS + INITIAL_RTT, 0);
  }

  setInitialRtt(c: number, duration: Duration): void {
    this.#setTime(c * WORDS + INITIAL_RTT, 0, duration);
  }

  /** NaN where it was not seen, as of the ACK. */
  synAckTime(c: number): Time {
    return this.#time(c * WORDS + SYN_ACK_AFTER, this.f64[c * SLOTS + START]!);
  }

  setSynAckTime(c: number, time: Time): void {
    this.#setTime(c * WORDS + SYN_ACK_AFTER, this.f64[c * SLOTS + START]!, time);
  }

  /** Of the ACK that ends the handshake. */
  ackTime(c: number): Time {
    return this.#time(c * WORDS + ACK_AFTER, this.f64[c * SLOTS + START]!);
  }

  setAckTime(c: number, time: Time): void {
    this.#setTime(c * WORDS + ACK_AFTER, this.f64[c * SLOTS + START]!, time);
  }

  /** Payload of a side, true lengths. */
  bytes(c: number, side: Side): number {
    const word = c * WORDS + CLIENT_BYTES + side;
    return (this.i32[word]! >>> 0) + (this.#beyond.size === 0 ? 0 : (this.#beyond.get(word) ?? 0));
  }

  addBytes(c: number, side: Side, bytes: number): void {
    const word = c * WORDS + CLIENT_BYTES + side;
    const sum = (this.i32[word]! >>> 0) + bytes;
    this.i32[word] = sum;
    if (sum >= 2 ** 32) this.#beyond.set(word, (this.#beyond.get(word) ?? 0) + 2 ** 32);
  }

  #time(word: number, from: Time): Time {
    const stored = this.i32[word]! >>> 0;
    if (stored === 0) return Number.NaN;
    return stored === APART ? this.#apart[word % WORDS]!.get(word)! : from + (stored - 1);
  }

  #setTime(word: number, from: Time, time: Time): void {
    const after = (time - from) >>> 0;
    if (from + after === time && after < APART - 1) this.i32[word] = after + 1;
    else if (Number.isNaN(time)) this.i32[word] = 0;
    else {
      this.i32[word] = APART;
      this.#apart[word % WORDS]!.set(word, time);
    }
  }

  #grow(): void {
    this.#memory.grow();
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
  }
}
