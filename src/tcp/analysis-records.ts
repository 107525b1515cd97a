/** What the judgement of segments keeps per connection: 64 bytes beside its record, one cache line. */

import { GrowingMemory } from '../memory.ts';
import { WORDS } from './analysis-layout.ts';

const BYTES = WORDS * 4;

export class AnalysisRecords {
  i32: Int32Array;
  f64: Float64Array;
  size = 0;
  readonly #memory = new GrowingMemory();
  #capacity = 0;

  constructor() {
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
  }

  /** A record of zeros for the next connection. */
  add(): void {
    this.size += 1;
    if (this.size > this.#capacity) this.#grow();
  }

  #grow(): void {
    this.#memory.grow();
    this.i32 = this.#memory.i32;
    this.f64 = this.#memory.f64;
    this.#capacity = Math.floor(this.#memory.bytes / BYTES);
  }
}
