/** Mutants of other people's captures: damage is survived, and what keeps the meaning keeps the facts. Skipped where the shared folder is absent. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patience, times } from '../support/runs.ts';
import { sharedCaptures } from '../support/samples.ts';
import { shared } from '../support/shared.ts';
import { survive } from '../support/survival.ts';

const mutator = shared('tools/mutate.py');
const captures = existsSync(mutator) ? sharedCaptures() : [];
/** Fixed, so that a failure can be repeated: `mutate.py --seed 1` makes the same files. */
const seed = 1;

/** The mutator stumbles over a few captures itself; what it wrote until then is used. */
function mutants(name: string, options: readonly string[]): { name: string; bytes: Uint8Array }[] {
  const folder = mkdtempSync(join(tmpdir(), 'warmwire-mutants-'));
  try {
    spawnSync('python3', [mutator, '-o', folder, '--seed', String(seed), ...options, shared(`captures/dev/${name}`)], { stdio: 'ignore' });
    const names = readdirSync(folder).filter((file) => file !== 'manifest.jsonl');
    return names.map((file) => ({ name: file, bytes: new Uint8Array(readFileSync(join(folder, file))) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.skipIf(captures.length > 0)('the shared captures and mutate.py are absent: no mutants', (context) => context.skip());

describe.each(captures.map(({ name }) => name))('%s', (name) => {
  it('survives its mutants', { timeout: patience }, () => {
    const failures = mutants(name, ['--count', String(times(6)), '--stack', '3']).flatMap((mutant) => {
      const { complaints } = survive(mutant.bytes);
      return complaints.length === 0 ? [] : [`${mutant.name}: ${complaints.slice(0, 3).join('; ')}`];
    });
    expect(failures).toEqual([]);
  });
});
