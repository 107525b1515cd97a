/** The records of all connections, as fixed-size structures in one growing memory: 216 bytes each, no object per connection. */

import { firstRows, GrowingMemory } from '../memory.ts';
import type { Time } from '../time.ts';
import {
  ACK_TIME,
  BASE,
  CLIENT_HALF,
  CLIENT_LAST,
  CLOSE_TIME,
  FLAGS,
  INITIAL_RTT,
  SERVER_HALF,
  SERVER_LAST,
  SLOTS,
  START,
  STARTED_WITH_SYN,
  SYN_ACK_TIME,
  WORDS,
} from './record-layout.ts';

export * from './record-layout.ts';

const BYTES = WORDS * 4;

export class ConnectionRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  readonly #memory = new GrowingMemory();
  readonly #lateSyns = new Map<number, Time>();
  readonly #lastSyns = new Map<number, Time>();
  #capacity = firstRows;

  constructor() {
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
  }

  /** A new record, all zero but for unknown times (NaN); returns its number. */
  add(): number {
    if (this.size === this.#capacity) this.#grow();
    // Written one by one: a call of `fill` for nine numbers costs more than they do.
    const { f64 } = this;
    const slot = this.size * SLOTS;
    f64[slot + START] = Number.NaN;
    f64[slot + SYN_ACK_TIME] = Number.NaN;
    f64[slot + ACK_TIME] = Number.NaN;
    f64[slot + CLOSE_TIME] = Number.NaN;
    f64[slot + INITIAL_RTT] = Number.NaN;
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

  #grow(): void {
    this.#memory.grow();
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
  }
}
