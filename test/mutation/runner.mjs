/** Runs each test once as it is and then with every mutant that it came past and nobody has killed yet. */

import { setMaxListeners } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { TestRunner } from 'vitest';

/** A mutant may take so many times the turns of loops, and the calls, that the original takes. */
const patience = 4;
const leastTurns = 200_000;

const hits = new Set();
/** Files of which something was called. */
const called = new Set();
/** What modules computed when they were loaded, in that order, each after what it is made of. */
const values = [];
const sources = new Map();
let active = 0;
let turns = 0;
let mostTurns = Number.POSITIVE_INFINITY;

globalThis.$mutation = {
  on(id) {
    if (active === 0) hits.add(id);
    return active === id;
  },
  here(file) {
    if (active === 0) called.add(file);
    // An iterator without an end has no loop of its own.
    this.turn();
  },
  turn() {
    turns += 1;
    if (turns > mostTurns) throw new Error('no end in sight');
  },
  once(file, name, text, ids, compute) {
    // What its making calls is its own, too.
    hits.clear();
    compute();
    values.push({ file, name, text, ids: [...new Set([...ids, ...hits])], compute });
    hits.clear();
  },
  loaded(file, source) {
    sources.set(file, source);
    reach = undefined;
    reaches.clear();
  },
};

/** By mutant of a value: what is made of that value, itself included, to be computed again; and what sees its difference. */
let reach;
function reachOf(id) {
  if (reach === undefined) {
    reach = new Map();
    for (const value of values) for (const each of value.ids) if (!reach.has(each)) reach.set(each, reachOfValue(value));
  }
  return reach.get(id);
}

const reaches = new Map();
function reachOfValue(value) {
  if (!reaches.has(value)) {
    const made = [value];
    // Each value comes after what it is made of.
    for (const other of values)
      if (!made.includes(other) && made.some(({ file, name }) => sees(other.file, file, name) && wordsOf(other.text).has(name)))
        made.push(other);
    const files = [...sources.keys()].filter((file) => made.some((each) => sees(file, each.file, each.name)));
    reaches.set(value, { made, files, names: made.map(({ name }) => name) });
  }
  return reaches.get(value);
}

/** Whether a file can name what another declares. */
const sees = (file, declaring, name) => file === declaring || importsOf(sources.get(file)).has(name);

const found = new Map();
function wordsOf(text) {
  if (!found.has(text)) found.set(text, new Set(text.match(/[\w$]+/g)));
  return found.get(text);
}
const imports = new Map();
function importsOf(text) {
  if (!imports.has(text))
    imports.set(text, new Set([...text.matchAll(/^import [^;]*? from/gm)].flatMap(([line]) => line.match(/[\w$]+/g))));
  return imports.get(text);
}

// Each run of a test listens to the signal of the first.
setMaxListeners(0);
fc.configureGlobal({ seed: 1, endOnFailure: true });

const killed = new Map();
const seen = new Set();
const tests = new Map();

/** Of values: those whose difference this test could see, by what it called or by what its own file names. */
function valuesSeen(path) {
  if (!tests.has(path)) tests.set(path, readFileSync(path, 'utf8'));
  return values.flatMap(({ ids }) => {
    if (ids.length === 0 || ids.every((id) => killed.has(id))) return [];
    const { files, names } = reachOf(ids[0]);
    return files.some((file) => called.has(file)) || names.some((name) => importsOf(tests.get(path)).has(name)) ? ids : [];
  });
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default class MutationRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    hits.clear();
    called.clear();
    turns = 0;
    mostTurns = Number.POSITIVE_INFINITY;
    await run();
    const usual = turns;
    for (const id of valuesSeen(test.file.filepath)) hits.add(id);
    const wanted = [...hits].filter((id) => !killed.has(id));
    for (const id of hits) seen.add(id);
    for (const id of wanted) {
      if (Date.now() > Number(process.env.MUTATION_END)) break;
      const made = reachOf(id)?.made ?? [];
      active = id;
      turns = 0;
      mostTurns = leastTurns + patience * usual;
      try {
        for (const value of made) value.compute();
        await run();
      } catch {
        killed.set(id, test.name);
      }
      active = 0;
      mostTurns = Number.POSITIVE_INFINITY;
      for (const value of made) value.compute();
    }
  }

  onAfterRunFiles() {
    super.onAfterRunFiles?.();
    writeFileSync(process.env.MUTATION_RESULT, JSON.stringify({ killed: [...killed], seen: [...seen] }));
  }
}
