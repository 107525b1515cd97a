/** What of the streams is not as it was sent: bytes that are missing, by who lost them, and bytes that came twice and differed. Only for the connections that have any. */

import type { At, Side } from '../stream.ts';

/** Who lost bytes: the capture (the peer has confirmed them), its snap length, the network (nobody has confirmed them, and they did not come again). */
export type LossKind = 'capture' | 'snap-length' | 'network';

/** Bytes that came with two contents. */
export interface Conflict {
  readonly side: Side;
  readonly length: number;
  /** The first bytes that differ, of the copy that came first and of the one that came later, and their frames. */
  readonly kept: Uint8Array;
  readonly other: Uint8Array;
  readonly keptFrame: number;
  readonly otherFrame: number;
}

interface Losses {
  readonly missing: Record<LossKind, [number, number]>;
  readonly conflicts: Conflict[];
}

/** Listed per connection; bytes shown of one. */
const LISTED = 100;
const SHOWN = 16;

export class StreamLosses {
  readonly #losses = new Map<number, Losses>();

  lost(c: number, side: Side, kind: LossKind, bytes: number): void {
    this.#of(c).missing[kind][side] += bytes;
  }

  /** `at`: of the later copy. */
  conflict(c: number, side: Side, length: number, kept: Uint8Array, keptFrame: number, other: Uint8Array, at: At): Conflict {
    const conflict = { side, length, kept: kept.slice(0, SHOWN), other: other.slice(0, SHOWN), keptFrame, otherFrame: at.frame };
    const { conflicts } = this.#of(c);
    if (conflicts.length < LISTED) conflicts.push(conflict);
    return conflict;
  }

  has(c: number): boolean {
    return this.#losses.has(c);
  }

  /** Bytes of a side that are missing. */
  missing(c: number, side: Side, kind: LossKind): number {
    return this.#losses.get(c)?.missing[kind][side] ?? 0;
  }

  conflicts(c: number): readonly Conflict[] {
    return this.#losses.get(c)?.conflicts ?? [];
  }

  #of(c: number): Losses {
    let losses = this.#losses.get(c);
    if (!losses) {
      losses = { missing: { capture: [0, 0], 'snap-length': [0, 0], network: [0, 0] }, conflicts: [] };
      this.#losses.set(c, losses);
    }
    return losses;
  }
}
