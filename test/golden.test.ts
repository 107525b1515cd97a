/** Holds the reports of every sample against the recorded ones. `UPDATE_GOLDEN=1 npm test` records them anew: read the difference. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { golden, reportOf, root, samples } from './golden/samples.ts';

const formats = [
  { ending: 'txt', options: [] },
  { ending: 'json', options: ['--json', '--exchanges'] },
] as const;

const isUpdated = process.env.UPDATE_GOLDEN === '1';

describe.each(samples)('%s', (sample) => {
  test.each(formats)('its report as $ending is the recorded one', ({ ending, options }) => {
    const path = join(golden, `${sample}.${ending}`);
    const report = reportOf(sample, ...options);
    if (isUpdated) writeFileSync(path, report);
    expect(existsSync(path), `${path} is missing; UPDATE_GOLDEN=1 npm test records it`).toBe(true);
    expect(report).toBe(readFileSync(path, 'utf8'));
  });
});

describe('a second reader', () => {
  test.each(samples.filter((sample) => sample.endsWith('.pcap')))('finds the same in %s', (sample) => {
    const report = reportOf(sample, '--json', '--exchanges', '--reader', 'pcap-parser');
    expect(report.replace(',"reader":"pcap-parser"', '')).toBe(reportOf(sample, '--json', '--exchanges'));
  });
});

test('no record is left of a sample that is gone', () => {
  const kept = samples.flatMap((sample) => formats.map(({ ending }) => `${sample}.${ending}`));
  const recorded = readdirSync(golden).filter((name) => /\.pcap(ng)?\b.*\.(txt|json)$/.test(name));
  expect(recorded.sort()).toEqual(kept.sort());
});

describe('samples/README.md', () => {
  const stories = readFileSync(join(root, 'samples', 'README.md'), 'utf8');
  const sections = new Map(
    stories
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  test('tells the story of every sample, and of no other', () => {
    expect([...sections.keys()].sort()).toEqual(samples);
  });

  test.each(samples)('quotes what warmwire says of %s', (sample) => {
    const quoted = /^warmwire says:\n\n((?: {4}.*\n)+)/m.exec(`${sections.get(sample)}\n`)?.[1] ?? '';
    const lines = quoted.split('\n').filter((line) => line !== '');
    expect(lines.length, 'one line at least, indented by four, after "warmwire says:"').toBeGreaterThan(0);
    const report = reportOf(sample).split('\n');
    expect(lines.map((line) => line.slice(4)).filter((line) => !report.includes(line))).toEqual([]);
  });

  test.each(samples)('counts the connections, requests and reuses of %s', (sample) => {
    const row = stories.split('\n').find((line) => line.startsWith(`| [${sample}]`)) ?? '';
    const { totals } = JSON.parse(reportOf(sample, '--json')) as { totals: Record<string, number> };
    const [connections, requests, reuses] = row.split('|').slice(3, 6).map(Number);
    expect({ connections, requests, reuses }).toEqual({
      connections: totals.connections,
      requests: totals.requests,
      reuses: totals.reuses,
    });
  });
});
