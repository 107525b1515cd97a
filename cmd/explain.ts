/** `warmwire explain FILE N`: the story of one connection, or with -Y of those that satisfy a filter. */

import { explain as storyOf } from '../src/report/index.ts';
import { analysisOf, satisfying } from './analysis-of.ts';
import { look } from './deliver.ts';
import { type ExitStatus, wrongUsage } from './failure.ts';
import { inputsOf, namedInputs } from './inputs.ts';
import { type CommonOptions, type Settings, settingsOf } from './options.ts';
import { print } from './output.ts';
import { nameOf, readCaptures } from './read.ts';
import { say } from './terminal.ts';

/** The last argument is the connection's number, the others name the capture. */
export async function explain(words: readonly string[], options: CommonOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const { numbers, files } = told(words, settings);
  const inputs = inputsOf(files, options.read);
  const { trace, interrupted, status } = await readCaptures(inputs, settings);
  // What followed a connection is told also where the filter leaves it out.
  const analysis = analysisOf(trace, { ...settings, filter: undefined });
  const found = numbers ?? [...satisfying(settings.filter, trace, analysis)];
  const wanted = found.slice(0, mostStories);
  const looks = { interrupted, ...look(namedInputs(files, options.read), settings, process.stdout.isTTY === true) };
  for (const [place, index] of wanted.entries()) {
    if (index >= trace.size)
      throw wrongUsage(`there is no connection ${index}: ${nameOf(inputs)} ${inputs.length > 1 ? 'hold' : 'holds'} ${held(trace.size)}`);
    if (place > 0) await print(['\n']);
    await print(storyOf(trace, analysis, index, looks));
  }
  if (found.length === 0) say('no connection satisfies the filter');
  if (found.length > mostStories) say(`these are the first ${mostStories} of ${found.length} connections that satisfy the filter`);
  return status;
}

/** The last word is the number of the connection; with a filter it may be left out. */
function told(words: readonly string[], { filter }: Settings): { numbers: readonly number[] | undefined; files: readonly string[] } {
  const number = words.at(-1);
  if (number !== undefined && /^#?\d+$/.test(number)) return { numbers: [Number(number.replace('#', ''))], files: words.slice(0, -1) };
  if (filter !== undefined) return { numbers: undefined, files: words };
  throw wrongUsage(`explain needs a capture and the number of a connection, as in: warmwire explain ${number ?? 'web.pcapng'} 17`);
}

/** With a filter instead of a number. */
const mostStories = 20;

const held = (size: number): string =>
  size === 0 ? 'no TCP connection' : size === 1 ? 'only connection 0' : `connections 0 to ${size - 1}`;
