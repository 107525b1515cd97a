/** What the judgement of segments keeps per connection: 64 bytes beside its record, one cache line. */

import { firstRows, GrowingMemory } from '../memory.ts';
import { COUNTS, HISTORY, WORDS } from './analysis-layout.ts';

const BYTES = WORDS * 4;

export class AnalysisRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  #memory = new GrowingMemory();
  /** After the end: history and counts of each connection, all that is still asked for. Histories are fewer than 65,536. */
  #histories: Uint16Array | undefined;
  #counts: Int32Array | undefined;
  #capacity = firstRows;

  constructor() {
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
  }

  /** A record of zeros for the next connection. */
  add(): void {
    this.size += 1;
    if (this.size > this.#capacity) this.#grow();
  }

  /** What is read when the capture is over, or before. */
  history(c: number): number {
    return this.#histories ? this.#histories[c]! : this.i32[c * WORDS + HISTORY]!;
  }

  countsRow(c: number): number {
    return (this.#counts ? this.#counts[c]! : this.i32[c * WORDS + COUNTS]!) - 1;
  }

  /** No more segments will come: gives back what only they need, most of a hundred megabytes for a million connections. */
  settle(): void {
    const histories = new Uint16Array(this.size);
    const counts = new Int32Array(this.size);
    for (let c = 0; c < this.size; c += 1) {
      const w = c * WORDS;
      histories[c] = this.i32[w + HISTORY]!;
      counts[c] = this.i32[w + COUNTS]!;
    }
    this.#histories = histories;
    this.#counts = counts;
    this.#memory = new GrowingMemory();
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
  }

  #grow(): void {
    this.#memory.grow();
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
  }
}
