/** Plays every scenario of test/scenarios and compares its trace line by line. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { impossible, unaccounted } from './support/facts.ts';
import { scenariosOf, told } from './support/scenario.ts';

const folder = new URL('./scenarios/', import.meta.url);

describe.each(readdirSync(folder).filter((name) => name.endsWith('.md')))('%s', (file) => {
  for (const { title, trace, expected, states, notYet } of scenariosOf(readFileSync(new URL(file, folder), 'utf8'))) {
    // What is known to be wrong must fail, so that the mark goes when it is put right.
    (notYet ? it.fails : it)(title, () => {
      expect(told(trace, states)).toEqual(expected);
      expect(unaccounted(trace.accounting)).toEqual([]);
      expect(impossible(trace)).toEqual([]);
    });
  }
});
