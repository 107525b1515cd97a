/** `warmwire report`: captures in, a report in one of the formats out. */

import { checkTerminal, deliver } from './deliver.ts';
import { reportEach } from './each.ts';
import type { ExitStatus } from './failure.ts';
import { inputsOf, namedInputs } from './inputs.ts';
import { settingsOf } from './options.ts';
import { checkTarget, type Target } from './output.ts';
import { readCaptures } from './read.ts';
import { choiceOf, type ReportOptions } from './report-options.ts';
import { stream } from './stream.ts';

export async function report(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  if (options.each === true) return reportEach(inputsOf(files, options.read), options, settings);
  const choice = choiceOf(options);
  const inputs = inputsOf(files, options.read);
  const target = targetOf(options, inputs);
  checkTerminal(choice, target);
  if (target !== undefined) checkTarget(target);
  // Which connections a filter selects is known only when all is read.
  if (choice.format.name === 'ndjson' && settings.filter === undefined) return stream(inputs, choice, settings, target);
  const reading = await readCaptures(inputs, settings);
  await deliver(reading, choice, settings, namedInputs(files, options.read), target);
  return reading.status;
}

/** undefined for standard output. */
const targetOf = ({ write, force }: ReportOptions, inputs: readonly string[]): Target | undefined =>
  write === undefined || write === '-' ? undefined : { path: write, inputs, force: force === true };
