/** What must hold for any bytes at all: a report or one CaptureFault, sums that add up, numbers that can be true. */

import { CaptureFault } from '../../src/capture/index.ts';
import type { Trace } from '../../src/trace/index.ts';
import { impossible, jsonReport, unaccounted } from './facts.ts';
import { inspectBytes } from './inspect.ts';

const prototype = Object.getOwnPropertyNames(Object.prototype).join(' ');

export interface Survival {
  /** undefined where the bytes are no capture. */
  readonly trace: Trace | undefined;
  /** What went wrong, as sentences. */
  readonly complaints: readonly string[];
  /** Milliseconds of the processor that reading took. */
  readonly cost: number;
}

export function survive(bytes: Uint8Array, piece: number = bytes.length): Survival {
  const complaints: string[] = [];
  let trace: Trace | undefined;
  const began = process.cpuUsage();
  let cost = 0;
  try {
    const cuts = Array.from({ length: Math.max(0, Math.ceil(bytes.length / piece) - 1) }, (_, index) => (index + 1) * piece);
    trace = inspectBytes(bytes, cuts);
    const { user, system } = process.cpuUsage(began);
    cost = (user + system) / 1000;
    complaints.push(...unaccounted(trace.accounting), ...impossible(trace));
    const text = jsonReport(trace);
    JSON.parse(text);
    if (/[^"\w](NaN|-?Infinity)[^"\w]/.test(text)) complaints.push('the report has a number that is none');
    if (trace.accounting.bytes.read !== bytes.length) complaints.push(`${trace.accounting.bytes.read} of ${bytes.length} bytes read`);
  } catch (error) {
    if (!(error instanceof CaptureFault)) complaints.push(`threw ${error instanceof Error ? error.stack : String(error)}`);
  }
  if (Object.getOwnPropertyNames(Object.prototype).join(' ') !== prototype) complaints.push('Object.prototype was changed');
  return { trace, complaints, cost };
}
