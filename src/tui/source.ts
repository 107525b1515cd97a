/** Where the screens get their data: a snapshot to read, and a bell that rings when there is a newer one. */

import type { Analysis } from '../analysis/index.ts';
import type { PacketList, Trace } from '../trace/index.ts';

export interface Progress {
  readonly bytes: number;
  /** undefined where the end is not known: a pipe, a growing file. */
  readonly totalBytes: number | undefined;
  readonly frames: number;
  readonly done: boolean;
}

/** The packets of one connection: sought when first asked for; the bell rings when there are more. */
export type Packets =
  | { readonly state: 'seeking'; readonly part: number | undefined }
  | { readonly state: 'missing'; readonly why: string }
  | { readonly state: 'found'; readonly list: PacketList };

/** What is known at a moment. */
export interface Seen {
  readonly trace: Trace;
  readonly analysis: Analysis;
  readonly progress: Progress;
}

/** The same as it is shown: `analysis` is of what the filter lets through, `whole` of everything. */
export interface Snapshot extends Seen {
  readonly whole: Analysis;
}

export interface Source {
  snapshot(): Seen;
  subscribe(listener: () => void): () => void;
  /** Where packets can be read again. */
  packets?(connection: number): Packets;
}

/** What can be written, and by what command line. */
export interface Exporter {
  /** Endings of files, without the dot. */
  readonly endings: readonly string[];
  /** `rows`: the connections; undefined for all. Calls `done` with what was written, or why it was not. */
  report(path: string, rows: Uint32Array | undefined, filter: string, done: (said: string) => void): void;
  /** The packets of these connections as pcapng. */
  packets(path: string, rows: Uint32Array, done: (said: string) => void): void;
  text(path: string, content: string, done: (said: string) => void): void;
  /** The command line that gives the same: the command and its options, what follows the captures. */
  commandLine(words: readonly string[], last?: readonly string[]): string;
  /** Wireshark's, for one capture: what shows the packets that satisfy a display filter, or what `options` ask for. */
  tshark(options: readonly string[], filter: string): string;
}
