/** Wireshark's names mean what they mean in Wireshark: the connections found in every sample are those that tshark found (`test/golden/filter/record.mjs`). */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isFilterError, parseFilter } from '../../src/analysis/filter/index.ts';
import { analyse } from '../../src/analysis/index.ts';
import { Inspector } from '../../src/trace/index.ts';
import { samples } from '../support/samples.ts';

const record = new URL('../golden/filter/tshark.json', import.meta.url);
const recorded = JSON.parse(readFileSync(record, 'utf8')) as Record<string, Record<string, number[]>>;

/** Where the two differ, and why. */
const differs: Readonly<Record<string, string>> = {};

describe.each(samples)('$name', ({ name, bytes }) => {
  const inspector = new Inspector({ name });
  inspector.push(bytes);
  inspector.end();
  const trace = inspector.trace();
  const analysis = analyse(trace);

  test.each(Object.entries(recorded[name] ?? {}))('%s', (text, streams) => {
    const filter = parseFilter(text);
    if (isFilterError(filter)) throw new Error(filter.message);
    const found = Array.from({ length: trace.size }, (_, row) => row).filter((row) => filter.test(trace, analysis, row));
    const known = differs[`${name} ${text}`];
    if (known === undefined) expect(found.map((row) => trace.connection(row).tcpStream)).toEqual(streams);
    else
      expect(
        found.map((row) => trace.connection(row).tcpStream),
        known,
      ).not.toEqual(streams);
  });
});

test('every sample is recorded', () => {
  expect(Object.keys(recorded).sort()).toEqual(samples.map(({ name }) => name).sort());
});
