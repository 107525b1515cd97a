/** `warmwire report`: a capture in, a report in one of the formats out. */

import { basename, extname, isAbsolute } from 'node:path';
import { chooseColumns, formats, nearest, type RenderOptions, type ReportFormat, UnknownColumn } from '../src/report/index.ts';
import { analysisOf } from './analysis-of.ts';
import { type ExitStatus, wrongUsage } from './failure.ts';
import { inputsOf, namedInputs } from './inputs.ts';
import { type CommonOptions, type Settings, settingsOf } from './options.ts';
import { checkTarget, harmless, print, type Target, writeFile } from './output.ts';
import { readCaptures } from './read.ts';
import { wantsColor } from './terminal.ts';

export interface ReportOptions extends CommonOptions {
  readonly format?: string;
  readonly json?: boolean;
  readonly write?: string;
  readonly force?: boolean;
  readonly exchanges?: boolean;
  readonly columns?: string;
}

export async function report(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const format = formatOf(options);
  const columns = options.columns?.split(',').map((name) => name.trim());
  checkColumns(columns, options.exchanges === true);
  const inputs = inputsOf(files, options.read);
  const target = targetOf(options, inputs);
  if (target !== undefined) checkTarget(target);
  const { trace, interrupted, status } = await readCaptures(inputs, settings);
  const analysis = analysisOf(trace, settings);
  const isTerminal = target === undefined && process.stdout.isTTY === true;
  const pieces = format.render(trace, analysis, {
    exchanges: options.exchanges,
    columns,
    interrupted,
    decodeAs: settings.decodeAs,
    filter: settings.redaction.anonymize && settings.filter ? 'that is not shown' : settings.filter?.text,
    ...look(namedInputs(files, options.read), settings, isTerminal),
  });
  if (target !== undefined) writeFile(target, pieces);
  else await print(isTerminal && format.name !== 'text' ? harmless(pieces) : pieces);
  return status;
}

/** undefined for standard output. */
const targetOf = ({ write, force }: ReportOptions, inputs: readonly string[]): Target | undefined =>
  write === undefined || write === '-' ? undefined : { path: write, inputs, force: force === true };

/** How text looks: the width and colours of the terminal; elsewhere the same on every machine, without absolute paths. */
export function look(named: readonly string[], settings: Settings, isTerminal: boolean): RenderOptions {
  return {
    inputs: named.map((input) => (isTerminal || !isAbsolute(input) ? input : basename(input))),
    width: isTerminal ? process.stdout.columns : undefined,
    color: wantsColor(settings.color, isTerminal),
  };
}

/** -T, then --json, then the ending of the output file, then text. Throws Failure. */
function formatOf({ format, json, write }: ReportOptions): ReportFormat {
  const name = format ?? (json === true ? 'json' : undefined);
  if (name !== undefined) {
    const found = formats.find((candidate) => candidate.name === name || candidate.extension === name);
    if (found !== undefined) return found;
    const meant = nearest(name, names);
    throw wrongUsage(
      `no format is called '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`} (there are: ${names.join(', ')})`,
    );
  }
  const ending = write === undefined || write === '-' || write.startsWith('/dev/') ? '' : extname(write).slice(1).toLowerCase();
  if (write === undefined || write === '-' || write.startsWith('/dev/')) return formats[0]!;
  const found = formats.find((candidate) => candidate.extension === ending);
  if (found !== undefined) return found;
  const endings = formats.map((candidate) => `.${candidate.extension}`).join(', ');
  throw wrongUsage(`the ending of '${write}' names no format (there are: ${endings}); choose one with -T`);
}

const names = formats.map((format) => format.name);

/** Before a large capture is read, not after. */
function checkColumns(columns: readonly string[] | undefined, exchanges: boolean): void {
  try {
    chooseColumns(columns, exchanges);
  } catch (error) {
    throw error instanceof UnknownColumn ? wrongUsage(`--columns: ${error.message}`) : error;
  }
}
