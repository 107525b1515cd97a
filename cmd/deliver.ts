/** Renders a report and brings it where it is wanted. */

import { basename, isAbsolute } from 'node:path';
import type { RenderOptions } from '../src/report/index.ts';
import { analysisOf } from './analysis-of.ts';
import { wrongUsage } from './failure.ts';
import type { Settings } from './options.ts';
import { harmless, print, type Target, writeFile } from './output.ts';
import type { Reading } from './read.ts';
import type { ReportChoice } from './report-options.ts';
import { endAtSignal } from './signals.ts';
import { wantsColor } from './terminal.ts';

/** Writes the report of what was read to its target, or prints it. */
export async function deliver(
  { trace, interrupted }: Reading,
  choice: ReportChoice,
  settings: Settings,
  named: readonly string[],
  target: Target | undefined,
): Promise<void> {
  const isTerminal = target === undefined && process.stdout.isTTY === true;
  const pieces = choice.format.render(trace, analysisOf(trace, settings), {
    ...renderChoiceOf(choice),
    ...renderOptionsOf(settings),
    ...look(named, settings, isTerminal),
    interrupted,
    bytes: !isTerminal,
  });
  if (target !== undefined) {
    const forget = endAtSignal();
    await writeFile(target, pieces);
    forget();
  } else await print(isTerminal && choice.format.name !== 'text' ? harmless(pieces) : pieces);
}

/** What the report itself is asked for. */
export const renderChoiceOf = ({ table, exchanges, columns }: ReportChoice): RenderOptions => ({ exchanges, table, columns });

/** What of the settings is said in what is written. */
export const renderOptionsOf = (settings: Settings): RenderOptions => ({
  decodeAs: settings.decodeAs,
  filter: settings.redaction.anonymize && settings.filter ? 'that is not shown' : settings.filter?.text,
});

export function checkTerminal({ format }: ReportChoice, target: Target | undefined): void {
  if (format.isBinary && target === undefined && process.stdout.isTTY === true)
    throw wrongUsage(`${format.name} is nothing for a terminal; write it to a file: -w report.${format.extension}`);
}

/** How text looks: the width and colours of the terminal; elsewhere the same on every machine, without absolute paths. */
export function look(named: readonly string[], settings: Settings, isTerminal: boolean): RenderOptions {
  return {
    inputs: named.map((input) => (isTerminal || !isAbsolute(input) ? input : basename(input))),
    width: isTerminal ? process.stdout.columns : undefined,
    color: wantsColor(settings.color, isTerminal),
    times: settings.times,
  };
}
