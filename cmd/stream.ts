/** `report -T ndjson`: connections leave while the capture is still being read, what needs the whole of it at the end. */

import { NdjsonStream, type Piece } from '../src/report/index.ts';
import { Departures, type Inspector, type Trace } from '../src/trace/index.ts';
import { analysisOf } from './analysis-of.ts';
import { renderChoiceOf, renderOptionsOf } from './deliver.ts';
import type { ExitStatus } from './failure.ts';
import type { Settings } from './options.ts';
import { FileOutput, print, type Target } from './output.ts';
import { readCaptures } from './read.ts';
import type { ReportChoice } from './report-options.ts';
import { endAtSignal } from './signals.ts';

export async function stream(
  inputs: readonly string[],
  choice: ReportChoice,
  settings: Settings,
  target: Target | undefined,
): Promise<ExitStatus> {
  const rows = new Rows(choice, settings);
  const output = target === undefined ? undefined : new FileOutput(target);
  const write = async (lines: Iterable<Piece>): Promise<void> => (output === undefined ? print(lines) : output.write(lines));
  try {
    const { trace, interrupted, status } = await readCaptures(inputs, settings, {
      milestone: (inspector) => rows.look(inspector),
      rest: () => write(rows.due()),
    });
    const forget = output === undefined ? undefined : endAtSignal();
    const rest = rows.end(trace, interrupted);
    await (output === undefined ? print(rest) : output.writeInTurns(rest));
    output?.finish();
    forget?.();
    return status;
  } catch (error) {
    output?.abandon();
    throw error;
  }
}

class Rows {
  readonly #settings: Settings;
  readonly #stream: NdjsonStream;
  /** What it yields is written before the next piece is asked for. */
  readonly #written: NdjsonStream;
  readonly #departures = new Departures();
  #lines: Piece[] = [];
  #begun = false;

  constructor(choice: ReportChoice, settings: Settings) {
    this.#settings = settings;
    const options = { ...renderChoiceOf(choice), ...renderOptionsOf(settings) };
    this.#stream = new NdjsonStream(options);
    this.#written = new NdjsonStream({ ...options, bytes: true });
  }

  /** Which connections are over by now? */
  look(inspector: Inspector): void {
    const trace = inspector.trace();
    this.#begin(trace);
    this.#lines.push(...this.#stream.connections(trace, this.#departures.take(trace.columns, trace.lastTime)));
  }

  /** What has gathered since the last time. */
  due(): readonly Piece[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  *end(trace: Trace, interrupted: boolean): Generator<Piece> {
    this.#begin(trace);
    yield* this.due();
    yield* this.#written.connections(trace, this.#departures.rest(trace.columns));
    yield* this.#written.end(trace, analysisOf(trace, this.#settings), interrupted);
  }

  #begin(trace: Trace): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#lines.push(...this.#stream.begin(trace, analysisOf(trace, this.#settings)));
  }
}
