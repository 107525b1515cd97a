/** The connection that is being tested; its record and its exchanges are made only when a test asks for them. */

import type { Connection, ExchangeViews, Trace } from '../../trace/index.ts';
import type { Analysis, Row, Verdict } from '../analysis.ts';

export class Subject implements Row {
  readonly trace: Trace;
  readonly analysis: Analysis;
  index = 0;
  #connection: Connection | undefined;
  #verdict: Verdict | undefined;
  #exchanges: ExchangeViews | undefined;

  constructor(trace: Trace, analysis: Analysis) {
    this.trace = trace;
    this.analysis = analysis;
  }

  at(index: number): this {
    this.index = index;
    this.#connection = undefined;
    this.#verdict = undefined;
    this.#exchanges = undefined;
    return this;
  }

  get connection(): Connection {
    this.#connection ??= this.trace.view(this.index);
    return this.#connection;
  }

  get verdict(): Verdict {
    this.#verdict ??= this.analysis.verdict(this.index);
    return this.#verdict;
  }

  get exchanges(): ExchangeViews {
    this.#exchanges ??= this.trace.exchangeViews(this.index);
    return this.#exchanges;
  }
}
