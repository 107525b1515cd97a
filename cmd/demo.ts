/** `warmwire demo`: a bundled capture with a story, for the first minute. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browse } from './browse.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import type { ReportOptions } from './report-options.ts';

const sample = join('samples', 'nginx-idle-too-short.pcap');

export async function demo(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  return browse(files.length > 0 || options.read !== undefined ? files : [bundled()], options);
}

/** The sample lies in a folder above this file, whether it runs from source or bundled; named as the user would from here. */
function bundled(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let above = 0; above < 4; above += 1) {
    const path = join(folder, sample);
    if (existsSync(path)) return shorter(path);
    folder = dirname(folder);
  }
  throw new Failure(exitStatus.cannotOpen, `the bundled sample ${sample} is missing; name a capture: warmwire FILE`);
}

function shorter(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && !near.startsWith('..') ? near : path;
}
