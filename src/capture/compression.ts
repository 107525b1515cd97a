/** Undoes one layer of compression, recognised by its first bytes; what comes out is bounded, what is damaged is noted. */

import { limits } from '../limits.ts';
import { Notes } from '../note.ts';
import { CaptureFault } from './frame.ts';
import { gunzip } from './gzip.ts';
import { unpackLz4 } from './lz4.ts';
import { PieceReader } from './piece-reader.ts';
import { unzstd } from './zstd.ts';

export type Compression = 'gzip' | 'zstd' | 'lz4';

/** What is learned about the bytes before they are a capture. Grows while they are read. */
export class SourceFacts {
  compression: Compression | undefined = undefined;
  /** Bytes of the file itself, packed. */
  packed = 0;
  unpacked = 0;
  readonly notes: Notes = new Notes();

  /** Something of the packed bytes could not be used. */
  get damaged(): boolean {
    return this.notes.list().length > 0;
  }
}

export interface UnpackOptions {
  /** Bytes that may come out; the default also stops where a bomb is likely. */
  readonly maxUncompressed?: number | undefined;
  /** Where it comes, fewer bytes are no fault. */
  readonly signal?: AbortSignal | undefined;
}

/** The same bytes, or what they hold where they are compressed. A piece is borrowed until the next is asked for. */
export async function* unpacked(
  pieces: AsyncIterable<Uint8Array>,
  facts: SourceFacts,
  name: string,
  { maxUncompressed, signal }: UnpackOptions = {},
): AsyncGenerator<Uint8Array> {
  const reader = new PieceReader(pieces);
  try {
    const compression = compressionOf(await reader.peek(4));
    facts.compression = compression;
    if (compression === undefined) return yield* asTheyAre(reader);
    yield* bounded(withoutNesting(unpack(compression, reader, facts), compression, name), reader, facts, maxUncompressed);
    if (facts.unpacked === 0 && signal?.aborted !== true) throw nothingIn(name, compression, facts);
  } finally {
    facts.packed = reader.offset;
    await reader.close();
  }
}

function nothingIn(name: string, compression: Compression, { notes }: SourceFacts): CaptureFault {
  const [problem] = notes.list();
  return problem
    ? new CaptureFault('not-a-capture', `${name} is no capture: nothing could be unpacked (${problem.detail})`)
    : new CaptureFault('empty', `${name} is empty: ${compression} of 0 bytes, where a pcap or pcapng file was expected`);
}

/** The compression that these four bytes begin. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = head;
  if (b0 === 0x1f && b1 === 0x8b) return 'gzip';
  if (b0 === 0x28 && b1 === 0xb5 && b2 === 0x2f && b3 === 0xfd) return 'zstd';
  if ((b0 === 0x04 && b1 === 0x22 && b2 === 0x4d && b3 === 0x18) || (b0 === 0x02 && b1 === 0x21 && b2 === 0x4c && b3 === 0x18))
    return 'lz4';
  return undefined;
}

function unpack(compression: Compression, reader: PieceReader, facts: SourceFacts): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip') return gunzip(reader, facts.notes);
  return compression === 'zstd' ? unzstd(reader, facts.notes) : unpackLz4(reader, facts.notes);
}

async function* asTheyAre(reader: PieceReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = await reader.some();
    if (piece.length === 0) return;
    yield piece;
    reader.skip(piece.length);
  }
}

/** Stops where more comes out than is believed: nobody's disk or patience is endless. */
async function* bounded(
  pieces: AsyncIterable<Uint8Array>,
  reader: PieceReader,
  facts: SourceFacts,
  maximum: number | undefined,
): AsyncGenerator<Uint8Array> {
  const most = maximum ?? limits.unpacked;
  for await (const piece of pieces) {
    const before = facts.unpacked;
    const isBomb = maximum === undefined && before > limits.unpackedUnasked && before / Math.max(1, reader.offset) > limits.unpackedRatio;
    if (isBomb || before + piece.length > most) {
      const left = isBomb ? 0 : most - before;
      facts.unpacked += left;
      if (left > 0) yield piece.subarray(0, left);
      facts.notes.add(
        'unpacked-limit',
        0,
        `${facts.unpacked} bytes from ${reader.offset} of ${facts.compression}; --max-uncompressed allows more`,
      );
      return;
    }
    facts.unpacked += piece.length;
    yield piece;
  }
}

/** One layer only: a second one is named. */
async function* withoutNesting(pieces: AsyncIterable<Uint8Array>, outer: Compression, name: string): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const piece of pieces) {
    const inner = first ? compressionOf(piece) : undefined;
    if (inner) throw new CaptureFault('unsupported', `${name} is ${inner} inside ${outer}: one layer is undone, unpack the other first`);
    first = false;
    yield piece;
  }
}
