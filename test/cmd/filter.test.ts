/** `-Y`: which connections a report and an explanation tell of, and what is said of a mistake. Runs the built program. */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sample = join(root, 'samples', 'nginx-idle-too-short.pcap');

function warmwire(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [join(root, 'dist', 'cmd', 'main.js'), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

interface Document {
  readonly options: { readonly filter?: string };
  readonly totals: { readonly connections: number; readonly avoidable: number; readonly opens_actual: number; readonly opens_min: number };
  readonly origins: readonly { readonly connections: number; readonly connection_ids: readonly number[] }[];
  readonly connections: readonly { readonly id: number; readonly avoidable: boolean; readonly previous_id?: number }[];
}

test('a report of some: totals and origins are theirs, verdicts those of the whole capture', () => {
  const { status, out } = warmwire('report', sample, '--json', '-Y', 'tcp.stream in {3, 5}');
  expect(status).toBe(0);
  const { options, totals, origins, connections } = JSON.parse(out) as Document;
  expect(options.filter).toBe('tcp.stream in {3, 5}');
  expect(totals).toMatchObject({ connections: 2, avoidable: 2, opens_actual: 2, opens_min: 0 });
  expect(origins).toMatchObject([{ connections: 2, connection_ids: [3, 5] }]);
  expect(connections.map(({ id, avoidable, previous_id }) => [id, avoidable, previous_id])).toEqual([
    [3, true, 2],
    [5, true, 4],
  ]);
});

test('a filter that all satisfy changes nothing but its own name', () => {
  const all = warmwire('report', sample, '--json').out;
  expect(warmwire('report', sample, '--json', '-Y', 'tcp').out.replace(',"filter":"tcp"', '')).toBe(all);
});

test.each(['ndjson', 'csv', 'md', 'text'])('%s lists what satisfies it', (format) => {
  const { out } = warmwire('report', sample, '-T', format, '-Y', 'tcp.stream == 3', '--columns', 'id,requests');
  expect(out).toMatch(format === 'ndjson' ? /"id":3,"requests":1/ : /^\W*3\W+1\W*$/m);
  expect(out).not.toMatch(format === 'ndjson' ? /"id":4,/ : /^\W*4\W+1\W*$/m);
});

test('explain tells the stories of those that satisfy it', () => {
  const { out } = warmwire('explain', sample, '-Y', 'tcp.stream in {3, 5}');
  expect(out.match(/^Connection \d+/gm)).toEqual(['Connection 3', 'Connection 5']);
  expect(out).toContain('client opens connection 4 to the same origin');
  expect(warmwire('explain', sample, '-Y', 'http2').err).toContain('no connection satisfies the filter');
});

test('nothing satisfies it, or it is none', () => {
  expect(warmwire('report', sample, '-Y', 'http2').out).toContain('No connection satisfies the filter.');
  const { status, err } = warmwire('report', sample, '-Y', 'http && conn.avoidabel');
  expect(status).toBe(2);
  expect(err).toBe(
    "warmwire: -Y: no field is called 'conn.avoidabel'; did you mean conn.avoidable?\n  http && conn.avoidabel\n          ^^^^^^^^^^^^^^\n",
  );
});
