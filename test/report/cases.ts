/** Captures that every report must be able to tell: the samples, one without anything in it, and the hostile set where it is at hand. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../src/analysis/index.ts';
import { CaptureFault } from '../../src/capture/index.ts';
import { inspectBytes } from '../support/inspect.ts';
import { samples } from '../support/samples.ts';
import { shared } from '../support/shared.ts';
import type { Stage } from './stage.ts';

const bombScript = shared('tools/bombs.py');
export const hasBombs: boolean = existsSync(bombScript);
const noConnections = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');

function captures(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const all = [...samples, { name: 'nothing.pcap', bytes: new Uint8Array(noConnections) }];
  if (!hasBombs) return all;
  const bombs = mkdtempSync(join(tmpdir(), 'warmwire-bombs-'));
  try {
    execFileSync('python3', [bombScript, bombs, '--scale', '0.01'], { stdio: 'ignore' });
    const expected = JSON.parse(readFileSync(join(bombs, 'expect.json'), 'utf8')) as Record<string, { file: string }>;
    return [...all, ...Object.values(expected).map(({ file }) => ({ name: file, bytes: new Uint8Array(readFileSync(join(bombs, file))) }))];
  } finally {
    rmSync(bombs, { recursive: true });
  }
}

/** undefined where the bytes are no capture. */
export function staged(bytes: Uint8Array): Stage | undefined {
  try {
    const trace = inspectBytes(bytes);
    return { trace, analysis: analyse(trace) };
  } catch (error) {
    if (error instanceof CaptureFault) return undefined;
    throw error;
  }
}

export interface Case extends Stage {
  readonly name: string;
  readonly bytes: Uint8Array;
}
/** Floods hold thousands of alike rows and no texts: their laws are in test/laws. */
const mostRows = 1000;
export const cases: readonly Case[] = captures().flatMap(({ name, bytes }) => {
  const stage = staged(bytes);
  if (stage === undefined || stage.trace.size + stage.trace.columns.exchanges > mostRows) return [];
  return [{ name, bytes, ...stage }];
});
