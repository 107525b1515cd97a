/** What the screens write into files: reports of what is shown, packets, ladders; never over a file that exists. */

import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { formats, type Piece } from '../src/report/index.ts';
import { shellWord } from '../src/shell-word.ts';
import type { Exporter, Seen } from '../src/tui/index.ts';
import { look } from './deliver.ts';
import { Failure } from './failure.ts';
import type { givenWords } from './given-words.ts';
import type { Settings } from './options.ts';
import { writeFileInTurns } from './output.ts';
import type { PacketFinder } from './packet-finder.ts';

/** Milliseconds between two turns of everything else. */
const slice = 8;

export function exporterOf(
  inputs: readonly string[],
  named: readonly string[],
  settings: Settings,
  given: ReturnType<typeof givenWords>,
  finder: PacketFinder,
  seen: () => Seen,
): Exporter {
  const write = (path: string, pieces: AsyncIterable<Piece>, done: (said: string) => void): void => {
    writeFileInTurns({ path, inputs, force: false }, pieces).then(
      () => done(`written: ${path}`),
      (error: unknown) => done(`${path} is not written: ${reasonOf(error).replace(`${path} cannot be written: `, '')}`),
    );
  };
  return {
    endings: formats.map(({ extension }) => extension),
    report: (path, rows, filter, done) => {
      const format = formats.find(({ extension }) => path.toLowerCase().endsWith(`.${extension}`))!;
      const { trace, analysis } = seen();
      const pieces = format.render(trace, rows === undefined ? analysis : analysis.select(rows), {
        decodeAs: settings.decodeAs,
        filter: rows === undefined ? undefined : filter === '' ? 'chosen on the screen' : filter,
        interrupted: seen().progress.done ? undefined : true,
        ...look(named, settings, false),
      });
      write(path, inTurns(pieces), done);
    },
    packets: (path, rows, done) => {
      if (settings.redaction.anonymize === true) done('packets would show the addresses that --anonymize hides');
      else write(path, finder.pcapng(rows), done);
    },
    text: (path, content, done) => write(path, inTurns([content]), done),
    commandLine: ([command = 'report', ...words], last = []) =>
      [
        'warmwire',
        command,
        ...named.map(shellWord),
        ...[...last, ...words, ...given.filter(([option]) => !words.includes(option)).flat()].map(quoted),
      ].join(' '),
    tshark: (options, filter) =>
      ['tshark', ...named.flatMap((name) => ['-r', shellWord(name)]), ...(options.length > 0 ? options : ['-Y', filter]).map(quoted)].join(
        ' ',
      ),
  };
}

/** Not for names of files, which must not look like options. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

async function* inTurns(pieces: Iterable<Piece>): AsyncGenerator<Piece> {
  let until = performance.now() + slice;
  for (const piece of gathered(pieces)) {
    yield piece;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + slice;
  }
}

/** Many small texts as few larger ones. */
function* gathered(pieces: Iterable<Piece>): Generator<Piece> {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    if (typeof piece === 'string' && text.length < 16 << 10) continue;
    if (text !== '') yield text;
    text = '';
    if (typeof piece !== 'string') yield piece;
  }
  if (text !== '') yield text;
}

const reasonOf = (error: unknown): string => (error instanceof Failure || error instanceof Error ? error.message : String(error));
