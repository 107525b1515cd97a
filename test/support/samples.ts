/** The sample captures of the project, and where there are any, those beside it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shared } from './shared.ts';

export interface Capture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const samples: readonly Capture[] = capturesIn(fileURLToPath(new URL('../../samples', import.meta.url)));

/** Empty where the folder is absent. */
export const sharedCaptures = (): readonly Capture[] => capturesIn(shared('captures/dev'));

function capturesIn(folder: string): Capture[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /\.(pcap|pcapng)$/.test(name));
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}
