/** One JSON record per line: connections first, then what needs the whole trace. */

import { exchangeFields, type Field, fields, rowOf } from '../analysis/fields.ts';
import { type Analysis, isLowerBound, listed, type Row } from '../analysis/index.ts';
import type { Trace } from '../trace/index.ts';
import { chooseColumns, withIdentity } from './columns.ts';
import {
  accountingPart,
  advicePart,
  capturePart,
  findingParts,
  isComplete,
  noteParts,
  optionsPart,
  originPart,
  type Part,
  quicParts,
  totalsPart,
} from './document.ts';
import type { RenderOptions, ReportFormat } from './format.ts';
import { jsonMembers, jsonOf } from './json-text.ts';
import { reportVersion, tool, version } from './version.ts';

export const ndjson: ReportFormat = { name: 'ndjson', extension: 'ndjson', summary: 'one JSON record per line', render };

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<string> {
  const chosen = chooseColumns(options.columns, options.exchanges === true);
  yield line('report', { schema: reportVersion, tool, version, options: optionsPart(trace, analysis, options) });
  yield* connections(trace, analysis, options, chosen.connections.filter(isImmediate));
  const later = chosen.connections.filter((field) => !isImmediate(field));
  if (later.length > 0) yield* verdicts(trace, analysis, later);
  for (const origin of analysis.origins) yield line('origin', originPart(origin));
  for (const finding of findingParts(trace, analysis)) yield line('finding', finding);
  for (const advice of analysis.advice) yield line('advice', advicePart(advice));
  for (const capture of trace.captures) yield line('capture', capturePart(capture));
  for (const name of quicParts(trace)) yield line('quic', name);
  for (const note of noteParts(trace)) yield line('note', note);
  yield line('accounting', accountingPart(trace));
  yield line('totals', totalsPart(analysis.totals, analysis, isLowerBound(trace)));
  yield line('end', { complete: isComplete(trace, options) });
}

/** Known as soon as the connection closes. */
const isImmediate = (field: Field): boolean => field.pool !== true;

function* connections(trace: Trace, analysis: Analysis, options: RenderOptions, columns: readonly Field<Row>[]): Generator<string> {
  const members = jsonMembers(withIdentity(columns, fields, ['id']));
  const requests = chooseColumns(options.columns, options.exchanges === true).exchanges;
  const exchangeMembers = jsonMembers(withIdentity(requests, exchangeFields, ['connection_id', 'index']));
  for (const index of listed(trace, analysis)) {
    const row = rowOf(trace, analysis, index);
    yield `{"type":"connection",${members(row, trace)}}\n`;
    if (options.exchanges !== true) continue;
    for (const exchange of trace.exchanges(index)) {
      yield `{"type":"exchange",${exchangeMembers({ exchange, connection: row.connection }, trace)}}\n`;
    }
  }
}

function* verdicts(trace: Trace, analysis: Analysis, columns: readonly Field<Row>[]): Generator<string> {
  const members = jsonMembers(columns);
  for (const index of listed(trace, analysis)) {
    const known = members(verdictRow(trace, analysis, index), trace);
    yield `{"type":"verdict","id":${index}${known === '' ? '' : `,${known}`}}\n`;
  }
}

/** Verdicts hardly ask for the connection: its record is made only if they do. */
const verdictRow = (trace: Trace, analysis: Analysis, index: number): Row => ({
  verdict: analysis.verdict(index),
  get connection() {
    return trace.connection(index);
  },
});

const line = (type: string, part: Part): string => `${jsonOf({ type, ...part })}\n`;
