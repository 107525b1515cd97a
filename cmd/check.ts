/** `warmwire check FILE --assert 'reuse_ratio >= 0.8'`: conditions on the totals, for CI. */

import { AssertionSyntax, outcomesJson, outcomesOf, outcomesText, parseAssertion } from '../src/report/assertion.ts';
import { analysisOf } from './analysis-of.ts';
import { type ExitStatus, exitStatus, wrongUsage } from './failure.ts';
import { inputsOf } from './inputs.ts';
import { type CommonOptions, settingsOf } from './options.ts';
import { print } from './output.ts';
import { readCaptures } from './read.ts';

export interface CheckOptions extends CommonOptions {
  readonly assert?: readonly string[];
  readonly json?: boolean;
}

/** A condition that does not hold is worse than a capture that is not complete. */
export async function check(files: readonly string[], options: CheckOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const { assert: written = [] } = options;
  if (written.length === 0) throw wrongUsage("check needs a condition, as in: --assert 'reuse_ratio >= 0.8'");
  const assertions = written.map(assertionOf);
  const { trace, status } = await readCaptures(inputsOf(files, options.read), settings);
  const outcomes = outcomesOf(assertions, trace, analysisOf(trace, settings));
  await print([options.json === true ? outcomesJson(outcomes) : outcomesText(outcomes)]);
  return outcomes.every(({ holds }) => holds) || status === exitStatus.interrupted ? status : exitStatus.conditionFailed;
}

function assertionOf(written: string): ReturnType<typeof parseAssertion> {
  try {
    return parseAssertion(written);
  } catch (error) {
    throw error instanceof AssertionSyntax ? wrongUsage(`--assert '${written}': ${error.message}`) : error;
  }
}
