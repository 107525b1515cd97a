/** `warmwire report --each`: a report of every capture, in a folder or one after the other; a bad capture does not stop the rest. */

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { counted } from '../src/report/words.ts';
import { checkTerminal, deliver } from './deliver.ts';
import { type ExitStatus, exitStatus, Failure, wrongUsage } from './failure.ts';
import type { Settings } from './options.ts';
import { checkTarget, type Target } from './output.ts';
import { readCaptures } from './read.ts';
import { choiceOf, type ReportOptions } from './report-options.ts';
import { say } from './terminal.ts';

interface Bad {
  readonly input: string;
  readonly why: string;
}

export async function reportEach(inputs: readonly string[], options: ReportOptions, settings: Settings): Promise<ExitStatus> {
  const folder = options.write === '-' ? undefined : options.write;
  const choice = choiceOf(options, folder !== undefined);
  const targets = folder === undefined ? [] : targetsIn(folder, inputs, choice.format.extension, options.force === true);
  checkTerminal(choice, targets[0]);
  for (const target of targets) checkTarget(target);
  if (folder !== undefined) makeFolder(folder);
  const bad: Bad[] = [];
  let status: ExitStatus = exitStatus.done;
  for (const [i, input] of inputs.entries()) {
    if (process.stderr.isTTY === true && !settings.quiet) say(`${i + 1} of ${inputs.length}: ${input}`);
    try {
      const reading = await readCaptures([input], settings);
      await deliver(reading, choice, settings, [input], targets[i]);
      if (reading.interrupted) return exitStatus.interrupted;
      if (reading.status !== exitStatus.done) status = reading.status;
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== exitStatus.cannotOpen) throw error;
      bad.push({ input, why: error.message });
    }
  }
  return told(bad, inputs.length, status);
}

/** The captures that could not be read are named at the end, where they are seen. */
function told(bad: readonly Bad[], all: number, status: ExitStatus): ExitStatus {
  if (bad.length === 0) return status;
  say(`${bad.length} of ${counted(all, 'capture')} could not be read:`);
  for (const { why } of bad) say(`  ${why}`);
  return bad.length === all ? exitStatus.cannotOpen : exitStatus.partial;
}

/** `web.pcapng` becomes `web.pcapng.html`; a name that is there twice gets a number. */
function targetsIn(folder: string, inputs: readonly string[], extension: string, force: boolean): readonly Target[] {
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return inputs.map((input) => {
    const name = input === '-' ? 'stdin' : basename(input);
    let path = join(folder, `${name}.${extension}`);
    // From the number before on: thousands may have the same name.
    let number = numbers.get(name) ?? 1;
    while (taken.has(path)) {
      number += 1;
      path = join(folder, `${name}-${number}.${extension}`);
    }
    numbers.set(name, number);
    taken.add(path);
    return { path, inputs, force };
  });
}

function makeFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw wrongUsage(`--each writes into a folder, but ${folder} is a file`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Failure(
      exitStatus.cannotWrite,
      `the folder ${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
