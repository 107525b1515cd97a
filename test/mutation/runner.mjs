/** Runs each test once as it is and then with every mutant that it came past and nobody has killed yet. */

import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { TestRunner } from 'vitest';

/** A mutant may take so many turns of loops more than the original. */
const patience = 30;
const leastTurns = 200_000;

const hits = new Set();
const again = new Map();
let active = 0;
let turns = 0;
let mostTurns = Number.POSITIVE_INFINITY;

globalThis.$mutation = {
  on(id) {
    if (active === 0) hits.add(id);
    return active === id;
  },
  turn() {
    turns += 1;
    if (turns > mostTurns) throw new Error('no end in sight');
  },
  once(ids, compute) {
    for (const id of ids) again.set(id, compute);
  },
};

// Each run of a test listens to the signal of the first.
setMaxListeners(0);
fc.configureGlobal({ seed: 1, endOnFailure: true });

const killed = new Map();
const seen = new Set();

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default class MutationRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    hits.clear();
    turns = 0;
    mostTurns = Number.POSITIVE_INFINITY;
    await run();
    const usual = turns;
    const wanted = [...hits, ...again.keys()].filter((id) => !killed.has(id));
    for (const id of hits) seen.add(id);
    for (const id of wanted) {
      if (Date.now() > Number(process.env.MUTATION_END)) break;
      active = id;
      turns = 0;
      mostTurns = Math.max(leastTurns, patience * usual);
      try {
        again.get(id)?.();
        await run();
      } catch {
        killed.set(id, test.name);
      }
      active = 0;
      again.get(id)?.();
    }
  }

  onAfterRunFiles() {
    super.onAfterRunFiles?.();
    writeFileSync(process.env.MUTATION_RESULT, JSON.stringify({ killed: [...killed], seen: [...seen], computed: [...again.keys()] }));
  }
}
