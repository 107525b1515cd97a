/** The one file in src/ that opens files: a capture's bytes from a path or from standard input, in pieces. */

import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { compressionOf, SourceFacts, type UnpackOptions, unpacked } from './compression.ts';
import { CaptureFault } from './frame.ts';

/** Stays in the second-level cache: 4-16 MiB pieces read 15-20 % slower. */
const PIECE = 256 << 10;
const STANDARD_INPUT = 0;

/** Milliseconds between two looks at a file that may grow, and at a named pipe that nobody writes to yet. */
const PERIOD = 200;

export interface SourceOptions extends UnpackOptions {
  /** At the end of a file wait until it grows or another takes its place, until the signal comes. */
  readonly follow?: boolean | undefined;
}

/** The bytes of a capture, and what was learned of the file that they came from. */
export interface CaptureBytes extends AsyncGenerator<Uint8Array> {
  readonly source: SourceFacts;
}

/** Yields unpacked bytes in borrowed pieces: use one before asking for the next. `-` is standard input. An aborted signal ends the bytes early, without an error. */
export function openCapture(path: string, options: SourceOptions = {}): CaptureBytes {
  const source = new SourceFacts();
  return Object.assign(unpacked(raw(path, options), source, path, options), { source });
}

async function* raw(path: string, { signal, follow }: SourceOptions): AsyncGenerator<Uint8Array> {
  const descriptor = path === '-' ? STANDARD_INPUT : open(path);
  const kind = fstatSync(descriptor);
  if (!kind.isFile()) {
    if (kind.isFIFO() && path !== '-') yield* firstOfPipe(descriptor, signal);
    if (!signal?.aborted) yield* streamed(descriptor, signal);
  } else if (follow === true) yield* followed(path, descriptor, signal);
  else yield* pieces(path, descriptor, signal);
}

/** Whether its bytes can be had twice: a file, and no pipe or device. */
export const canBeReadAgain = (path: string): boolean => isFile(path);

/** Bytes that a plain file will yield, for progress; undefined for pipes, compressed files and those that cannot be read. */
export function captureSize(path: string): number | undefined {
  // To open a named pipe and to close it again would break it for its writer.
  if (!isFile(path)) return undefined;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
    const head = new Uint8Array(4);
    readSync(descriptor, head, 0, 4, 0);
    return compressionOf(head) ? undefined : fstatSync(descriptor).size;
  } catch {
    // Who reads it is told why.
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const isFile = (path: string): boolean => path !== '-' && named(path)?.isFile() === true;

/** undefined where the name leads nowhere: who opens it is told why. */
function named(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function* pieces(path: string, descriptor: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  try {
    for (;;) {
      const length = readInto(buffer, path, descriptor, null);
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

/** A disk may fail in the middle of a file: what came before that is read. */
function readInto(buffer: Uint8Array, path: string, descriptor: number, position: number | null): number {
  try {
    return readSync(descriptor, buffer, 0, PIECE, position);
  } catch (error) {
    throw fault(path === '-' ? 'standard input' : path, error);
  }
}

/** As `tail -F`: goes on with the file that takes this one's place, and from the begin of one that was emptied. */
async function* followed(path: string, first: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  let descriptor = first;
  let position = 0;
  try {
    while (!signal?.aborted) {
      const length = readInto(buffer, path, descriptor, position);
      if (length > 0) {
        position += length;
        yield buffer.subarray(0, length);
        await turn();
      } else if (isReplaced(path, descriptor)) {
        closeSync(descriptor);
        descriptor = open(path);
        position = 0;
      } else if (fstatSync(descriptor).size < position) position = 0;
      else await asleep(signal);
    }
  } finally {
    if (descriptor !== STANDARD_INPUT) closeSync(descriptor);
  }
}

/** Another file has this name now. */
function isReplaced(path: string, descriptor: number): boolean {
  const now = path === '-' ? undefined : named(path);
  if (!now?.isFile()) return false;
  const { ino, dev } = fstatSync(descriptor);
  return now.ino !== ino || now.dev !== dev;
}

/** Until somebody writes to it, a named pipe that was opened without waiting looks as if it had ended. */
async function* firstOfPipe(descriptor: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  while (!signal?.aborted) {
    const length = available(descriptor, buffer);
    if (length > 0) yield buffer.subarray(0, length);
    if (length !== 0) return;
    await asleep(signal);
  }
  closeSync(descriptor);
}

/** Bytes read; -1 where there is a writer that has not written yet. */
function available(descriptor: number, buffer: Uint8Array): number {
  try {
    return readSync(descriptor, buffer, 0, PIECE, null);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return -1;
    throw fault('the input', error);
  }
}

const asleep = (signal: AbortSignal | undefined): Promise<void> => pause(PERIOD, undefined, signal && { signal }).catch(() => {});

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
    // Without waiting: a named pipe without a writer would stop everything, keys and signals too.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isDirectory()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw fault(path, error);
  }
  throw new CaptureFault('cannot-open', `${path} is a directory: name a capture file in it`);
}

function fault(path: string, error: unknown): CaptureFault {
  const reasons: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory: name a capture file in it',
    EIO: 'the device reported an error',
    ENOTDIR: 'no such file',
    ENAMETOOLONG: 'its name is too long',
    ELOOP: 'its symbolic links lead round in a circle',
  };
  return new CaptureFault(
    'cannot-open',
    `${path} cannot be read: ${reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error))}`,
  );
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
