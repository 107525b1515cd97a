/** Wireshark's `tcp.stream` for our connections. It ignores VLANs and tunnels, so that connections which we tell apart may share a number. */

import {
  BASE,
  BASE_SET,
  CLIENT_HALF,
  CLIENT_HOST,
  CLIENT_IS_B,
  FLAGS,
  HALF_FLAGS,
  PORTS,
  SERVER_HALF,
  SERVER_HOST,
  STREAM,
  WORDS,
} from './record-layout.ts';
import type { ConnectionRecords } from './records.ts';

const UNKNOWN = -1;

/** What is known of a connection's first segment. */
export interface Opening {
  /** Sent by the first end of the flow's key. */
  readonly fromA: boolean;
  /** A SYN without ACK, and its number. */
  readonly bareSyn: boolean;
  readonly sequence: number;
}

export class StreamNumbers {
  readonly #records: ConnectionRecords;
  /** Newest connection by hosts, then by ports, whatever its link; only from the first tagged connection on. */
  #newest: Map<number, Map<number, number>> | undefined;
  #next = 0;

  constructor(records: ConnectionRecords) {
    this.#records = records;
  }

  /** Of connection `c`, whose key is in its record. `unknowable`: TCP headers quoted in ICMP errors have taken numbers, nobody knows which. */
  open(c: number, tagged: boolean, opening: Opening, unknowable: boolean): number {
    if (unknowable) return UNKNOWN;
    if (tagged && !this.#newest) this.#index(c);
    const before = this.#newest ? this.#replace(c) : -1;
    if (before < 0 || this.#isAnother(before, opening)) {
      this.#next += 1;
      return this.#next - 1;
    }
    return this.#records.i32[before * WORDS + STREAM]!;
  }

  /** For a connection that has no record yet; unknown where VLANs or tunnels may make several share a number. */
  skip(unknowable: boolean): number {
    if (unknowable || this.#newest) return UNKNOWN;
    this.#next += 1;
    return this.#next - 1;
  }

  /** The same rule as for our own connections: a bare SYN whose number differs from the one known for its direction. */
  #isAnother(before: number, { fromA, bareSyn, sequence }: Opening): boolean {
    if (!bareSyn) return false;
    const words = this.#records.i32;
    const w = before * WORDS;
    const half = w + (((words[w + FLAGS]! & CLIENT_IS_B) === 0) === fromA ? CLIENT_HALF : SERVER_HALF);
    return (words[half + HALF_FLAGS]! & BASE_SET) !== 0 && words[half + BASE] !== sequence;
  }

  #index(size: number): void {
    this.#newest = new Map();
    for (let c = 0; c < size; c += 1) this.#replace(c);
  }

  /** Makes `c` the newest of its ends; returns the one before, or -1. */
  #replace(c: number): number {
    const words = this.#records.i32;
    const w = c * WORDS;
    const swapped = (words[w + FLAGS]! & CLIENT_IS_B) !== 0;
    const a = words[w + (swapped ? SERVER_HOST : CLIENT_HOST)]!;
    const b = words[w + (swapped ? CLIENT_HOST : SERVER_HOST)]!;
    const hosts = a * 2 ** 26 + b;
    let byPorts = this.#newest!.get(hosts);
    if (!byPorts) {
      byPorts = new Map();
      this.#newest!.set(hosts, byPorts);
    }
    const ports = words[w + PORTS]!;
    const before = byPorts.get(ports) ?? -1;
    byPorts.set(ports, c);
    return before;
  }
}
