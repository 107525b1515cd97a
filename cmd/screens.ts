/** Opens the screens on a capture that is still being read. */

import { openSync } from 'node:fs';
import { basename } from 'node:path';
import { ReadStream } from 'node:tty';
import { captureSize, openCapture } from '../src/capture/index.ts';
import { browse, type Colors } from '../src/tui/index.ts';
import { type ExitStatus, exitStatus, Failure } from './failure.ts';
import { oneInput } from './inputs.ts';
import { LiveSource } from './live-source.ts';
import { settingsOf } from './options.ts';
import { failureOf, inspectorOf } from './read.ts';
import type { ReportOptions } from './report.ts';
import { wantsColor } from './terminal.ts';

export async function screens(files: readonly string[], options: ReportOptions): Promise<ExitStatus> {
  const settings = settingsOf(options);
  const input = oneInput(files, options.read);
  const left = new AbortController();
  const bytes = openCapture(input, { signal: left.signal })[Symbol.asyncIterator]();
  const inspector = inspectorOf(input, settings);
  try {
    // What is no capture at all is said before the screen is taken.
    let piece = await bytes.next();
    if (piece.done === true) inspector.end();
    else inspector.push(piece.value);
    const source = new LiveSource(inspector, settings, captureSize(input));
    source.advance(piece.value?.length ?? 0);
    const reading = (async () => {
      while (piece.done !== true) {
        piece = await bytes.next();
        if (left.signal.aborted) return;
        if (piece.done === true) break;
        inspector.push(piece.value);
        source.advance(piece.value.length);
      }
      inspector.end();
      source.finish();
    })();
    const stdin = keys();
    const shown = browse({
      source,
      fileName: input === '-' ? 'standard input' : basename(input),
      stdin,
      colors: colors(options),
      ascii: !isUtf8(),
    });
    await Promise.race([shown, reading.then(() => shown)]);
    left.abort();
    return inspector.trace().complete ? exitStatus.done : exitStatus.partial;
  } catch (error) {
    left.abort();
    throw failureOf(input, error);
  }
}

/** Keys come from the terminal itself where the capture comes on standard input. */
function keys(): ReadStream {
  if (process.stdin.isTTY) return process.stdin;
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
