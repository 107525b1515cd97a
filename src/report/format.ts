/** What a report format is: a name, a file ending, and a generator of text. */

import type { Analysis } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';

export interface RenderOptions {
  /** One record per request as well. */
  readonly exchanges?: boolean | undefined;
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
  /** Columns of the terminal (text). */
  readonly width?: number | undefined;
  readonly color?: boolean | undefined;
}

export interface ReportFormat {
  readonly name: string;
  /** Ending of its files, without the dot. */
  readonly extension: string;
  /** One sentence for `--help`. */
  readonly summary: string;
  /** Yields whole lines or pieces of them, never the whole text at once: a trace may have a million connections. */
  render(trace: Trace, analysis: Analysis, options?: RenderOptions): Iterable<string>;
}
