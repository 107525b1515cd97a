/** Which lines a screen has room for: a narrow terminal gives up its ornaments first and its rows last. */

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Layout {
  readonly columns: number;
  readonly status: boolean;
  readonly headline: boolean;
  /** What was opened, open and idle over time. */
  readonly rates: boolean;
  readonly trail: boolean;
  readonly filter: number;
  readonly summary: number;
  readonly head: boolean;
  readonly footer: boolean;
  /** Lines below the rows. */
  readonly panel: number;
  /** Rows of the list itself. */
  readonly body: number;
}

export interface Wanted {
  /** A connection is told: it has a summary above its tabs. */
  readonly summary: boolean;
  readonly filter: number;
  readonly rates: boolean;
  readonly panel: number;
  /** Of the list: a short one leaves its room to what is below. */
  readonly rows: number;
}

/** Lines of a connection's summary above its tabs. */
const summaryLines = 4;

/** One line less than the terminal has: at full height Ink and some terminals scroll. */
export function layout(size: Size, wanted: Wanted): Layout {
  let left = Math.max(1, size.rows - 1) - 1;
  const take = (lines: number, keep: number): number => {
    if (left - lines < keep) return 0;
    left -= lines;
    return lines;
  };
  const footer = take(1, 0) > 0;
  const filter = wanted.filter === 0 ? 0 : take(wanted.filter, 1) || take(1, 0);
  const head = take(1, 2) > 0;
  const trail = take(1, 2) > 0;
  const status = take(1, 3) > 0;
  const headline = take(1, 3) > 0;
  const summary = wanted.summary ? take(summaryLines, 8) || take(2, 2) : 0;
  const rates = wanted.rates && take(1, 12) > 0;
  // Rows are what one came for.
  const most = Math.max(Math.floor((left + 1) * 0.6), left + 1 - Math.max(2, wanted.rows));
  const panel = wanted.panel === 0 ? 0 : take(Math.min(wanted.panel, Math.max(0, most)), 2);
  return { columns: Math.max(1, size.columns), status, headline, rates, trail, filter, summary, head, footer, panel, body: left + 1 };
}
