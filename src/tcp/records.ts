/** The records of all connections, as fixed-size structures in one growing memory: 216 bytes each, no object per connection. */

import { GrowingMemory } from '../memory.ts';
import type { Time } from '../time.ts';

/** Words (32-bit) of one record, and its 8-byte slots: a record of connection c begins at word c * WORDS, slot c * SLOTS. */
export const WORDS = 54;
export const SLOTS = 27;
export const BYTES: number = WORDS * 4;

// Words of the record. A flow's key comes first: one cache line decides a lookup.
export const HOST_A = 0;
export const HOST_B = 1;
export const PORTS = 2;
export const LINK_TAG = 3;
export const FLAGS = 4;
/** Endpoint states (3 bits each) and, from bit 8, Wireshark's completeness bits. */
export const STATES = 5;
/** The connection before it on the same flow; -1. */
export const PREVIOUS = 6;
/** Wireshark's tcp.stream; -1 where it cannot be known. */
export const STREAM = 7;
export const CLIENT_HOST = 8;
export const SERVER_HOST = 9;
export const FIRST_FRAME = 10;
export const LAST_FRAME = 11;
export const SYN_FRAME = 12;
export const SYN_ACK_FRAME = 13;
export const ACK_FRAME = 14;
export const CLOSE_FRAME = 15;
/** SYN retransmissions (low half) and the interface's number (high half). */
export const SYN_COUNT = 16;
/** Place of its reader + 1 while it has one. */
export const READER = 17;
/** A half is a block of eight words; the client's begins here, then the server's. */
export const CLIENT_HALF = 18;
export const SERVER_HALF = 26;
/** Two words for whoever reads the connection: TCP leaves them alone. */
export const NOTEPAD = 34;

// Words of a half, relative to its begin. "Next" is what is to be delivered, "highest" what was seen, "acknowledged" what the peer confirmed.
export const NEXT = 0;
export const HIGHEST = 1;
export const ACKNOWLEDGED = 2;
export const BASE = 3;
export const WINDOW = 4;
export const FRAMES = 5;
export const FIN_SEQUENCE = 6;
export const HALF_FLAGS = 7;

// Times and byte counts: float64, counted in slots of the record. Unknown times are NaN.
export const START = 18;
export const SYN_ACK_TIME = 19;
export const ACK_TIME = 20;
export const CLOSE_TIME = 21;
export const INITIAL_RTT = 22;
/** Time of the last frame of a side: the client's, then the server's. */
export const CLIENT_LAST = 23;
export const SERVER_LAST = 24;
/** Payload bytes of a side, true lengths: the client's, then the server's. */
export const CLIENT_BYTES = 25;
export const SERVER_BYTES = 26;

// FLAGS
export const CLIENT_IS_B = 1;
export const IS_V6 = 2;
export const GUESSED = 4;
export const SYN_SEEN = 8;
export const SYN_ACK_SEEN = 16;
export const HANDSHAKE = 32;
export const CLOSED_BY_CLIENT = 64;
export const CLOSED_BY_SERVER = 128;
export const CLOSED_BY_RST = 256;
export const STARTED_WITH_SYN = 512;
export const ACK_WITH_DATA = 1024;
/** Client and server were guessed wrong: take one for the other. */
export const SWAPPED = 2048;

// HALF_FLAGS
export const BASE_SET = 1;
export const NEXT_SET = 2;
export const HIGHEST_SET = 4;
export const ACKNOWLEDGED_SET = 8;
export const SYN_SENT = 16;
export const FIN_SENT = 32;
export const RST_SENT = 64;
/** The reader of this side has been told its end. */
export const ENDED = 128;
/** Bytes have been delivered: from now on missing ones are gaps. */
export const DELIVERED = 256;
/** Pieces wait behind a hole. */
export const WAITING = 512;
export const PREVIOUS_WAS_PROBE = 1024;
/** The probe log knows this side. */
export const HAS_PROBES = 2048;

export class ConnectionRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  readonly #memory = new GrowingMemory();
  readonly #lateSyns = new Map<number, Time>();
  readonly #lastSyns = new Map<number, Time>();
  #capacity = 0;

  constructor() {
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
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
