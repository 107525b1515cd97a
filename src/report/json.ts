/** The whole report as one JSON object; a line per record, so that it streams and differences read well. */

import { exchangeFields, fields, rowOf } from '../analysis/fields.ts';
import { type Analysis, isLowerBound, listed } from '../analysis/index.ts';
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
  quicParts,
  totalsPart,
} from './document.ts';
import type { Piece, RenderOptions, ReportFormat } from './format.ts';
import { PartWriter } from './json-part.ts';
import { jsonMembers } from './json-row.ts';
import { jsonOf, jsonString } from './json-text.ts';
import { constant, RowBytes } from './row-bytes.ts';
import { reportVersion, tool, version } from './version.ts';

export const json: ReportFormat = { name: 'json', extension: 'json', summary: 'the whole report as one JSON object', render };

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Piece> {
  yield `{"schema":${jsonString(reportVersion)},"tool":${jsonString(tool)},"version":${jsonString(version)},"complete":${isComplete(trace, options)},\n`;
  yield `"options":${jsonOf(optionsPart(trace, analysis, options))},\n`;
  yield* list(options.bytes, 'captures', trace.captures, capturePart);
  yield `"accounting":${jsonOf(accountingPart(trace))},\n`;
  yield `"totals":${jsonOf(totalsPart(analysis.totals, analysis, isLowerBound(trace)))},\n`;
  yield* list(options.bytes, 'origins', analysis.origins, originPart);
  yield* connections(trace, analysis, options);
  yield* list(options.bytes, 'findings', findingParts(trace, analysis));
  yield* list(options.bytes, 'advice', analysis.advice, advicePart);
  if (analysis.adviceMissing.length > 0) yield `"advice_missing":${jsonOf(analysis.adviceMissing)},\n`;
  yield* list(options.bytes, 'quic', quicParts(trace));
  yield* list(options.bytes, 'notes', noteParts(trace), undefined, '\n}\n');
}

/** `"name":[` a line per item `]`. */
function* list<Item>(
  asBytes: boolean | undefined,
  name: string,
  items: readonly Item[],
  partOf: (item: Item) => unknown = plain,
  after = ',\n',
): Generator<Piece> {
  const out = new RowBytes(asBytes);
  const writer = new PartWriter();
  out.text(`"${name}":[`);
  let separator = firstLine;
  for (const item of items) {
    out.constant(separator);
    separator = nextLine;
    writer.write(out, partOf(item));
    if (out.isFull) yield out.take();
  }
  out.text(`${items.length === 0 ? ']' : '\n]'}${after}`);
  yield out.take();
}

const plain = (part: unknown): unknown => part;
const [firstLine, nextLine] = [constant('\n'), constant(',\n')];
const [open, next, close] = [constant('\n{'), constant(',\n{'), constant('}')];

/** The same of the connections: rows in large pieces. */
function* connections(trace: Trace, analysis: Analysis, options: RenderOptions): Generator<Piece> {
  const columns = chooseColumns(options.columns, options.exchanges === true);
  const writeMembers = jsonMembers(withIdentity(columns.connections, fields, ['id']));
  const writeExchange = jsonMembers(withIdentity(columns.exchanges, exchangeFields, ['connection_id', 'index']));
  yield '"connections":[';
  const out = new RowBytes(options.bytes);
  let isEmpty = true;
  for (const index of listed(trace, analysis)) {
    out.constant(isEmpty ? open : next);
    isEmpty = false;
    const row = rowOf(trace, analysis, index);
    writeMembers(out, row, trace);
    if (options.exchanges === true) {
      out.text(',"exchanges":[');
      for (const exchange of trace.exchangeViews(index)) {
        out.text(exchange.index === 0 ? '\n {' : ',\n {');
        writeExchange(out, { exchange, connection: row.connection }, trace);
        out.constant(close);
        if (out.isFull) yield out.take();
      }
      out.text(']');
    }
    out.constant(close);
    if (out.isFull) yield out.take();
  }
  yield out.take();
  yield isEmpty ? '],\n' : '\n],\n';
}
