/** One connection with its verdict, each made only when a column asks for it. */

import type { Connection, Trace } from '../trace/index.ts';
import type { Analysis, Row, Verdict } from './analysis.ts';

export class LazyRow implements Row {
  readonly id: number;
  readonly #trace: Trace;
  readonly #analysis: Analysis | undefined;
  #connection: Connection | undefined;
  #verdict: Verdict | undefined;

  /** Without an analysis for columns that are known before there is one. */
  constructor(trace: Trace, analysis: Analysis | undefined, id: number) {
    this.id = id;
    this.#trace = trace;
    this.#analysis = analysis;
  }

  get connection(): Connection {
    this.#connection ??= this.#trace.view(this.id);
    return this.#connection;
  }

  get verdict(): Verdict {
    if (this.#analysis === undefined) throw new Error('a column that is known at once needs the verdict');
    this.#verdict ??= this.#analysis.verdict(this.id);
    return this.#verdict;
  }
}
