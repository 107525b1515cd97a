/** Which lines a screen has room for: a narrow terminal gives up its ornaments first and its rows last. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Layout {
  readonly columns: number;
  readonly status: boolean;
  readonly headline: boolean;
  readonly trail: boolean;
  readonly summary: number;
  readonly head: boolean;
  readonly footer: boolean;
  /** Rows of the list itself. */
  readonly body: number;
}

/** Lines of a connection's summary above its tabs. */
const summaryLines = 4;

/** One line less than the terminal has: at full height Ink and some terminals scroll. */
export function layout(size: Size, summarised: boolean): Layout {
  let left = Math.max(1, size.rows - 1) - 1;
  const take = (lines: number, keep: number): number => {
    if (left - lines < keep) return 0;
    left -= lines;
    return lines;
  };
  const footer = take(1, 0) > 0;
  const head = take(1, 2) > 0;
  const trail = take(1, 2) > 0;
  const status = take(1, 3) > 0;
  const headline = take(1, 3) > 0;
  const summary = summarised ? take(summaryLines, 8) || take(2, 2) : 0;
  return { columns: Math.max(1, size.columns), status, headline, trail, summary, head, footer, body: left + 1 };
}
