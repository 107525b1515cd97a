/** The tables of the text report: connections, chosen columns, requests. */

import type { Analysis } from '../analysis/index.ts';
import type { Clock } from '../clock.ts';
import type { Trace } from '../trace/index.ts';
import { chooseColumns } from './columns.ts';
import type { RenderOptions } from './format.ts';
import type { Paint } from './paint.ts';
import { chosenConnections, chosenRequests, connectionSheet, requestSheet, rowsOf, type Sheet } from './sheet.ts';
import { table } from './table.ts';

/** One line per connection, for captures with few. */
export const connectionTable = (trace: Trace, analysis: Analysis, options: RenderOptions, width: number, paint: Paint): Iterable<string> =>
  headed(connectionSheet(rowsOf(trace, analysis), clockOf(trace, options)), width, paint);

const clockOf = ({ epoch }: Trace, { times = 'relative' }: RenderOptions): Clock => ({ format: times, epoch, decimals: 3 });

/** Exactly the columns that were asked for, of every connection; never cut. */
export const chosenTable = (trace: Trace, analysis: Analysis, names: readonly string[], paint: Paint): Iterable<string> =>
  headed(chosenConnections(chooseColumns(names, false).connections, trace, analysis), Number.POSITIVE_INFINITY, paint);

/** Every request: the usual columns, or those that were asked for. */
export function requestTable(trace: Trace, analysis: Analysis, options: RenderOptions, width: number, paint: Paint): Iterable<string> {
  if (options.columns === undefined) return headed(requestSheet(trace, analysis, clockOf(trace, options)), width, paint);
  return headed(chosenRequests(chooseColumns(options.columns, true).exchanges, trace, analysis), Number.POSITIVE_INFINITY, paint);
}

function* headed({ columns, rows }: Sheet, width: number, paint: Paint): Generator<string> {
  let first = true;
  for (const line of table(columns, rows, width)) {
    yield first ? paint.faint(line) : line;
    first = false;
  }
}
