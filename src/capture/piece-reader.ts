/** Reads bytes by count from a stream of pieces; the pieces are only borrowed, so what waits is copied. */

import { grown } from '../bytes.ts';

const NOTHING = new Uint8Array(0);

export class PieceReader {
  /** Bytes taken so far. */
  offset = 0;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = NOTHING;
  #at = 0;
  #kept: Uint8Array = NOTHING;
  #ended = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes, or fewer where the stream ends before; borrowed until the next call. Only bytes that have arrived are stored. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.skip(bytes.length);
    return bytes;
  }

  /** As `take`, and they stay. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#piece.length - this.#at < count && !this.#ended) await this.#gather(count);
    return this.#piece.subarray(this.#at, this.#at + count);
  }

  /** All that lies ready, at least one byte; empty at the end. Borrowed until the next call; `skip` what was used. */
  async some(): Promise<Uint8Array> {
    while (this.#at === this.#piece.length && !this.#ended) await this.#next();
    return this.#piece.subarray(this.#at);
  }

  /** Of bytes that were looked at. */
  skip(count: number): void {
    this.#at += count;
    this.offset += count;
  }

  /** The stream is not needed any more. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#pieces.return?.();
  }

  async #gather(count: number): Promise<void> {
    let length = this.#piece.length - this.#at;
    this.#kept = grown(this.#kept, Math.max(length, 64));
    this.#kept.set(this.#piece.subarray(this.#at));
    while (length < count && !this.#ended) {
      await this.#next();
      this.#kept = grown(this.#kept, length + this.#piece.length);
      this.#kept.set(this.#piece, length);
      length += this.#piece.length;
    }
    this.#piece = this.#kept.subarray(0, length);
    this.#at = 0;
  }

  async #next(): Promise<void> {
    const next = await this.#pieces.next();
    this.#ended = next.done === true;
    this.#piece = next.done === true ? NOTHING : next.value;
    this.#at = 0;
  }
}
