/** The reading loop that every command shares: bytes are pushed in, a trace is read back. */

import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CaptureFault, capturesSize } from '../src/capture/index.ts';
import { type NoteCode, noteMeanings } from '../src/note.ts';
import { counted, grouped, size } from '../src/report/words.ts';
import { type Inspector, Intake, type Trace, type Unread } from '../src/trace/index.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { readKeyLogs } from './key-log.ts';
import type { Settings } from './options.ts';
import { Progress } from './progress.ts';
import { atSignal } from './signals.ts';
import { say } from './terminal.ts';

export interface Reading {
  readonly trace: Trace;
  /** Ctrl-C came: the trace is of what was read before it. */
  readonly interrupted: boolean;
  readonly status: ExitStatus;
}

/** Whoever wants to know what happens while captures are read. */
export interface Watcher {
  /** At certain frames, however the capture is cut. */
  milestone(inspector: Inspector): void;
  /** Between two pieces: the one place where waiting is allowed. */
  rest(): Promise<void>;
}

/** Opens captures with everything that was set on the command line. @throws Failure where none of them can be read */
export async function openInputs(
  paths: readonly string[],
  settings: Settings,
  signal: AbortSignal,
  milestone?: (inspector: Inspector) => void,
): Promise<Intake> {
  const keyLog = readKeyLogs(paths, settings.keyLog);
  try {
    return await Intake.open(paths, {
      signal,
      milestone,
      ...settings.intake,
      ...settings.redaction,
      ...(settings.decodeAs === undefined ? {} : { decodeAs: settings.decodeAs }),
      ...(keyLog === undefined ? {} : { keyLog }),
    });
  } catch (error) {
    throw failureOf(paths, error);
  }
}

/** Reads whole captures; says on standard error what it took and what is missing. Throws Failure. */
export async function readCaptures(paths: readonly string[], settings: Settings, watcher?: Watcher): Promise<Reading> {
  const began = performance.now();
  const interrupt = new AbortController();
  const forget = atSignal(() => interrupt.abort());
  let intake: Intake;
  try {
    intake = await openInputs(paths, settings, interrupt.signal, watcher && ((inspector) => watcher.milestone(inspector)));
    const follows = settings.intake.follow === true;
    if (follows && process.stderr.isTTY === true && !settings.quiet) say('following; Ctrl-C ends it and gives the report');
    const progress = new Progress(settings.quiet || follows ? undefined : capturesSize(paths));
    while (await intake.next()) {
      progress.show(intake.bytes);
      await watcher?.rest();
    }
    progress.clear();
  } catch (error) {
    throw failureOf(paths, error);
  } finally {
    forget();
  }
  const trace = intake.inspector.trace();
  const interrupted = interrupt.signal.aborted;
  for (const one of intake.unread) say(reasonOf(one));
  report(trace, paths, settings, interrupted, intake.bytes, (performance.now() - began) / 1000);
  return { trace, interrupted, status: interrupted ? exitStatus.interrupted : trace.complete ? exitStatus.done : exitStatus.partial };
}

/** A capture that cannot be read ends the run; anything else is a bug of ours. */
export function failureOf(paths: readonly string[], error: unknown): unknown {
  if (!(error instanceof CaptureFault)) return error;
  const more = paths.length > 1 ? ` (and none of the other ${counted(paths.length - 1, 'capture')} can be read)` : '';
  return new Failure(exitStatus.cannotOpen, named(paths[0]!, error.message) + more);
}

/** Why a capture could not be read, with its name in front. */
export const reasonOf = ({ path, fault }: Unread): string => `${named(path, fault.message)}; the report is of what could be read`;

/** What is read, in a few words. */
export const nameOf = (paths: readonly string[]): string => {
  const [first = '-', ...more] = paths;
  const name = first === '-' ? 'standard input' : first;
  return more.length === 0 ? name : `${name} and ${counted(more.length, 'other capture')}`;
};

/** The message with the path as the user gave it in front, once. */
function named(path: string, message: string): string {
  if (message.includes(path) && path !== '-') return message;
  const name = path === '-' ? 'standard input' : path;
  for (const short of [basename(path), path]) if (message.startsWith(`${short} `)) return name + message.slice(short.length);
  return `${name}: ${message}`;
}

function report(trace: Trace, paths: readonly string[], settings: Settings, interrupted: boolean, bytes: number, seconds: number): void {
  const name = nameOf(paths);
  if (interrupted) say(`interrupted after ${size(bytes)}; the report is of what was read so far`);
  else {
    const damaged = damagedOf(trace, paths);
    if (damaged !== undefined) say(`${damaged} not complete: ${missing(trace)}; the report is of what could be read`);
  }
  for (const note of trace.notes) {
    if (note.code === 'unknown-link-type')
      say(
        `${name}: ${grouped(note.count)} frames are of a link type that cannot be decoded${note.detail === '' ? '' : ` (${note.detail})`}`,
      );
  }
  if (trace.size === 0 && trace.accounting.frames.seen > 0)
    say(`${name} holds no TCP connection (${grouped(trace.accounting.frames.seen)} frames${others(trace)})${quic(trace)}`);
  if (settings.verbose || (process.stderr.isTTY === true && !settings.quiet)) {
    const rate = seconds > 0 ? `, ${size(Math.round(bytes / seconds))}/s, ${grouped(trace.accounting.frames.seen / seconds)} frames/s` : '';
    say(`read ${size(bytes)} in ${seconds.toFixed(2)} s${rate}`);
  }
}

/** Whose bytes were not all understood, with the verb; undefined where all were. */
function damagedOf(trace: Trace, paths: readonly string[]): string | undefined {
  if (trace.complete) return undefined;
  if (paths.length === 1) return `${nameOf(paths)} is`;
  const damaged = trace.captures.filter(
    ({ damagedAtOffset }, i) => damagedAtOffset !== undefined || trace.notes.some((note) => note.capture === i && isOfPacking(note.code)),
  );
  const names = damaged.slice(0, 3).map((capture) => capture.name);
  if (damaged.length > 3) names.push(counted(damaged.length - 3, 'other capture'));
  const last = names.pop();
  return last === undefined ? undefined : names.length === 0 ? `${last} is` : `${names.join(', ')} and ${last} are`;
}

const isOfPacking = (code: NoteCode): boolean => code === 'bad-compression' || code === 'unpacked-limit';

/** Which damage, where, and how much of the input it cost. */
function missing(trace: Trace): string {
  const skipped = Object.values(trace.accounting.bytes.skipped).reduce((sum, count) => sum + count, 0);
  const { notes } = trace;
  const damage = notes.find(({ code }) => isOfPacking(code)) ?? notes.find(({ code }) => code === 'cut-short') ?? notes[0];
  const lost = `${grouped(skipped)} of ${grouped(trace.accounting.bytes.read)} bytes were not used`;
  if (damage === undefined) return lost;
  const { code, detail, firstFrame } = damage;
  // What was wrong before the bytes were unpacked is in no count of them.
  if (code === 'bad-compression') return skipped === 0 ? detail : `${detail}; of what came out, ${lost}`;
  return `${noteMeanings[code]}${firstFrame > 0 ? ` (at frame ${firstFrame})` : ''}, ${lost}`;
}

/** HTTP/3 is not seen: say so where nothing else is there. */
function quic({ quic: names }: Trace): string {
  const [most] = names;
  if (most === undefined) return '';
  const flows = names.reduce((sum, { flows }) => sum + flows, 0);
  const name = most.serverName ?? `${most.serverAddress} port ${most.serverPort}`;
  return `: ${counted(flows, 'flow')} of QUIC, the first for ${name}; HTTP/3 is not read, a client with QUIC turned off would use TCP`;
}

function others(trace: Trace): string {
  const kinds = Object.entries(trace.accounting.frames.other).filter(([, count]) => count > 0);
  kinds.sort(([, a], [, b]) => b - a);
  return kinds
    .slice(0, 4)
    .map(([kind, count]) => `, ${kind} ${grouped(count)}`)
    .join('');
}
