/** The Prometheus text file: every line is of the exposition format, and labels are few. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/index.ts';
import { prometheus } from '../../src/report/prometheus.ts';
import { madeUpTrace, seconds } from '../support/made-up-trace.ts';
import { empty, hostile, rendered, usual } from './stage.ts';

// https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4
const comment = /^# (HELP|TYPE) [a-z_]+ .+$/;
const sample = /^([a-z_]+)(\{([a-z_]+="(\\[\\"n]|[^"\\\n])*",?)*\})? (NaN|[+-]Inf|-?[0-9.e+-]+)$/;

function samples(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.trimEnd().split('\n')) {
    if (comment.test(line)) continue;
    expect(line).toMatch(sample);
    const space = line.lastIndexOf(' ');
    expect(found.has(line.slice(0, space)), `${line} is there twice`).toBe(false);
    found.set(line.slice(0, space), Number(line.slice(space + 1).replace('+Inf', 'Infinity')));
  }
  return found;
}

describe('every line is one that Prometheus reads, none is there twice', () => {
  test.each([
    ['usual', usual()],
    ['hostile', hostile()],
    ['empty', empty()],
  ])('%s', (_, stage) => {
    expect(samples(rendered(prometheus, stage)).size).toBeGreaterThan(10);
  });
});

test('the numbers are those of the analysis, in seconds', () => {
  const found = samples(rendered(prometheus, usual()));
  expect(found.get('warmwire_avoidable_handshakes')).toBe(4);
  expect(found.get('warmwire_wasted_setup_seconds')).toBe(0.16);
  expect(found.get('warmwire_setup_seconds_count')).toBe(6);
  expect(found.get('warmwire_origin_connections{origin="shop.example:80",client="10.0.0.1",server="10.0.0.2:80",scheme="http"}')).toBe(5);
});

test('of many origins the worst have labels, the others are one', () => {
  const trace = madeUpTrace(
    Array.from({ length: 100 }, (_, i) => ({
      at: seconds(i),
      authority: `host-${i}.example`,
      exchanges: [[seconds(i), seconds(i + 1)] as const],
    })),
  );
  const found = samples(rendered(prometheus, { trace, analysis: analyse(trace) }));
  const connections = [...found].filter(([name]) => name.startsWith('warmwire_origin_connections'));
  expect(connections).toHaveLength(21);
  expect(connections.reduce((sum, [, value]) => sum + value, 0)).toBe(100);
});
