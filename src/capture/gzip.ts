/** Undoes gzip (RFC 1952): any number of members, each with its check; a cut or damaged one gives what comes before the damage. */

import { setImmediate as turn } from 'node:timers/promises';
import { constants, crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import type { Notes } from '../note.ts';
import type { PieceReader } from './piece-reader.ts';

// 1f 8b 08  08  65 53 f1 00  00  03  61 2e 70 63 61 70 00  …deflate…  b0 1c 7e 5d  00 10 00 00
// └magic  │  │  └ time        │   │   └ name, if flag 8                └ CRC-32     └ length % 2^32
//  method┘  └ flags     extra ┘   └ system
const HEADER = 10;
const TRAILER = 8;
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

/** Packed bytes given to zlib at once: deflate grows them 1,032 times at most, and that much is held. */
const SLICE = 32 << 10;
/** What is lost where zlib finds damage is at most one such piece. */
const PIECE = 512 << 10;

export async function* gunzip(reader: PieceReader, notes: Notes): AsyncGenerator<Uint8Array> {
  for (let members = 0; ; members += 1) {
    const begin = reader.offset;
    const head = await reader.peek(HEADER);
    if (head.length === 0) return;
    if (members > 0 && (head[0] !== 0x1f || head[1] !== 0x8b)) return trailing(reader, notes);
    const problem = await header(reader);
    if (problem) return notes.add('bad-compression', 0, `gzip: ${problem} in the member at offset ${begin}`);
    const member = new Member();
    yield* member.inflate(reader);
    if (member.problem) return notes.add('bad-compression', 0, `gzip: ${member.problem} at offset ${reader.offset}`);
    const trailer = await reader.take(TRAILER);
    if (trailer.length < TRAILER) return notes.add('bad-compression', 0, `gzip: cut at offset ${reader.offset}`);
    const check = new DataView(trailer.buffer, trailer.byteOffset, TRAILER);
    if (check.getUint32(0, true) !== member.crc) notes.add('bad-compression', 0, `gzip: wrong check of the member at offset ${begin}`);
    else if (check.getUint32(4, true) !== member.length % 2 ** 32)
      notes.add('bad-compression', 0, `gzip: wrong length of the member at offset ${begin}`);
  }
}

/** Zeros behind the last member are padding; anything else is named. */
async function trailing(reader: PieceReader, notes: Notes): Promise<void> {
  const begin = reader.offset;
  let zeros = true;
  for (;;) {
    const piece = await reader.some();
    if (piece.length === 0) break;
    zeros &&= piece.every((byte) => byte === 0);
    reader.skip(piece.length);
  }
  if (!zeros) notes.add('bad-compression', 0, `gzip: ${reader.offset - begin} foreign bytes behind the last member at offset ${begin}`);
}

async function header(reader: PieceReader): Promise<string | undefined> {
  const head = await reader.take(HEADER);
  if (head.length < HEADER) return 'cut header';
  if (head[2] !== 8) return `method ${head[2]}`;
  const flags = head[3]!;
  if (flags & HAS_EXTRA) {
    const size = await reader.take(2);
    if (size.length < 2) return 'cut header';
    await reader.take(size[0]! | (size[1]! << 8));
  }
  if (flags & HAS_NAME) await text(reader);
  if (flags & HAS_COMMENT) await text(reader);
  if (flags & HAS_CRC) await reader.take(2);
  return undefined;
}

async function text(reader: PieceReader): Promise<void> {
  for (;;) {
    const piece = await reader.some();
    const end = piece.indexOf(0);
    reader.skip(end < 0 ? piece.length : end + 1);
    if (end >= 0 || piece.length === 0) return;
  }
}

/** One member's deflate stream. zlib works on another thread while the bytes before are read. */
class Member {
  crc = 0;
  length = 0;
  problem: string | undefined;
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH });
  #ready: Uint8Array[] = [];
  #settle: () => void = () => {};

  constructor() {
    this.#inflate.on('data', (piece: Uint8Array) => this.#ready.push(piece));
    this.#inflate.on('error', (error) => {
      this.problem = error.message;
      this.#settle();
    });
  }

  async *inflate(reader: PieceReader): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const bytes = await reader.some();
        if (bytes.length === 0) {
          this.problem = 'cut';
          return;
        }
        for (let p = 0; p < bytes.length; ) {
          const slice = bytes.subarray(p, p + SLICE);
          const before = this.#inflate.bytesWritten;
          const out = this.#ready;
          this.#ready = [];
          const written = this.#write(slice);
          yield* this.#checked(out);
          await written;
          const used = this.#inflate.bytesWritten - before;
          reader.skip(used);
          p += used;
          if (used < slice.length || this.problem) return yield* this.#checked(this.#ready);
        }
        // One turn of the event loop a piece.
        await turn();
        yield* this.#checked(this.#ready);
        this.#ready = [];
      }
    } finally {
      this.#inflate.destroy();
    }
  }

  #write(slice: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#inflate.write(slice, () => resolve());
    });
  }

  *#checked(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
    for (const piece of pieces) {
      this.crc = crc32(piece, this.crc);
      this.length += piece.length;
      yield piece;
    }
  }
}
