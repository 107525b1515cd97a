/** The one file in src/ that opens files: a capture's bytes from a path or from standard input, in pieces. */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { compressionOf, SourceFacts, unpacked } from './compression.ts';
import { CaptureFault } from './frame.ts';

/** Stays in the second-level cache: 4-16 MiB pieces read 15-20 % slower. */
const PIECE = 256 << 10;
const STANDARD_INPUT = 0;

export interface SourceOptions {
  readonly signal?: AbortSignal;
  /** Bytes that a compressed capture may become; the default also stops where a bomb is likely. */
  readonly maxUncompressed?: number;
}

/** The bytes of a capture, and what was learned of the file that they came from. */
export interface CaptureBytes extends AsyncGenerator<Uint8Array> {
  readonly source: SourceFacts;
}

/** Yields unpacked bytes in borrowed pieces: use one before asking for the next. `-` is standard input. An aborted signal ends the bytes early, without an error. */
export function openCapture(path: string, options: SourceOptions = {}): CaptureBytes {
  const source = new SourceFacts();
  return Object.assign(unpacked(raw(path, options.signal), source, path, options.maxUncompressed), { source });
}

async function* raw(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const descriptor = path === '-' ? STANDARD_INPUT : open(path);
  if (fstatSync(descriptor).isFile()) yield* pieces(descriptor, signal);
  else yield* streamed(descriptor, signal);
}

/** Bytes that a plain file will yield, for progress; undefined for pipes and compressed files. */
export function captureSize(path: string): number | undefined {
  if (path === '-') return undefined;
  const descriptor = open(path);
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return undefined;
    const head = new Uint8Array(4);
    readSync(descriptor, head, 0, 4, 0);
    return compressionOf(head) ? undefined : facts.size;
  } finally {
    closeSync(descriptor);
  }
}

async function* pieces(descriptor: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  try {
    for (;;) {
      const length = readSync(descriptor, buffer, 0, PIECE, null);
      if (length === 0) return;
      yield length === PIECE ? buffer : buffer.subarray(0, length);
      // One turn of the event loop a piece: signals, keys and the screen are served while a file is read.
      await turn();
      if (signal?.aborted) return;
    }
  } finally {
    if (descriptor !== STANDARD_INPUT) closeSync(descriptor);
  }
}

async function* streamed(descriptor: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const facts = fstatSync(descriptor);
  // A read of a silent pipe would hold a thread, and the program's end with it; a socket waits without one.
  const stream =
    facts.isFIFO() || facts.isSocket()
      ? new Socket({ fd: descriptor, readable: true, writable: false })
      : createReadStream('', { fd: descriptor, highWaterMark: PIECE });
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop);
  try {
    for await (const chunk of stream) {
      yield chunk as Uint8Array;
      if (signal?.aborted) return;
    }
  } catch (error) {
    if (!signal?.aborted) throw fault(descriptor === STANDARD_INPUT ? 'standard input' : 'the input', error);
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
}

function open(path: string): number {
  try {
    const descriptor = openSync(path, 'r');
    if (!fstatSync(descriptor).isDirectory()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw fault(path, error);
  }
  throw new CaptureFault('cannot-open', `${path} is a directory: name a capture file in it`);
}

function fault(path: string, error: unknown): CaptureFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory: name a capture file in it',
    EIO: 'the device reported an error',
  };
  return new CaptureFault(
    'cannot-open',
    `${path} cannot be read: ${reasons[code] ?? (error instanceof Error ? error.message : String(error))}`,
  );
}
