/** Connections that leave while a capture is still being read are told once, or again when more was seen of them; none is forgotten. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyse, listed } from '../../src/analysis/index.ts';
import { NdjsonStream } from '../../src/report/index.ts';
import { Departures, Inspector } from '../../src/trace/index.ts';
// @ts-expect-error A script without types.
import { generate } from '../bench/generate.mjs';

let folder: string;
let capture: Uint8Array;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warmwire-'));
  const path = join(folder, 'many.pcap');
  generate(path, 'ordinary', { connections: 1500 });
  capture = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly early: readonly string[];
  readonly late: readonly string[];
  readonly whole: readonly string[];
}

/** Many come in one piece. */
const linesOf = (pieces: Iterable<string | Uint8Array>): string[] =>
  [...pieces]
    .join('')
    .split('\n')
    .filter((line) => line !== '');

function told(piece: number): Told {
  const departures = new Departures();
  const stream = new NdjsonStream();
  const early: string[] = [];
  const milestone = (inspector: Inspector): void => {
    const trace = inspector.trace();
    early.push(...linesOf(stream.connections(trace, departures.take(trace.columns, trace.lastTime))));
  };
  const inspector = new Inspector({ name: 'many.pcap', milestone });
  for (let at = 0; at < capture.length; at += piece) inspector.push(capture.subarray(at, at + piece));
  inspector.end();
  const trace = inspector.trace();
  const late = linesOf(stream.connections(trace, departures.rest(trace.columns)));
  return { early, late, whole: linesOf(stream.connections(trace, listed(trace, analyse(trace)))) };
}

test('each connection is told, as the whole trace has it', () => {
  const { early, late, whole } = told(1 << 18);
  expect(early.length).toBeGreaterThan(100);
  const last = new Map([...early, ...late].map((line) => [(JSON.parse(line) as { id: number }).id, line]));
  expect([...last].sort(([a], [b]) => a - b).map(([, line]) => line)).toEqual(whole);
  expect(early.length + late.length).toBe(whole.length);
});

test('in the same order, however the capture is cut', () => {
  expect(told(7919)).toEqual(told(1 << 18));
});
