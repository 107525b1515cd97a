/** Opens the screens on a capture that is still being read. */

import { openSync } from 'node:fs';
import { basename } from 'node:path';
import { isatty, ReadStream } from 'node:tty';
import { captureSize, openCapture } from '../src/capture/index.ts';
import { browse, type Colors } from '../src/tui/index.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { oneInput } from './inputs.ts';
import { LiveSource } from './live-source.ts';
import { settingsOf } from './options.ts';
import { failureOf, inspectorOf } from './read.ts';
import type { ReportOptions } from './report.ts';
import { say, wantsColor } from './terminal.ts';

export async function screens(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const input = oneInput(files, options.read);
  const left = new AbortController();
  const bytes = openCapture(input, { signal: left.signal });
  const inspector = inspectorOf(input, settings, bytes);
  let finished = false;
  try {
    const total = captureSize(input);
    const source = new LiveSource(inspector, settings, total);
    /** Takes one more piece; false at the end. */
    const take = async (): Promise<boolean> => {
      if (finished) return false;
      const piece = await bytes.next();
      if (left.signal.aborted) return false;
      finished = piece.done === true;
      if (piece.done === true) inspector.end();
      else inspector.push(piece.value);
      if (piece.done === true) source.finish();
      else source.advance(piece.value.length);
      return !finished;
    };
    // What is no capture at all is said before the screen is taken: a small file is known to its end by then.
    await take();
    if (total !== undefined) await take();
    const fileName = input === '-' ? 'standard input' : basename(input);
    const shown = browse({ source, fileName, stdin: keys(), colors: colors(options), ascii: !isUtf8() });
    await Promise.race([shown, takeAll(take).then(() => shown)]);
  } catch (error) {
    left.abort();
    return endedWith(failureOf(input, error));
  }
  left.abort();
  return finished && !inspector.trace().complete ? exitStatus.partial : exitStatus.done;
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

const colors = ({ color }: ReportOptions): Colors => (wantsColor(color, true) ? 'dark' : 'mono');

function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
