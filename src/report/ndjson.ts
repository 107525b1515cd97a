/** One JSON record per line: connections first, then what needs the whole trace, and the requests with it. */

import { aloneRow, type ExchangeRow, exchangeFields, type Field, fields, rowOf } from '../analysis/fields.ts';
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
import type { Piece, RenderOptions, ReportFormat } from './format.ts';
import { PartWriter } from './json-part.ts';
import { jsonMembers, type WriteMembers } from './json-row.ts';
import { constant, RowBytes } from './row-bytes.ts';
import { reportVersion, tool, version } from './version.ts';

export const ndjson: ReportFormat = { name: 'ndjson', extension: 'ndjson', summary: 'one JSON record per line', render };

function* render(trace: Trace, analysis: Analysis, options: RenderOptions = {}): Generator<Piece> {
  const stream = new NdjsonStream(options);
  yield* stream.begin(trace, analysis);
  yield* stream.connections(trace, listed(trace, analysis));
  yield* stream.end(trace, analysis, options.interrupted);
}

/** The same in three steps, for a capture that is still being read: a head, connections when they are over, and what needs the whole at the end. */
export class NdjsonStream {
  readonly #options: RenderOptions;
  readonly #immediate: WriteMembers<Row>;
  readonly #later: WriteMembers<Row>;
  readonly #hasLater: boolean;
  readonly #exchange: WriteMembers<ExchangeRow>;

  constructor(options: RenderOptions = {}) {
    const chosen = chooseColumns(options.columns, options.exchanges === true);
    const later = chosen.connections.filter((field) => !isImmediate(field));
    this.#options = options;
    this.#immediate = jsonMembers(withIdentity(chosen.connections.filter(isImmediate), fields, ['id']), true);
    this.#later = jsonMembers(later, true);
    this.#hasLater = later.length > 0;
    this.#exchange = jsonMembers(withIdentity(chosen.exchanges, exchangeFields, ['connection_id', 'index']), true);
  }

  *begin(trace: Trace, analysis: Analysis): Generator<Piece> {
    const options = this.#options;
    const head = { schema: reportVersion, tool, version, options: optionsPart(trace, analysis, options) };
    yield* lines(options.bytes, 'report', [head], plain);
  }

  /** What is known of each of these alone. */
  *connections(trace: Trace, ids: Iterable<number>): Generator<Piece> {
    const out = new RowBytes(this.#options.bytes);
    for (const id of ids) {
      out.constant(connectionHead);
      this.#immediate(out, aloneRow(trace, id), trace);
      out.constant(end);
      if (out.isFull) yield out.take();
    }
    yield out.take();
  }

  *end(trace: Trace, analysis: Analysis, interrupted?: boolean): Generator<Piece> {
    const options = this.#options;
    if (this.#hasLater || options.exchanges === true) yield* this.#verdicts(trace, analysis);
    yield* lines(options.bytes, 'origin', analysis.origins, originPart);
    yield* lines(options.bytes, 'finding', findingParts(trace, analysis), plain);
    yield* lines(options.bytes, 'advice', analysis.advice, advicePart);
    yield* lines(options.bytes, 'capture', trace.captures, capturePart);
    yield* lines(options.bytes, 'quic', quicParts(trace), plain);
    yield* lines(options.bytes, 'note', noteParts(trace), plain);
    yield* lines(options.bytes, 'accounting', [accountingPart(trace)], plain);
    yield* lines(options.bytes, 'totals', [totalsPart(analysis.totals, analysis, isLowerBound(trace))], plain);
    yield* lines(options.bytes, 'end', [{ complete: isComplete(trace, { interrupted }) }], plain);
  }

  *#verdicts(trace: Trace, analysis: Analysis): Generator<Piece> {
    const out = new RowBytes(this.#options.bytes);
    for (const id of listed(trace, analysis)) {
      const row = rowOf(trace, analysis, id);
      if (this.#hasLater) {
        out.constant(verdictHead);
        out.number(id);
        this.#later(out, row, trace);
        out.constant(end);
      }
      if (this.#options.exchanges === true) {
        for (const exchange of trace.exchangeViews(id)) {
          out.constant(exchangeHead);
          this.#exchange(out, { exchange, connection: row.connection }, trace);
          out.constant(end);
          if (out.isFull) yield out.take();
        }
      }
      if (out.isFull) yield out.take();
    }
    yield out.take();
  }
}

const connectionHead = constant('{"type":"connection"');
const verdictHead = constant('{"type":"verdict","id":');
const exchangeHead = constant('{"type":"exchange"');
const end = constant('}\n');

/** Known as soon as the connection is over. */
const isImmediate = (field: Field): boolean => field.pool !== true;

function* lines<Item>(asBytes: boolean | undefined, type: string, items: readonly Item[], partOf: (item: Item) => Part): Generator<Piece> {
  const out = new RowBytes(asBytes);
  const writer = new PartWriter();
  const head = constant(`{"type":"${type}"`);
  for (const item of items) {
    out.constant(head);
    writer.writeMembers(out, partOf(item), true);
    out.constant(end);
    if (out.isFull) yield out.take();
  }
  yield out.take();
}

const plain = (part: Part): Part => part;
