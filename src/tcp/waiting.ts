/** The pieces of one direction that wait behind a hole: in order, without overlap, each byte as it first arrived. */

import type { Time } from '../time.ts';
import { distance } from './sequence.ts';

/** `length` is the true length, `bytes` what was captured of it. */
export interface Piece {
  readonly sequence: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly time: Time;
}

/** What became of a payload that was put among the pieces: its bytes were new, the same as those that came first, or others. */
export interface Inserted {
  readonly kept: number;
  /** Captured bytes of what was kept. */
  readonly bytes: number;
  readonly duplicate: number;
  readonly conflicting: number;
  /** The first place where they differed: what waits there, and where in it and in the fresh piece. */
  readonly conflict: { readonly piece: Piece; readonly inside: number; readonly from: number } | undefined;
}

export class Waiting {
  readonly #pieces: Piece[] = [];

  get count(): number {
    return this.#pieces.length;
  }

  get first(): Piece | undefined {
    return this.#pieces[0];
  }

  /** From the first byte that waits to the last, holes between included. */
  get span(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : distance(this.#pieces[0]!.sequence, last.sequence) + last.length;
  }

  shift(): void {
    this.#pieces.shift();
  }

  /** Keeps what no piece has yet; the bytes of `fresh` are its own to keep. Where a copy has other bytes, the first one stays. */
  insert(fresh: Piece): Inserted {
    const pieces = this.#pieces;
    let at = pieces.length;
    // Most segments arrive behind all that wait.
    while (at > 0 && distance(fresh.sequence, endOf(pieces[at - 1]!)) > 0) at -= 1;
    let kept = 0;
    let bytes = 0;
    let conflicting = 0;
    let conflict: Inserted['conflict'];
    let from = 0;
    for (; from < fresh.length; at += 1) {
      const next = pieces[at];
      const free = next === undefined ? fresh.length - from : Math.min(fresh.length, distance(fresh.sequence, next.sequence)) - from;
      if (free > 0) {
        const part = partOf(fresh, from, from + free);
        pieces.splice(at, 0, part);
        bytes += part.bytes.length;
        kept += free;
        from += free;
      } else if (next) {
        const inside = distance(next.sequence, fresh.sequence) + from;
        const overlap = Math.min(next.length - inside, fresh.length - from);
        const same = sameBytes(fresh.bytes, from, next.bytes, inside, overlap);
        if (same < overlap) {
          conflicting += overlap;
          conflict ??= { piece: next, inside: inside + same, from: from + same };
        }
        from += overlap;
      }
    }
    return { kept, bytes, duplicate: fresh.length - kept - conflicting, conflicting, conflict };
  }
}

const endOf = (piece: Piece): number => (piece.sequence + piece.length) | 0;

function partOf(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.length) return piece;
  return { ...piece, sequence: (piece.sequence + from) | 0, length: to - from, bytes: piece.bytes.subarray(from, to) };
}

/** How many of `length` bytes are the same, as far as both were captured; what was not is taken for the same. */
function sameBytes(a: Uint8Array, atA: number, b: Uint8Array, atB: number, length: number): number {
  for (let i = 0; i < length && atA + i < a.length && atB + i < b.length; i += 1) if (a[atA + i] !== b[atB + i]) return i;
  return length;
}
