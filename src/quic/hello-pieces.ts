/** Joins the ClientHello from the CRYPTO frames of Initial packets, in whatever order clients cut it (RFC 9000 §19.6). */

import { grown } from '../bytes.ts';
import { type ClientHello, readClientHello } from '../tls/index.ts';
import { readNumber } from './long-header.ts';

const PADDING = 0;
const PING = 1;
const ACK = 2;
const ACK_ECN = 3;
const CRYPTO = 6;
const CLIENT_HELLO = 1;
const HEADER = 4;
/** No ClientHello is longer; nobody cuts it into more pieces. */
const LONGEST = 16 << 10;
const PIECES = 64;

interface Piece {
  readonly start: number;
  readonly end: number;
}

export class HelloPieces {
  #bytes: Uint8Array = new Uint8Array(0);
  #pieces: Piece[] = [];

  /** The frames of one packet; those behind one that is not understood are not read. */
  add(frames: Uint8Array): void {
    const end = frames.length;
    for (let at = 0; at < end; ) {
      const type = frames[at]!;
      at += 1;
      if (type === PADDING || type === PING) continue;
      if (type === ACK || type === ACK_ECN) {
        const next = skipAck(frames, at, type === ACK_ECN);
        if (next === undefined) return;
        at = next;
        continue;
      }
      if (type !== CRYPTO) return;
      const offset = readNumber(frames, at, end);
      const length = offset && readNumber(frames, offset.end, end);
      if (!offset || !length || length.end + length.value > end) return;
      this.#keep(offset.value, frames.subarray(length.end, length.end + length.value));
      at = length.end + length.value;
    }
  }

  /** The hello once it is whole. */
  hello(): ClientHello | undefined {
    const had = this.#contiguous();
    if (had < HEADER || this.#bytes[0] !== CLIENT_HELLO) return undefined;
    const length = (this.#bytes[1]! << 16) | (this.#bytes[2]! << 8) | this.#bytes[3]!;
    return had >= HEADER + length ? readClientHello(this.#bytes, HEADER, HEADER + length) : undefined;
  }

  #keep(offset: number, piece: Uint8Array): void {
    const end = offset + piece.length;
    if (end > LONGEST || this.#pieces.length === PIECES) return;
    this.#bytes = grown(this.#bytes, end);
    this.#bytes.set(piece, offset);
    this.#pieces.push({ start: offset, end });
  }

  /** Bytes from the begin on without a hole. */
  #contiguous(): number {
    let to = 0;
    for (const { start, end } of this.#pieces.sort((a, b) => a.start - b.start)) {
      if (start > to) break;
      to = Math.max(to, end);
    }
    return to;
  }
}

// 02  largest, delay, count of ranges, first range, then gap and range of each; with ECN three counts more (RFC 9000 §19.3)
function skipAck(frames: Uint8Array, start: number, hasCounts: boolean): number | undefined {
  let at = start;
  let left = 4;
  for (let i = 0; i < left; i += 1) {
    const number = readNumber(frames, at, frames.length);
    if (!number) return undefined;
    at = number.end;
    if (i === 2) left += Math.min(number.value, frames.length) * 2 + (hasCounts ? 3 : 0);
  }
  return at;
}
