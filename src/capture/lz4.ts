/** Undoes lz4 frames (lz4_Frame_format.md 1.6), the legacy ones too: blocks are bounded by what their frame declares, history by 64 KiB. */

import { setImmediate as turn } from 'node:timers/promises';
import type { Notes } from '../note.ts';
import { HISTORY, Lz4Window } from './lz4-block.ts';
import type { PieceReader } from './piece-reader.ts';
import { Xxh32 } from './xxh32.ts';

// 04 22 4d 18  64 40 a7  …  00 10 00 80 …block…  …  00 00 00 00  3e d9 5c 01
// └─ magic ─┘  │  │  └ check of the header │        └ end mark   └ check of the content
//        flags ┘  └ largest block          └ length; highest bit: not packed
const MAGIC = 0x184d2204;
const LEGACY = 0x184c2102;
const LEGACY_BLOCK = 8 << 20;
const SKIPPABLE = 0x184d2a50;
const INDEPENDENT = 0x20;
const BLOCK_CHECKED = 0x10;
const SIZED = 0x08;
const CONTENT_CHECKED = 0x04;
const DICTIONARY = 0x01;

export async function* unpackLz4(reader: PieceReader, notes: Notes): AsyncGenerator<Uint8Array> {
  const bad = (what: string): void => notes.add('bad-compression', 0, `lz4: ${what}`);
  for (;;) {
    const begin = reader.offset;
    const magic = await word(reader);
    if (magic === undefined) return reader.offset === begin ? undefined : bad(`cut at offset ${reader.offset}`);
    if ((magic & ~15) >>> 0 === SKIPPABLE) {
      const size = ((await word(reader)) ?? 1) >>> 0;
      for (let left = size; left > 0; ) {
        const piece = await reader.some();
        if (piece.length === 0) return bad(`cut at offset ${reader.offset}`);
        const take = Math.min(left, piece.length);
        reader.skip(take);
        left -= take;
      }
    } else if (magic === LEGACY || magic === MAGIC) {
      const problem = magic === LEGACY ? yield* legacy(reader) : yield* frame(reader, bad);
      if (problem) return bad(`${problem} in the frame at offset ${begin}`);
    } else return bad(`no frame at offset ${begin}`);
  }
}

async function* frame(reader: PieceReader, bad: (what: string) => void): AsyncGenerator<Uint8Array, string | undefined> {
  const begin = reader.offset;
  const [flags = 0, sizes = 0] = await reader.peek(2);
  const length = 2 + (flags & SIZED ? 8 : 0) + (flags & DICTIONARY ? 4 : 0);
  const head = await reader.take(length + 1);
  if (head.length <= length) return 'cut header';
  if (flags >> 6 !== 1) return `version ${flags >> 6}`;
  if (flags & DICTIONARY) return 'a dictionary is needed';
  if (((Xxh32.of(head.subarray(0, length)) >>> 8) & 255) !== head[length]) return 'wrong check of the header';
  const code = (sizes >> 4) & 7;
  if (code < 4) return `block size ${code}`;
  const largest = 256 << (2 * code);
  const size = flags & SIZED ? new DataView(head.buffer, head.byteOffset + 2, 8).getBigUint64(0, true) : undefined;
  const window = new Lz4Window(largest);
  const content = flags & CONTENT_CHECKED ? new Xxh32() : undefined;
  let unpacked = 0;
  for (;;) {
    const mark = await word(reader);
    if (mark === undefined) return 'cut';
    if (mark === 0) break;
    const wanted = mark & 0x7fffffff;
    if (wanted > largest) return `block of ${wanted} bytes at offset ${reader.offset - 4}`;
    const block = await reader.take(wanted);
    if (flags & INDEPENDENT) window.forget();
    const piece = mark < 0 ? window.stored(block) : window.unpack(block);
    const problem = problemOf(window, block.length < wanted, reader.offset - block.length);
    const check = flags & BLOCK_CHECKED ? Xxh32.of(block) : undefined;
    content?.add(piece);
    unpacked += piece.length;
    if (piece.length > 0) yield piece;
    if (problem) return problem;
    if (check !== undefined && (await word(reader)) !== check) bad(`wrong check of the block before offset ${reader.offset}`);
    await turn();
  }
  if (content && (await word(reader)) !== content.value()) bad(`wrong check of the frame at offset ${begin - 4}`);
  else if (size !== undefined && size !== BigInt(unpacked)) bad(`${unpacked} bytes instead of ${size} in the frame at offset ${begin - 4}`);
  return undefined;
}

/** Blocks of 8 MiB, each on its own, until another frame begins or the file ends. */
async function* legacy(reader: PieceReader): AsyncGenerator<Uint8Array, string | undefined> {
  const window = new Lz4Window(LEGACY_BLOCK);
  for (;;) {
    const head = await reader.peek(4);
    if (head.length === 0) return undefined;
    if (head.length < 4) return 'cut';
    const size = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
    if (size === MAGIC || size === LEGACY || (size & ~15) >>> 0 === SKIPPABLE) return undefined;
    if (size > LEGACY_BLOCK + HISTORY) return `block of ${size} bytes at offset ${reader.offset}`;
    reader.skip(4);
    const block = await reader.take(size);
    window.forget();
    const piece = window.unpack(block);
    const problem = problemOf(window, block.length < size, reader.offset - block.length);
    if (piece.length > 0) yield piece;
    if (problem) return problem;
    await turn();
  }
}

const problemOf = ({ damaged }: Lz4Window, isCut: boolean, at: number): string | undefined =>
  isCut ? `cut block at offset ${at}` : damaged ? `damaged block at offset ${at}` : undefined;

/** Signed 32 bits, little-endian; undefined where the bytes end. */
async function word(reader: PieceReader): Promise<number | undefined> {
  const bytes = await reader.take(4);
  return bytes.length < 4 ? undefined : new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}
