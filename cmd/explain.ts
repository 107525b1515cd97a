/** `warmwire explain FILE N`: the story of one connection. */

import { explain as storyOf } from '../src/report/index.ts';
import { analysisOf } from './analysis-of.ts';
import { type ExitStatus, wrongUsage } from './failure.ts';
import { oneInput } from './inputs.ts';
import { type CommonOptions, settingsOf } from './options.ts';
import { print } from './output.ts';
import { readCapture } from './read.ts';
import { look } from './report.ts';

/** The last argument is the connection's number, the others name the capture. */
export async function explain(words: readonly string[], options: CommonOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const number = words.at(-1);
  if (number === undefined || !/^#?\d+$/.test(number)) {
    throw wrongUsage(`explain needs a capture and the number of a connection, as in: warmwire explain ${number ?? 'web.pcapng'} 17`);
  }
  const input = oneInput(words.slice(0, -1), options.read);
  const { trace, interrupted, status } = await readCapture(input, settings);
  const index = Number(number.replace('#', ''));
  if (index >= trace.size) throw wrongUsage(`there is no connection ${index}: ${input} holds ${held(trace.size)}`);
  await print(storyOf(trace, analysisOf(trace, settings), index, { interrupted, ...look(input, settings, process.stdout.isTTY === true) }));
  return status;
}

const held = (size: number): string =>
  size === 0 ? 'no TCP connection' : size === 1 ? 'only connection 0' : `connections 0 to ${size - 1}`;
