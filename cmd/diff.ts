/** `warmwire diff BEFORE AFTER`: what changed between two captures, by origin. */

import { differenceJson, differenceText } from '../src/report/index.ts';
import { analysisOf } from './analysis-of.ts';
import { look, renderOptionsOf } from './deliver.ts';
import { type ExitStatus, exitStatus, wrongUsage } from './failure.ts';
import { inputsOf } from './inputs.ts';
import { type CommonOptions, type Settings, settingsOf } from './options.ts';
import { print } from './output.ts';
import { readCaptures } from './read.ts';

export interface DiffOptions extends CommonOptions {
  readonly json?: boolean;
}

/** Each of the two may be a directory or a pattern: its captures are one trace. */
export async function diff(files: readonly string[], options: DiffOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const [first, second, ...others] = [...(options.read ?? []), ...files];
  if (first === undefined || second === undefined || others.length > 0)
    throw wrongUsage('diff needs two captures, as in: warmwire diff before.pcapng after.pcapng');
  if (first === '-' && second === '-') throw wrongUsage('standard input (-) can be read once only');
  if (options.follow === true) throw wrongUsage('diff compares captures that are whole; --follow is for one that is still being written');
  const before = await judged(inputsOf([first]), settings);
  const after = await judged(inputsOf([second]), settings);
  const looks = { ...renderOptionsOf(settings), ...look([], settings, process.stdout.isTTY === true) };
  await print(options.json === true ? [differenceJson(before, after, looks)] : differenceText(before, after, looks));
  return before.status === exitStatus.done ? after.status : before.status;
}

async function judged(inputs: readonly string[], settings: Settings) {
  const { trace, interrupted, status } = await readCaptures(inputs, settings);
  return { trace, analysis: analysisOf(trace, settings), interrupted, status };
}
