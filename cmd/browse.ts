/** `warmwire FILE`: the screens on a terminal, the text report elsewhere. */

import { existsSync } from 'node:fs';
import { nearest } from '../src/nearest.ts';
import { readConfig } from './config.ts';
import { type ExitStatus, wrongUsage } from './failure.ts';
import { report } from './report.ts';
import type { ReportOptions } from './report-options.ts';
import { canBrowse } from './terminal.ts';

export async function browse(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  checkCommand(files);
  const asked = options.format ?? options.json ?? options.write ?? options.exchanges ?? options.columns;
  if (asked !== undefined || !canBrowse() || options.screenReader === true) return report(files, options);
  const config = readConfig();
  if (config.screenReader === true) return report(files, options);
  const { screens } = await import('./screens.ts');
  return screens(files, options, config);
}

const commands = ['report', 'explain', 'simulate', 'check', 'diff', 'demo', 'schema', 'completion', 'help'];

/** A first word that is no file but nearly a command was meant as one. */
function checkCommand([first]: readonly string[]): void {
  if (first === undefined || !/^[a-z]+$/.test(first) || existsSync(first)) return;
  const meant = nearest(first, commands);
  if (meant !== undefined) throw wrongUsage(`'${first}' is neither a file nor a command; did you mean 'warmwire ${meant}'?`);
}
