/** Where results go: standard output at the speed of its reader, or a file that appears only when it is whole. */

import { closeSync, fsyncSync, linkSync, lstatSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Piece } from '../src/report/index.ts';
import { show } from '../src/show.ts';
import { exitStatus, Failure } from './failure.ts';

/** Pieces are gathered to about this many characters before they are written. */
const gathered = 64 << 10;
const exists = 'it exists; add --force to replace it, or choose another name';
/** Files of runs that were killed, beside one target. */
const mostLeft = 100;
/** So many milliseconds of writing, then signals have their turn. */
const turn = 50;

/** Done when the system has it all: whoever ends the process afterwards loses nothing of it, and bytes are borrowed no longer. */
export async function print(pieces: Iterable<Piece>): Promise<void> {
  for (const batch of batches(pieces)) await new Promise<void>((done) => process.stdout.write(batch, () => done()));
}

/** For formats that keep the text of the capture as it is: what reaches a terminal is made harmless, line by line. */
export function* harmless(pieces: Iterable<Piece>): Generator<Piece> {
  for (const piece of pieces) yield typeof piece === 'string' ? piece.split('\n').map(show).join('\n') : piece;
}

export interface Target {
  readonly path: string;
  /** The captures that are read: never to be replaced. */
  readonly inputs: readonly string[];
  readonly force: boolean;
}

/** Refuses what must not be written to; ask before a long reading as well as after it. Throws Failure. */
export function checkTarget({ path, inputs, force }: Target): void {
  const kind = kindOf(path);
  if (kind === 'directory') throw cannotWrite(path, 'it is a directory; name a file');
  if (kind === 'device' || kind === 'nothing') return;
  if (inputs.some((input) => isSame(path, input))) throw cannotWrite(path, 'it is the capture that is read; choose another name');
  if (!force) throw cannotWrite(path, exists);
}

/** Writes beside the target and renames, so that a reader sees the old file or the whole new one. Throws Failure. */
export async function writeFile(target: Target, pieces: Iterable<Piece>): Promise<void> {
  const output = new FileOutput(target);
  try {
    await output.writeInTurns(pieces);
    output.finish();
  } catch (error) {
    output.abandon();
    throw error;
  }
}

/** The same for what takes long: between two pieces everything else has its turn. Throws Failure. */
export async function writeFileInTurns(target: Target, pieces: AsyncIterable<Piece>): Promise<void> {
  const output = new FileOutput(target);
  try {
    for await (const piece of pieces) output.write([piece]);
    output.finish();
  } catch (error) {
    output.abandon();
    throw error;
  }
}

/** A file that is written bit by bit, and is there when it is whole. Throws Failure. */
export class FileOutput {
  readonly #path: string;
  readonly #force: boolean;
  readonly #temporary: string | undefined;
  readonly #descriptor: number;
  /** However the run ends, no half of a file is left behind. */
  readonly #removed = (): void => {
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
  };

  constructor(target: Target) {
    checkTarget(target);
    this.#path = target.path;
    this.#force = target.force;
    this.#temporary = kindOf(target.path) === 'device' ? undefined : temporaryFor(target.path);
    this.#descriptor = openOutput(this.#temporary ?? target.path, this.#temporary === undefined ? 'w' : 'wx', target.path);
    process.on('exit', this.#removed);
  }

  write(pieces: Iterable<Piece>): void {
    for (const batch of batches(pieces)) this.#writeBatch(batch);
  }

  /** The same, but signals are heard on the way. */
  async writeInTurns(pieces: Iterable<Piece>): Promise<void> {
    let next = performance.now() + turn;
    for (const batch of batches(pieces)) {
      this.#writeBatch(batch);
      if (performance.now() < next) continue;
      await setImmediate();
      next = performance.now() + turn;
    }
  }

  #writeBatch(batch: Piece): void {
    writeWhole(this.#descriptor, typeof batch === 'string' ? Buffer.from(batch) : batch, this.#path);
  }

  finish(): void {
    try {
      fsync(this.#descriptor);
      if (this.#temporary !== undefined) putInPlace(this.#temporary, this.#path, this.#force);
    } catch (error) {
      throw isSystemError(error) ? cannotWrite(this.#path, causeOf(error)) : error;
    }
    closeSync(this.#descriptor);
    process.removeListener('exit', this.#removed);
  }

  abandon(): void {
    closeSync(this.#descriptor);
    process.removeListener('exit', this.#removed);
    this.#removed();
  }
}

/** A write may take only a part; the disk may fill between two. */
function writeWhole(descriptor: number, bytes: Uint8Array, path: string): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, causeOf(error)) : error;
  }
}

/** Pipes and devices cannot be synchronised, and need not be. */
function fsync(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!isSystemError(error) || !['EINVAL', 'ENOTSUP', 'EROFS'].includes(error.code ?? '')) throw error;
  }
}

function openOutput(name: string, flags: 'w' | 'wx', path: string): number {
  try {
    return openSync(name, flags, 0o600);
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, causeOf(error)) : error;
  }
}

/** In a container every run may have the same number, and one that was killed has left its file behind. */
function temporaryFor(path: string): string {
  const name = `${path}.tmp-${process.pid}`;
  if (kindOf(name) === 'nothing') return name;
  let more = 1;
  while (more < mostLeft && kindOf(`${name}-${more}`) !== 'nothing') more += 1;
  return `${name}-${more}`;
}

/** What came into its place in the meantime is replaced only where that was asked for. */
function putInPlace(temporary: string, path: string, force: boolean): void {
  if (force) return renameSync(temporary, path);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') throw cannotWrite(path, exists);
    // A file system without links.
    return renameSync(temporary, path);
  }
  rmSync(temporary);
}

function kindOf(path: string): 'nothing' | 'file' | 'directory' | 'device' {
  const facts = factsOf(path);
  if (facts === undefined) return 'nothing';
  if (facts.isDirectory()) return 'directory';
  if (facts.isSymbolicLink() && path.startsWith('/dev/')) return 'device';
  return facts.isFile() || facts.isSymbolicLink() ? 'file' : 'device';
}

function factsOf(path: string): ReturnType<typeof lstatSync> {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, causeOf(error)) : error;
  }
}

/** A link that leads nowhere leads to no capture. */
function meantBy(name: string): ReturnType<typeof statSync> {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isSame(path: string, input: string): boolean {
  if (input === '-') return false;
  const [a, b] = [path, input].map(meantBy);
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev && realpathSync(path) === realpathSync(input);
}

/** Text is gathered; bytes come in large pieces already. */
function* batches(pieces: Iterable<Piece>): Generator<Piece> {
  let batch = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') batch += piece;
    if (typeof piece === 'string' && batch.length < gathered) continue;
    if (batch !== '') yield batch;
    batch = '';
    if (typeof piece !== 'string') yield piece;
  }
  if (batch !== '') yield batch;
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error && 'syscall' in error;

const cannotWrite = (path: string, why: string): Failure => new Failure(exitStatus.cannotWrite, `${path} cannot be written: ${why}`);

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  EFBIG: 'the file would be larger than allowed',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links lead round in a circle',
  EPIPE: 'its reader has gone',
};

const causeOf = (error: NodeJS.ErrnoException): string => causes[error.code ?? ''] ?? error.message;
