/** The library's face: read a capture, judge it, write it down. */

import { type AnalyseOptions, analyse, type Simulation, type SimulationSettings } from './analysis/index.ts';
import { type Connection, Departures, type Exchange, type Inspector, Intake, type RedactionOptions, type Trace } from './trace/index.ts';

export { type ExchangeRow, exchangeFields, type Field, type FieldType, type FieldValue, fields, rowOf } from './analysis/fields.ts';
export { displayFilter, type Filter, type FilterError, filterFields, isFilterError, parseFilter } from './analysis/filter/index.ts';
export type * from './analysis/index.ts';
export { analyse } from './analysis/index.ts';
export { CaptureFault } from './capture/index.ts';
export { type NoteCode, type NoteCount, noteMeanings } from './note.ts';
export { explain, formats, type RenderOptions, type ReportFormat, reportVersion, version } from './report/index.ts';
export { show } from './show.ts';
export { type Duration, millisecond, second, type Time } from './time.ts';
export type * from './trace/index.ts';
export { DecodeAsError, Inspector, type Trace } from './trace/index.ts';

export interface InspectOptions extends RedactionOptions {
  /** `pcap-parser` reads classic captures only, slowly: a second opinion. */
  readonly reader?: 'warmwire' | 'pcap-parser';
  /** Secrets of TLS connections: the text of a key log in the NSS format. */
  readonly keyLog?: string;
  /** What is spoken on which port where the content does not tell, as tshark's -d has it: `tcp.port==8888,http`. */
  readonly decodeAs?: readonly string[];
  /** Ends the reading early; the trace is of what was read. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the capture at `path` (`-` is standard input), or several as one trace in the order of time, to the end. pcap and pcapng, also packed with
 * gzip, zstd or lz4. Damage is in the trace (`complete`, `notes`, `accounting`); the promise is rejected only where there is nothing to read.
 *
 * @throws CaptureFault where there is no capture; DecodeAsError where a rule cannot be read
 * @example const trace = await inspect('web.pcapng');
 */
export async function inspect(path: string | readonly string[], options: InspectOptions = {}): Promise<Trace> {
  const intake = await Intake.open(typeof path === 'string' ? [path] : path, options);
  while (await intake.next());
  return intake.inspector.trace();
}

/** A connection that is over, and its requests; at the end the whole trace. */
export type Inspected =
  | { readonly type: 'connection'; readonly connection: Connection; readonly exchanges: readonly Exchange[] }
  | { readonly type: 'end'; readonly trace: Trace };

/**
 * The same while it is being read, for captures that are long or still being written: connections come when they are over (closed, and silent for
 * ten seconds of the capture's time), the others at the end; one of which more was seen after that comes again. The last item is the trace.
 * What needs other connections (round trips to the capture point, and `setup` with them) is as known by then; it is right in the trace.
 *
 * @throws as `inspect`
 * @example for await (const item of inspectStream('-')) if (item.type === 'connection') console.log(item.connection.authority);
 */
export async function* inspectStream(path: string | readonly string[], options: InspectOptions = {}): AsyncGenerator<Inspected> {
  const departures = new Departures();
  let due: Inspected[] = [];
  const tell = (trace: Trace, ids: Iterable<number>): void => {
    for (const id of ids) due.push({ type: 'connection', connection: trace.connection(id), exchanges: trace.exchanges(id) });
  };
  const milestone = (inspector: Inspector): void => {
    const trace = inspector.trace();
    tell(trace, departures.take(trace.columns, trace.lastTime));
  };
  const intake = await Intake.open(typeof path === 'string' ? [path] : path, { ...options, milestone });
  try {
    while (await intake.next()) {
      yield* due;
      due = [];
    }
    const trace = intake.inspector.trace();
    yield* due;
    due = [];
    for (const id of departures.rest(trace.columns))
      yield { type: 'connection', connection: trace.connection(id), exchanges: trace.exchanges(id) };
    yield { type: 'end', trace };
  } finally {
    await intake.close();
  }
}

/** What to change in `simulate`; what is left out stays as it is. */
export type Policy = Partial<SimulationSettings>;

/**
 * Replays the requests of a trace, at the times at which they were made, on a pool with other settings: how long idle connections are kept, how
 * many requests one may carry, how many idle ones are kept for each origin, and whether all of them speak HTTP/2. Clients take the connection
 * used last, as most do.
 *
 * @example simulate(trace, { idleTimeout: 65 * second }).opens
 */
export function simulate(trace: Trace, policy: Policy, options: Partial<AnalyseOptions> = {}): Simulation {
  const analysis = analyse(trace, options);
  const unlimited = Number.POSITIVE_INFINITY;
  return analysis.simulate({
    idleTimeout: analysis.options.idleTimeout,
    maxRequests: unlimited,
    poolSize: unlimited,
    http2: false,
    ...policy,
  });
}

/** The contract of `-T json`, or of one line of `-T ndjson`, as JSON Schema. */
export async function jsonSchema(of: 'report' | 'ndjson' = 'report'): Promise<Record<string, unknown>> {
  return (await import('./report/schema.ts')).jsonSchema(of);
}
