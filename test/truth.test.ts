/** Holds the JSON report of every capture beside the project against what tshark says of it, connection by connection; differences are listed with reasons. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shared } from './support/shared.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const comparison = shared('tools/compare.py');
const captures = shared('captures/dev');
const known = join('test', 'golden', 'tshark', 'compare-known.csv');
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!existsSync(comparison) || !existsSync(captures) || !hasPython)(
  'tshark agrees, or the difference is explained',
  { timeout: 300_000 },
  () => {
    const { status, stdout } = spawnSync('python3', [comparison, captures, '--known', known, '--min', '100'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/ 0 extra, 0 captures unread: 100\.00 %\n$/);
    expect(status).toBe(0);
  },
);
