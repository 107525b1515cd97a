/** Where the screens get their data: a snapshot to read, and a bell that rings when there is a newer one. */

import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';

export interface Progress {
  readonly bytes: number;
  /** undefined where the end is not known: a pipe, a growing file. */
  readonly totalBytes: number | undefined;
  readonly frames: number;
  readonly done: boolean;
}

export interface Snapshot {
  readonly trace: Trace;
  readonly analysis: Analysis;
  readonly progress: Progress;
}

export interface Source {
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
}
