/** `warmwire FILE`: the screens on a terminal, the text report elsewhere. */

import type { ExitStatus } from './failure.ts';
import { type ReportOptions, report } from './report.ts';
import { canBrowse } from './terminal.ts';

export async function browse(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  const asked = options.format ?? options.json ?? options.write ?? options.exchanges ?? options.columns;
  if (asked !== undefined || !canBrowse()) return report(files, options);
  const { screens } = await import('./screens.ts');
  return screens(files, options);
}
