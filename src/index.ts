/** The library's face: read a capture, judge it, write it down. */

import { Intake, type RedactionOptions, type Trace } from './trace/index.ts';

export { type ExchangeRow, exchangeFields, type Field, type FieldType, type FieldValue, fields, rowOf } from './analysis/fields.ts';
export { displayFilter, type Filter, type FilterError, filterFields, isFilterError, parseFilter } from './analysis/filter/index.ts';
export type * from './analysis/index.ts';
export { analyse } from './analysis/index.ts';
export { CaptureFault } from './capture/index.ts';
export { type NoteCode, type NoteCount, noteMeanings } from './note.ts';
export { explain, formats, type RenderOptions, type ReportFormat, reportVersion, version } from './report/index.ts';
export { show } from './show.ts';
export type { Duration, Time } from './time.ts';
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

/** Reads the capture at `path` (`-` is standard input), or several as one trace in the order of time, to the end. Throws CaptureFault where there is none to read, DecodeAsError where a rule cannot be read; damage is in the trace. */
export async function inspect(path: string | readonly string[], options: InspectOptions = {}): Promise<Trace> {
  const intake = await Intake.open(typeof path === 'string' ? [path] : path, options);
  while (await intake.next());
  return intake.inspector.trace();
}

/** The contract of `-T json`, or of one line of `-T ndjson`, as JSON Schema. */
export async function jsonSchema(of: 'report' | 'ndjson' = 'report'): Promise<Record<string, unknown>> {
  return (await import('./report/schema.ts')).jsonSchema(of);
}
