/** The options that say how captures are read: one list, one meaning, one default each. */

import { type Command, Option } from 'commander';
import type { IntakeOptions } from '../src/trace/index.ts';
import { wrongUsage } from './failure.ts';
import { parseCount } from './whole-number.ts';

const readers = ['warmwire', 'pcap-parser'] as const;

/** As commander collects them. */
export interface InputOptions {
  readonly read?: readonly string[];
  readonly reader?: (typeof readers)[number];
  readonly follow?: boolean;
  readonly keepDuplicates?: boolean;
  readonly verifyChecksums?: boolean;
  readonly ignoreEncapsulation?: boolean;
  readonly maxUncompressed?: string;
  readonly c?: string;
}

/** For options that may be given more than once. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function withInputOptions(command: Command): Command {
  return command
    .option('-r, --read <file>', 'a capture to read, as well as the arguments', collect)
    .option('-c <number>', 'read only so many frames, of each capture')
    .option('--follow', 'at the end of the file wait for more, until Ctrl-C; of several files at the end of the last')
    .option('--keep-duplicates', 'count packets that the capture holds twice as sent twice')
    .option('--verify-checksums', 'leave out packets whose IPv4 or TCP checksum is wrong, and count them')
    .option('--ignore-encapsulation', 'tell connections apart by addresses and ports alone, whatever VLAN or tunnel they are in')
    .option(
      '--max-uncompressed <size>',
      'how much may come out of a compressed capture: 500MB, 2GB (default: 64GiB, less where it looks like a bomb)',
    )
    .addOption(new Option('--reader <name>', 'who takes the capture file apart (default: warmwire)').choices(readers));
}

/** What is set, and nothing else. Throws Failure. */
export function intakeOptionsOf(options: InputOptions): IntakeOptions {
  return {
    ...(options.reader === undefined ? {} : { reader: options.reader }),
    ...(options.c === undefined ? {} : { frameLimit: parseCount(options.c, '-c', 1) }),
    ...(options.follow === true ? { follow: true } : {}),
    ...(options.keepDuplicates === true ? { keepDuplicates: true } : {}),
    ...(options.verifyChecksums === true ? { verifyChecksums: true } : {}),
    ...(options.ignoreEncapsulation === true ? { ignoreEncapsulation: true } : {}),
    ...(options.maxUncompressed === undefined ? {} : { maxUncompressed: parseSize(options.maxUncompressed, '--max-uncompressed') }),
  };
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** `500MB` is decimal, `500MiB` binary, as everywhere; a bare number is bytes. */
function parseSize(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?)b?$/i.exec(text);
  const size = match === null ? Number.NaN : Number(match[1]) * unitOf(match[2]!.toLowerCase(), match[3] !== '');
  if (Number.isSafeInteger(Math.round(size)) && size >= 1) return Math.round(size);
  throw wrongUsage(`${option} needs a size such as 500MB, 2GB or 64GiB, but '${text}' was given`);
}

const unitOf = (letter: string, binary: boolean): number => (binary ? 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(letter) : units[letter]!);
