/** What HTTP did on the connections of a trace; of one that carried much it is found once, however often it is asked for. */

import type { ExchangeLog } from '../http/index.ts';
import type { RecordColumns } from './columns.ts';
import { HttpSummary } from './http-summary.ts';

/** Along fewer exchanges it is as quick to go again. */
const many = 1000;
/** Connections of which it is kept. */
const most = 1000;

export class HttpSummaries {
  readonly #log: ExchangeLog;
  readonly #columns: RecordColumns;
  readonly #kept = new Map<number, HttpSummary>();

  constructor(log: ExchangeLog, columns: RecordColumns) {
    this.#log = log;
    this.#columns = columns;
  }

  of(connection: number): HttpSummary {
    const kept = this.#kept.size === 0 ? undefined : this.#kept.get(connection);
    if (kept !== undefined) return kept;
    const made = new HttpSummary(connection, this.#log, this.#columns);
    if (made.requests + made.responses >= many) {
      if (this.#kept.size === most) this.#kept.clear();
      this.#kept.set(connection, made);
    }
    return made;
  }
}
