/** How many frames of a connection Wireshark would flag, kept only for connections that have any: 16 bytes each. */

import { GrowingMemory } from '../memory.ts';
import * as V from './verdicts.ts';

const KINDS = 16;

/** As in the report's `tcp_analysis_*`. */
export interface SegmentVerdicts {
  readonly keepAlive: number;
  readonly keepAliveAck: number;
  readonly retransmission: number;
  readonly fastRetransmission: number;
  readonly spuriousRetransmission: number;
  readonly outOfOrder: number;
  readonly lostSegment: number;
  readonly ackLostSegment: number;
  readonly duplicateAck: number;
  readonly zeroWindow: number;
  readonly zeroWindowProbe: number;
  readonly zeroWindowProbeAck: number;
  readonly windowUpdate: number;
  readonly windowFull: number;
  readonly reusedPorts: number;
  readonly duplicateFrames: number;
}

export class VerdictCounts {
  readonly #memory = new GrowingMemory();
  /** A byte for each kind, which begins again after 255: where ports are used again and again, half of a million connections have a row. */
  #bytes = new Uint8Array(this.#memory.i32.buffer);
  /** By place, what came before a byte began again. */
  readonly #beyond = new Map<number, number>();
  #rows = 0;
  /** Of nearly all connections: the same object. */
  #none: SegmentVerdicts | undefined;

  /** A new row of zeros. */
  open(): number {
    this.#rows += 1;
    if (this.#rows * KINDS > this.#memory.bytes) {
      this.#memory.grow();
      this.#bytes = new Uint8Array(this.#memory.i32.buffer);
    }
    return this.#rows - 1;
  }

  add(row: number, verdict: number): void {
    for (let rest = verdict; rest !== 0; rest &= rest - 1) {
      const place = row * KINDS + 31 - Math.clz32(rest & -rest);
      const count = this.#bytes[place]! + 1;
      this.#bytes[place] = count;
      if (count === 256) this.#beyond.set(place, (this.#beyond.get(place) ?? 0) + 256);
    }
  }

  /** Of no row: zeros. */
  read(row: number): SegmentVerdicts {
    if (row >= 0) return this.#read(row);
    this.#none ??= this.#read(row);
    return this.#none;
  }

  #read(row: number): SegmentVerdicts {
    const beyond = this.#beyond;
    const count = (flag: number): number => {
      if (row < 0) return 0;
      const place = row * KINDS + 31 - Math.clz32(flag);
      return this.#bytes[place]! + (beyond.size === 0 ? 0 : (beyond.get(place) ?? 0));
    };
    const fastRetransmission = count(V.FAST_RETRANSMISSION);
    const spuriousRetransmission = count(V.SPURIOUS_RETRANSMISSION);
    return {
      keepAlive: count(V.KEEP_ALIVE),
      keepAliveAck: count(V.KEEP_ALIVE_ACK),
      // Wireshark flags the two special kinds as retransmissions, too.
      retransmission: count(V.RETRANSMISSION) + fastRetransmission + spuriousRetransmission,
      fastRetransmission,
      spuriousRetransmission,
      outOfOrder: count(V.OUT_OF_ORDER),
      lostSegment: count(V.LOST_SEGMENT),
      ackLostSegment: count(V.ACK_LOST_SEGMENT),
      duplicateAck: count(V.DUPLICATE_ACK),
      zeroWindow: count(V.ZERO_WINDOW),
      zeroWindowProbe: count(V.ZERO_WINDOW_PROBE),
      zeroWindowProbeAck: count(V.ZERO_WINDOW_PROBE_ACK),
      windowUpdate: count(V.WINDOW_UPDATE),
      windowFull: count(V.WINDOW_FULL),
      reusedPorts: count(V.REUSED_PORTS),
      duplicateFrames: count(V.DUPLICATE_FRAME),
    };
  }
}
