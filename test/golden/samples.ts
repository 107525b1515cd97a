/** The sample captures, and what the built program says of them. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const golden: string = join(root, 'test', 'golden');
const program = join(root, 'dist', 'cmd', 'main.js');

/** Found by listing the folder: a new sample is tested as soon as it lies there. */
export const samples: readonly string[] = readdirSync(join(root, 'samples'))
  .filter((name) => /\.pcap(ng)?(\.(gz|zst|lz4))?$/.test(name))
  .sort();

/** The report of a sample as printed into a pipe: the same width and no colours on every machine. Throws where it could not be read whole. */
export function reportOf(sample: string, ...options: readonly string[]): string {
  const done = spawnSync(process.execPath, [program, 'report', `samples/${sample}`, ...options], {
    cwd: root,
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0 || done.stderr !== '') throw new Error(`exit status ${done.status} for ${sample}: ${done.stderr}`);
  return done.stdout;
}
