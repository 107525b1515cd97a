/** Undoes one zstd frame, given block by block: Node's own decoder where it has one (22.15 and newer), else fzstd. */

import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { limits } from '../limits.ts';

export interface ZstdFrame {
  /** Whether the length and the check of the whole are verified here. */
  readonly verifies: boolean;
  /** What the bytes add; they are borrowed. @throws Error where they are damaged */
  push(bytes: Uint8Array, last: boolean): Promise<readonly Uint8Array[]>;
  close(): void;
}

/** What of node:zlib the types of Node 20 do not know. */
interface Decoder {
  on(event: 'data', heard: (piece: Uint8Array) => void): void;
  on(event: 'error', heard: (error: Error) => void): void;
  write(bytes: Uint8Array, done: () => void): void;
  destroy(): void;
}
const { createZstdDecompress, constants } = zlib as unknown as {
  readonly createZstdDecompress?: (options: { chunkSize: number; params: Record<number, number> }) => Decoder;
  readonly constants: Readonly<Record<string, number>>;
};

/** As much as one block may become. */
const PIECE = 128 << 10;

export const zstdFrame = (native: boolean = createZstdDecompress !== undefined): ZstdFrame =>
  native ? new NativeFrame() : new FzstdFrame();

class FzstdFrame implements ZstdFrame {
  readonly verifies = false;
  #out: Uint8Array[] = [];
  readonly #decompress = new Decompress((piece) => this.#out.push(piece));

  /** fzstd keeps what it is given. */
  push(bytes: Uint8Array, last: boolean): Promise<readonly Uint8Array[]> {
    try {
      this.#decompress.push(bytes.slice(), last);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    const out = this.#out;
    this.#out = [];
    return Promise.resolve(out);
  }

  close(): void {}
}

class NativeFrame implements ZstdFrame {
  readonly verifies = true;
  #out: Uint8Array[] = [];
  #failed: (error: Error) => void = () => {};
  readonly #decoder = createZstdDecompress!({
    chunkSize: PIECE,
    params: { [constants.ZSTD_d_windowLogMax!]: Math.log2(limits.zstdWindow) },
  });

  constructor() {
    this.#decoder.on('data', (piece) => this.#out.push(piece));
    this.#decoder.on('error', (error) => this.#failed(error));
  }

  push(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#decoder.write(bytes, () => {
        const out = this.#out;
        this.#out = [];
        resolve(out);
      });
    });
  }

  close(): void {
    this.#decoder.destroy();
  }
}
