/** Undoes zstd (RFC 8878), behind a guard: every frame's window and every block's length is looked at before a decoder sees it. */

import { setImmediate as turn } from 'node:timers/promises';
import { limits } from '../limits.ts';
import type { Notes } from '../note.ts';
import { CaptureFault } from './frame.ts';
import type { PieceReader } from './piece-reader.ts';
import { Xxh64 } from './xxh64.ts';
import { zstdFrame } from './zstd-frame.ts';

// 28 b5 2f fd  64  …window, dictionary, content size…  ┌ 3 bytes: last block, type, length ┐ …block…
// └─ magic ─┘  └ descriptor: which of these follow, check at the end
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const HEADER = 18;
const RLE = 1;
const RESERVED = 3;
const LONGEST_BLOCK = 128 << 10;

/** fzstd moves its whole window for every block; so many bytes moved for one byte in or out, and no more. */
const MOVED_PER_BYTE = 1024;

export async function* unzstd(reader: PieceReader, notes: Notes): AsyncGenerator<Uint8Array> {
  for (;;) {
    const begin = reader.offset;
    const head = await reader.peek(HEADER);
    if (head.length === 0) return;
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const magic = head.length < 8 ? 0 : view.getUint32(0, true);
    if ((magic & ~15) >>> 0 === SKIPPABLE) {
      reader.skip(8);
      if (!(await skipped(reader, view.getUint32(4, true)))) return notes.add('bad-compression', 0, `zstd: cut at offset ${reader.offset}`);
      continue;
    }
    if (magic !== MAGIC) return notes.add('bad-compression', 0, `zstd: no frame at offset ${begin}`);
    const problem = yield* frame(reader, frameHeader(head), begin, notes);
    if (problem) return notes.add('bad-compression', 0, `zstd: ${problem} in the frame at offset ${begin}`);
  }
}

interface FrameHeader {
  readonly length: number;
  readonly window: number;
  /** What will come out, where that is said. */
  readonly content: number | undefined;
  readonly checked: boolean;
}

function frameHeader(head: Uint8Array): FrameHeader {
  const descriptor = head[4]!;
  const single = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const length = 5 + (single ? 0 : 1) + dictionary + sizeBytes;
  let content = sizeBytes === 2 ? 256 : 0;
  for (let i = 1; i <= sizeBytes; i += 1) content += (head[length - i] ?? 0) * 256 ** (sizeBytes - i);
  const base = 2 ** (10 + (head[5]! >> 3));
  const window = single ? content : base + (base / 8) * (head[5]! & 7);
  return { length, window, content: sizeBytes === 0 ? undefined : content, checked: (descriptor & 4) !== 0 };
}

/** Gives the decoder one whole block at a time; returns what is wrong. */
async function* frame(
  reader: PieceReader,
  { length, window, content, checked }: FrameHeader,
  begin: number,
  notes: Notes,
): AsyncGenerator<Uint8Array, string | undefined> {
  if (window > limits.zstdWindow)
    throw new CaptureFault(
      'unsupported',
      `the zstd frame at offset ${begin} needs a window of ${window} bytes, ${limits.zstdWindow} are allowed: unpack it first (zstd -dc --long=31 FILE | warmwire -)`,
    );
  let believed = limits.zstdWindow * 64;
  const head = await reader.take(length);
  if (head.length < length) return 'cut';
  const decoder = zstdFrame();
  const hash = checked && !decoder.verifies ? new Xxh64() : undefined;
  let unpacked = 0;
  try {
    const begun = await decoder.push(head, false).catch(asError);
    if (begun instanceof Error) return begun.message;
    for (;;) {
      const start = await reader.peek(3);
      if (start.length < 3) return 'cut';
      const word = start[0]! | (start[1]! << 8) | (start[2]! << 16);
      const last = (word & 1) !== 0;
      const type = (word >> 1) & 3;
      const size = word >> 3;
      if (type === RESERVED || size > LONGEST_BLOCK) return `block of type ${type} and ${size} bytes at offset ${reader.offset}`;
      const wanted = 3 + (type === RLE ? 1 : size) + (last && checked ? 4 : 0);
      const block = await reader.take(wanted);
      if (block.length < wanted) return 'cut';
      believed += wanted * MOVED_PER_BYTE - window;
      const out = await decoder.push(block, last).catch(asError);
      if (out instanceof Error) return out.message;
      for (const piece of out) {
        believed += piece.length * MOVED_PER_BYTE;
        unpacked += piece.length;
        hash?.add(piece);
        if (piece.length > 0) yield piece;
      }
      if (believed < 0) return 'too many empty blocks';
      if (last) {
        const bad = (what: string): void => notes.add('bad-compression', 0, `zstd: ${what} the frame at offset ${begin}`);
        const check = new DataView(block.buffer, block.byteOffset, wanted);
        if (hash && Number(hash.value() & 0xffffffffn) !== check.getUint32(wanted - 4, true)) bad('wrong check of');
        else if (content !== undefined && content !== unpacked) bad(`${unpacked} bytes instead of ${content} in`);
        return undefined;
      }
      await turn();
    }
  } finally {
    decoder.close();
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Whether all of them were there. */
async function skipped(reader: PieceReader, count: number): Promise<boolean> {
  for (let left = count; left > 0; ) {
    const piece = await reader.some();
    if (piece.length === 0) return false;
    const take = Math.min(left, piece.length);
    reader.skip(take);
    left -= take;
  }
  return true;
}
