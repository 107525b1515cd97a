/** Captures to be read as one trace: in the order of their first frames, each opened when it is its turn. */

import type { SourceFacts } from './compression.ts';
import { CaptureFault } from './frame.ts';
import { CaptureReader } from './reader.ts';
import { type CaptureBytes, canBeReadAgain, captureSize, openCapture, type SourceOptions } from './source.ts';

export interface OpenedCapture {
  /** As it was named. */
  readonly path: string;
  /** Grows while its bytes are read. */
  readonly source: SourceFacts;
  /** Nanoseconds since 1970 of its first frame; undefined where it has none, and for a lone capture, of which nothing is read before. */
  readonly begins: bigint | undefined;
  readonly bytes: AsyncIterator<Uint8Array>;
}

export interface Captures {
  /** In order of their first frames; those without any come last. */
  readonly opened: readonly OpenedCapture[];
  /** Those that cannot be read at all, with the reason. */
  readonly unread: readonly { readonly path: string; readonly fault: CaptureFault }[];
}

/** Looks at the first frame of each capture, unless there is only one. @throws CaptureFault where none can be read */
export async function openCaptures(paths: readonly string[], options: SourceOptions = {}): Promise<Captures> {
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) {
    const bytes = openCapture(only, options);
    return { opened: [{ path: only, source: bytes.source, begins: undefined, bytes }], unread: [] };
  }
  const opened: OpenedCapture[] = [];
  const unread: { path: string; fault: CaptureFault }[] = [];
  for (const path of paths) {
    if (options.signal?.aborted) break;
    try {
      opened.push(await looked(path, { ...options, follow: false }));
    } catch (error) {
      if (!(error instanceof CaptureFault)) throw error;
      unread.push({ path, fault: error });
    }
  }
  if (opened.length === 0 && unread.length > 0) throw unread[0]!.fault;
  opened.sort(byBegin);
  const last = opened.at(-1);
  // Only the newest of them can still grow.
  if (options.follow && last && canBeReadAgain(last.path)) opened[opened.length - 1] = { ...last, ...fresh(last.path, options) };
  return { opened, unread };
}

const byBegin = (a: OpenedCapture, b: OpenedCapture): number =>
  a.begins === b.begins ? 0 : a.begins === undefined || (b.begins !== undefined && a.begins > b.begins) ? 1 : -1;

const fresh = (path: string, options: SourceOptions): Pick<OpenedCapture, 'source' | 'bytes'> => {
  const bytes = openCapture(path, options);
  return { source: bytes.source, bytes };
};

/** Bytes that all of them will yield, for progress; undefined where that is not known. */
export function capturesSize(paths: readonly string[]): number | undefined {
  let sum = 0;
  for (const path of paths) {
    const size = captureSize(path);
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

/** A file is opened again when its turn comes: a thousand of them would be too many open ones. What a pipe has given is kept. */
async function looked(path: string, options: SourceOptions): Promise<OpenedCapture> {
  const again = canBeReadAgain(path);
  const bytes = openCapture(path, options);
  const kept: Uint8Array[] = [];
  const reader = new CaptureReader({ frame() {}, secrets() {} }, { name: path });
  try {
    while (reader.facts.epoch === undefined) {
      const piece = await bytes.next();
      if (piece.done === true) {
        if (options.signal?.aborted !== true) reader.end();
        break;
      }
      reader.push(piece.value);
      if (!again) kept.push(piece.value.slice());
    }
  } catch (error) {
    await bytes.return(undefined);
    throw error;
  }
  const begins = reader.facts.epoch;
  if (!again) return { path, source: bytes.source, begins, bytes: replayed(kept, bytes) };
  await bytes.return(undefined);
  return { path, begins, ...fresh(path, options) };
}

async function* replayed(kept: Uint8Array[], rest: CaptureBytes): AsyncGenerator<Uint8Array> {
  yield* kept.splice(0);
  yield* rest;
}
