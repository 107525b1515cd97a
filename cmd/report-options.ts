/** What a report shall be: its format, its table, its columns; checked before a large capture is read, not after. */

import { extname } from 'node:path';
import { checkChoice, formats, nearest, type ReportFormat, type TableName, UnknownColumn } from '../src/report/index.ts';
import { wrongUsage } from './failure.ts';
import type { CommonOptions } from './options.ts';

export interface ReportOptions extends CommonOptions {
  readonly format?: string;
  readonly json?: boolean;
  readonly write?: string;
  readonly force?: boolean;
  readonly each?: boolean;
  readonly table?: TableName;
  readonly exchanges?: boolean;
  readonly columns?: string;
}

/** The same, checked. */
export interface ReportChoice {
  readonly format: ReportFormat;
  readonly table: TableName | undefined;
  readonly exchanges: boolean;
  readonly columns: readonly string[] | undefined;
}

/** @throws Failure */
export function choiceOf(options: ReportOptions, isFolder = false): ReportChoice {
  const format = formatOf(options, isFolder);
  const columns = options.columns?.split(',').map((name) => name.trim());
  const { table, exchanges = false } = options;
  if (table !== undefined && !format.isFlat) {
    const flat = formats.filter(({ isFlat }) => isFlat).map(({ name }) => name);
    throw wrongUsage(`--table chooses what ${flat.join(' or ')} holds; ${format.name} holds them all`);
  }
  try {
    checkChoice({ columns, table, exchanges: exchanges || format.name === 'har' });
  } catch (error) {
    throw error instanceof UnknownColumn ? wrongUsage(`--columns: ${error.message}`) : error;
  }
  return { format, table, exchanges, columns };
}

/** -T, then --json, then the ending of the output file, then text. */
function formatOf({ format, json, write }: ReportOptions, isFolder: boolean): ReportFormat {
  const name = format ?? (json === true ? 'json' : undefined);
  if (name !== undefined) {
    const found = formats.find((candidate) => candidate.name === name || candidate.extension === name);
    if (found !== undefined) return found;
    const meant = nearest(name, names);
    throw wrongUsage(
      `no format is called '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`} (there are: ${names.join(', ')})`,
    );
  }
  if (write === undefined || write === '-' || write.startsWith('/dev/')) return formats[0]!;
  if (isFolder) throw wrongUsage(`'${write}' is to be a folder with a report of each capture; choose their format with -T`);
  const ending = extname(write).slice(1).toLowerCase();
  const found = formats.find((candidate) => candidate.extension === ending);
  if (found !== undefined) return found;
  const endings = formats.map((candidate) => `.${candidate.extension}`).join(', ');
  throw wrongUsage(`the ending of '${write}' names no format (there are: ${endings}); choose one with -T`);
}

const names = formats.map((format) => format.name);
