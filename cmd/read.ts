/** The reading loop that every command shares: bytes are pushed in, a trace is read back. */

import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type CaptureBytes, CaptureFault, captureSize, openCapture } from '../src/capture/index.ts';
import { noteMeanings } from '../src/note.ts';
import { grouped, size } from '../src/report/words.ts';
import { Inspector, type Trace } from '../src/trace/index.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { readKeyLog } from './key-log.ts';
import type { Settings } from './options.ts';
import { Progress } from './progress.ts';
import { say } from './terminal.ts';

export interface Reading {
  readonly trace: Trace;
  /** Ctrl-C came: the trace is of what was read before it. */
  readonly interrupted: boolean;
  readonly status: ExitStatus;
}

export function inspectorOf(path: string, settings: Settings, { source }: CaptureBytes): Inspector {
  const keyLog = readKeyLog(path, settings.keyLog);
  return new Inspector({
    name: path === '-' ? '-' : basename(path),
    source,
    ...(settings.reader === undefined ? {} : { reader: settings.reader }),
    ...(keyLog === undefined ? {} : { keyLog }),
  });
}

/** Reads a whole capture; says on standard error what it took and what is missing. Throws Failure. */
export async function readCapture(path: string, settings: Settings): Promise<Reading> {
  const began = performance.now();
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const pieces = openCapture(path, { signal: interrupt.signal });
  const inspector = inspectorOf(path, settings, pieces);
  let bytes = 0;
  try {
    const progress = new Progress(settings.quiet ? undefined : captureSize(path));
    for await (const chunk of pieces) {
      inspector.push(chunk);
      bytes += chunk.length;
      progress.show(bytes);
    }
    progress.clear();
    if (!interrupt.signal.aborted) inspector.end();
  } catch (error) {
    throw failureOf(path, error);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
  const trace = inspector.trace();
  const interrupted = interrupt.signal.aborted;
  report(trace, path, settings, interrupted, bytes, (performance.now() - began) / 1000);
  return { trace, interrupted, status: interrupted ? exitStatus.interrupted : trace.complete ? exitStatus.done : exitStatus.partial };
}

/** A capture that cannot be read ends the run; anything else is a bug of ours. */
export function failureOf(path: string, error: unknown): unknown {
  if (!(error instanceof CaptureFault)) return error;
  return new Failure(exitStatus.cannotOpen, named(path, error.message));
}

/** The message with the path as the user gave it in front, once. */
function named(path: string, message: string): string {
  if (message.includes(path) && path !== '-') return message;
  const name = path === '-' ? 'standard input' : path;
  for (const short of [basename(path), path]) if (message.startsWith(`${short} `)) return name + message.slice(short.length);
  return `${name}: ${message}`;
}

function report(trace: Trace, path: string, settings: Settings, interrupted: boolean, bytes: number, seconds: number): void {
  const name = path === '-' ? 'standard input' : path;
  if (interrupted) say(`interrupted after ${size(bytes)}; the report is of what was read so far`);
  else if (!trace.complete) say(`${name} is not complete: ${missing(trace)}; the report is of what could be read`);
  for (const note of trace.notes) {
    if (note.code === 'unknown-link-type')
      say(
        `${name}: ${grouped(note.count)} frames are of a link type that cannot be decoded${note.detail === '' ? '' : ` (${note.detail})`}`,
      );
  }
  if (trace.size === 0 && trace.accounting.frames.seen > 0)
    say(`${name} holds no TCP connection (${grouped(trace.accounting.frames.seen)} frames${others(trace)})`);
  if (settings.verbose || (process.stderr.isTTY === true && !settings.quiet)) {
    const rate = seconds > 0 ? `, ${size(Math.round(bytes / seconds))}/s, ${grouped(trace.accounting.frames.seen / seconds)} frames/s` : '';
    say(`read ${size(bytes)} in ${seconds.toFixed(2)} s${rate}`);
  }
}

/** Which damage, where, and how much of the input it cost. */
function missing(trace: Trace): string {
  const skipped = Object.values(trace.accounting.bytes.skipped).reduce((sum, count) => sum + count, 0);
  const damage = trace.notes.find((note) => note.code === 'cut-short') ?? trace.notes[0];
  const what =
    damage === undefined ? '' : `${noteMeanings[damage.code]}${damage.firstFrame > 0 ? ` (at frame ${damage.firstFrame})` : ''}, `;
  return `${what}${grouped(skipped)} of ${grouped(trace.accounting.bytes.read)} bytes were not used`;
}

function others(trace: Trace): string {
  const kinds = Object.entries(trace.accounting.frames.other).filter(([, count]) => count > 0);
  kinds.sort(([, a], [, b]) => b - a);
  return kinds
    .slice(0, 4)
    .map(([kind, count]) => `, ${kind} ${grouped(count)}`)
    .join('');
}
