/** What a report format is: a name, a file ending, and a generator of text or bytes. */

import type { Analysis } from '../analysis/index.ts';
import type { TimeFormat } from '../clock.ts';
import type { Trace } from '../trace/index.ts';
import type { TableName } from './flat.ts';

/** Text, or bytes: of a binary format, or in UTF-8 where they were asked for. */
export type Piece = string | Uint8Array;

export interface RenderOptions {
  /** One record per request as well. */
  readonly exchanges?: boolean | undefined;
  /** Which table a flat format (CSV, Parquet) writes; the connections where undefined, with `exchanges` the requests. */
  readonly table?: TableName | undefined;
  /** Names of the columns to show, in this order; all (text: a chosen few) where undefined. */
  readonly columns?: readonly string[] | undefined;
  /** The reading was interrupted: the report is of what was read so far. */
  readonly interrupted?: boolean | undefined;
  /** Decode As rules. */
  readonly decodeAs?: readonly string[] | undefined;
  /** The filter by which connections were selected. */
  readonly filter?: string | undefined;
  /** How the user named the captures, for command lines to copy; their file names where undefined. */
  readonly inputs?: readonly string[] | undefined;
  /** Where a format makes rows as bytes, pieces of bytes are wanted: each is borrowed until the next one is asked for. */
  readonly bytes?: boolean | undefined;
  /** Columns of the terminal (text). */
  readonly width?: number | undefined;
  readonly color?: boolean | undefined;
  /** How moments are shown (text): since the first frame (of a story: since its connection began) where undefined. */
  readonly times?: TimeFormat | undefined;
}

export interface ReportFormat {
  readonly name: string;
  /** Ending of its files, without the dot. */
  readonly extension: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  /** It holds one table, which `table` chooses. */
  readonly isFlat?: true;
  /** It yields bytes, no text: nothing for a terminal. */
  readonly isBinary?: true;
  /** Yields whole lines or pieces of them, never the whole text at once: a trace may have a million connections. */
  render(trace: Trace, analysis: Analysis, options?: RenderOptions): Iterable<Piece>;
}
