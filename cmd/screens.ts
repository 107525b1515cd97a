/** Opens the screens on a capture that is still being read. */

import { existsSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isatty, ReadStream } from 'node:tty';
import { capturesSize } from '../src/capture/index.ts';
import { limits } from '../src/limits.ts';
import { browse, type Colors } from '../src/tui/index.ts';
import type { Config } from './config.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { givenWords } from './given-words.ts';
import { inputsOf, namedInputs } from './inputs.ts';
import { LiveSource } from './live-source.ts';
import { settingsOf } from './options.ts';
import { PacketFinder } from './packet-finder.ts';
import { failureOf, openInputs } from './read.ts';
import type { ReportOptions } from './report-options.ts';
import { exporterOf } from './screen-exports.ts';
import { Spool } from './spool.ts';
import { say, wantsColor } from './terminal.ts';

export async function screens(files: readonly string[], options: ReportOptions, config: Config): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const inputs = inputsOf(files, options.read);
  const left = new AbortController();
  let finished = false;
  try {
    const spools = new Map(inputs.filter(isPipe).map((path) => [path, new Spool()]));
    const tap = (path: string, piece: Uint8Array): void => spools.get(path)?.write(piece);
    const isEndless = settings.intake.follow === true || spools.size > 0;
    const bounds = isEndless ? { limits: { connections: limits.watched } } : {};
    const intake = await openInputs(inputs, { ...settings, intake: { ...settings.intake, ...bounds, tap } }, left.signal);
    const { inspector } = intake;
    const total = settings.intake.follow === true ? undefined : capturesSize(inputs);
    const source = new LiveSource(inspector, settings, total);
    const finder = new PacketFinder(
      intake.captures,
      spools,
      () => source.snapshot().trace,
      () => source.ring(),
    );
    source.packets = (connection) => finder.of(connection);
    /** Takes one more piece; false at the end. */
    const take = async (): Promise<boolean> => {
      if (finished) return false;
      await source.settled();
      const before = intake.bytes;
      const goesOn = await intake.next();
      if (left.signal.aborted) return false;
      finished = !goesOn;
      if (goesOn) source.advance(intake.bytes - before);
      else await source.finish();
      return goesOn;
    };
    // What is no capture at all is said before the screen is taken, and what asks for a password still has the terminal.
    if (inputs.includes('-') && !settings.quiet) say('waiting for the first packet');
    while (inspector.frames === 0 && (await take()));
    const shown = browse({
      source,
      fileName: titleOf(inputs),
      stdin: keys(),
      colors: colors(options, config),
      ascii: config.ascii ?? !isUtf8(),
      exporter: exporterOf(inputs, namedInputs(files, options.read), settings, givenWords(options), finder, () => source.snapshot()),
      filter: settings.filter?.text ?? '',
      keys: config.keys ?? {},
      columns: config.columns ?? {},
      times: settings.times,
      settings: {
        mouse: options.mouse !== false && config.mouse !== false,
        hints: config.hints !== false,
        secrets: settings.redaction.showSecrets === true,
      },
    });
    const read = async (): Promise<void> => {
      await takeAll(take);
      if (spools.size > 0) await ringAgain(source);
      await shown;
    };
    await Promise.race([shown, read()]);
    left.abort();
    finder.close();
    await intake.close();
    return finished && !inspector.trace().complete ? exitStatus.partial : exitStatus.done;
  } catch (error) {
    left.abort();
    return endedWith(failureOf(inputs, error));
  }
}

/** What can be read once only. */
function isPipe(path: string): boolean {
  // Where the name leads nowhere, who opens it says why.
  return path === '-' || (existsSync(path) && !statSync(path).isFile());
}

/** In the corner of the screen. */
function titleOf([first = '-', ...more]: readonly string[]): string {
  const name = first === '-' ? 'standard input' : basename(first);
  return more.length === 0 ? name : `${name} +${more.length}`;
}

/** Milliseconds after the end of what came through a pipe: by then its writer has ended, too, and left the terminal to us. */
const writerEnds = [50, 250, 1200];

async function ringAgain(source: LiveSource): Promise<void> {
  for (const wait of writerEnds) {
    await pause(wait, undefined, { ref: false });
    source.ring();
  }
}

async function takeAll(take: () => Promise<boolean>): Promise<void> {
  while (await take());
}

/** Said when the process ends: by then the screen has given the terminal back. */
function endedWith(error: unknown): ExitStatus {
  if (!(error instanceof Failure)) throw error;
  process.once('exit', () => say(error.message));
  return error.status;
}

/** Keys come from the terminal itself where the capture comes on standard input. */
function keys(): ReadStream {
  // Only looking at `process.stdin` would make a stream of it, beside the one that reads the capture.
  if (isatty(0)) return process.stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r+'));
  } catch {
    throw new Failure(exitStatus.cannotOpen, "there is no terminal to read keys from; 'warmwire report' needs none");
  }
}

/** flag > NO_COLOR > the user's own settings */
const colors = ({ color, theme }: ReportOptions, config: Config): Colors =>
  theme ?? (wantsColor(color, true) ? (config.theme ?? 'dark') : 'mono');

function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
