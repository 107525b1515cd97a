/** Keeps what came through a pipe in a file that nobody sees, so that packets can be read again. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../src/limits.ts';

const pieceSize = 256 << 10;

export class Spool {
  readonly #limit: number;
  #descriptor: number | undefined;
  #size = 0;
  /** Why it does not hold everything; undefined where it does. */
  lacking: string | undefined = undefined;

  constructor(limit: number = limits.spool) {
    this.#limit = limit;
  }

  write(piece: Uint8Array): void {
    if (this.lacking !== undefined) return;
    if (this.#size + piece.length > this.#limit)
      return this.#giveUp(`more than ${Math.round(this.#limit / 2 ** 20)} MiB came through the pipe`);
    try {
      this.#descriptor ??= open();
      for (let at = 0; at < piece.length; ) at += writeSync(this.#descriptor, piece, at, piece.length - at, this.#size + at);
      this.#size += piece.length;
    } catch (error) {
      this.#giveUp(`what came through the pipe could not be kept (${error instanceof Error ? error.message : String(error)})`);
    }
  }

  /** What was written so far, in borrowed pieces. */
  async *read(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(pieceSize);
    for (let at = 0; this.#descriptor !== undefined && at < this.#size; ) {
      const length = readSync(this.#descriptor, buffer, 0, Math.min(pieceSize, this.#size - at), at);
      if (length === 0) return;
      yield buffer.subarray(0, length);
      at += length;
      await new Promise((done) => setImmediate(done));
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.lacking ??= 'it is closed';
  }

  #giveUp(why: string): void {
    this.close();
    this.lacking = why;
  }
}

/** Its name is gone as soon as it is open: it cannot be left behind, nor found by others. */
function open(): number {
  const folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  try {
    return openSync(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
