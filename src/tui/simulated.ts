/** The same requests with other settings: worked out beside the screen, that of the settings before is shown until then. */

import type { Simulation } from '../analysis/index.ts';
import { Aside } from './aside.ts';
import { few } from './slices.ts';
import type { Snapshot } from './source.ts';
import type { WhatIf } from './store.ts';

/** They are replayed in a few milliseconds. */
const manyRequests = 4 * few;

export class Simulated {
  readonly #aside: Aside<Simulation>;
  #latest: Simulation | undefined;

  constructor(ready: () => void) {
    this.#aside = new Aside(ready);
  }

  of(snapshot: Snapshot, settings: WhatIf): Simulation | undefined {
    const { analysis, trace } = snapshot;
    const work = (): Generator<unknown, Simulation, void> => analysis.simulating(settings);
    const isLittle = trace.size <= few && trace.columns.exchanges <= manyRequests;
    this.#latest = this.#aside.of(snapshot, JSON.stringify(Object.values(settings)), isLittle, work) ?? this.#latest;
    return this.#latest;
  }

  stop(): void {
    this.#aside.stop();
  }
}
