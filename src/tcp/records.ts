/** The records of all connections, as fixed-size structures in one growing memory: 256 bytes each, no object per connection. */

// A million connections as objects are a gigabyte. WebAssembly memory grows by pages without copying, and only touched pages are resident.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
}

const PAGE = 65_536;
const MAXIMUM_PAGES = 65_536;

/** Words (32-bit) of one record; times are float64 and lie on even words. */
export const WORDS = 64;
export const BYTES: number = WORDS * 4;

// Words of the record. A flow's key comes first: one cache line decides a lookup.
export const HOST_A = 0;
export const HOST_B = 1;
export const PORTS = 2;
export const LINK_TAG = 3;
export const FLAGS = 4;
/** Endpoint states (3 bits each) and Wireshark's completeness bits. */
export const STATES = 5;
/** Next connection of the same flow that came before it; -1. */
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
/** A half is a block of words; the client's begins here, the server's at SERVER_HALF. */
export const CLIENT_HALF = 17;
export const SERVER_HALF = 28;

// Words of a half, relative to its begin. "Next" is what is to be delivered, "highest" what was seen, "acknowledged" what the peer confirmed.
export const NEXT = 0;
export const HIGHEST = 1;
export const ACKNOWLEDGED = 2;
export const BASE = 3;
export const WINDOW = 4;
export const FRAMES = 5;
export const PROBES = 6;
/** Probes of this side that were answered; still waiting for an answer. */
export const PROBES_ANSWERED = 7;
export const PROBES_PENDING = 8;
export const FIN_SEQUENCE = 9;
export const HALF_FLAGS = 10;

// Times and byte counts: float64, counted in 8-byte slots of the record. Unknown times are NaN.
export const START = 21;
export const SYN_TIME = 22;
export const LAST_SYN = 23;
export const SYN_ACK_TIME = 24;
export const ACK_TIME = 25;
export const CLOSE_TIME = 26;
export const INITIAL_RTT = 27;
/** Time of the last frame of a side: the client's, then the server's. */
export const CLIENT_LAST = 28;
export const SERVER_LAST = 29;
/** Payload bytes of a side, true lengths: the client's, then the server's. */
export const CLIENT_BYTES = 30;
export const SERVER_BYTES = 31;

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

export class ConnectionRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES });
  #capacity = 0;

  constructor() {
    this.i32 = new Int32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
    this.#capacity = Math.floor((16 * PAGE) / BYTES);
  }

  /** A new record, all zero but for unknown times (NaN); returns its number. */
  add(): number {
    if (this.size === this.#capacity) this.#grow();
    // Written one by one: a call of `fill` for nine numbers costs more than they do.
    const { f64 } = this;
    const slot = this.size << 5;
    f64[slot + START] = Number.NaN;
    f64[slot + SYN_TIME] = Number.NaN;
    f64[slot + LAST_SYN] = Number.NaN;
    f64[slot + SYN_ACK_TIME] = Number.NaN;
    f64[slot + ACK_TIME] = Number.NaN;
    f64[slot + CLOSE_TIME] = Number.NaN;
    f64[slot + INITIAL_RTT] = Number.NaN;
    f64[slot + CLIENT_LAST] = Number.NaN;
    f64[slot + SERVER_LAST] = Number.NaN;
    this.size += 1;
    return this.size - 1;
  }

  #grow(): void {
    const pages = this.#memory.buffer.byteLength / PAGE;
    this.#memory.grow(Math.min(Math.max(16, pages >> 2), MAXIMUM_PAGES - pages));
    this.i32 = new Int32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
    this.#capacity = Math.floor(this.#memory.buffer.byteLength / BYTES);
  }
}
