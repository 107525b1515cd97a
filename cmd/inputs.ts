/** Which captures a command shall read: arguments, -r, directories, patterns that no shell has expanded. */

import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { looksLikeCapture } from '../src/capture/index.ts';
import { exitStatus, Failure, wrongUsage } from './failure.ts';
import { isPattern, matches } from './pattern.ts';
import { say } from './terminal.ts';

const captureEnding = /\.(pcapng|pcap|cap|dmp|ntar)\d*(\.(gz|zst|lz4))?$/i;

/** The captures to read: those named, those in the directories named, those that match; each once. Throws Failure. */
export function inputsOf(files: readonly string[], read: readonly string[] = []): readonly string[] {
  const named = namedInputs(files, read);
  if (named.filter((name) => name === '-').length > 1) throw wrongUsage('standard input (-) can be read once only');
  const all = named.flatMap(expand);
  if (all.length === 0) {
    throw wrongUsage("no capture file is named; give one, - for standard input, or try 'warmwire demo' (all options: warmwire --help)");
  }
  return once(all);
}

/** As the user wrote them. */
export const namedInputs = (files: readonly string[], read: readonly string[] = []): readonly string[] => [...read, ...files];

function expand(name: string): readonly string[] {
  if (name === '-') return [name];
  if (isDirectory(name)) return inside(name);
  return isPattern(name) && !existsSync(name) ? matching(name) : [name];
}

function inside(directory: string): readonly string[] {
  const found = listed(directory)
    .map((entry) => join(directory, entry))
    .filter((path) => isRegular(path) && (captureEnding.test(path) || beginsLikeCapture(path)));
  if (found.length > 0) return found;
  throw new Failure(
    exitStatus.cannotOpen,
    `${directory} is a directory without captures; looked for names that end in .pcap, .pcapng or .cap, and for what begins like one`,
  );
}

/** `*`, `?` and `[a-z]`, in any part of the path. */
function matching(pattern: string): readonly string[] {
  const found = matchesOf(pattern).filter((path) => !isDirectory(path));
  if (found.length > 0) return found;
  throw new Failure(exitStatus.cannotOpen, `no file matches '${pattern}'`);
}

function matchesOf(pattern: string): readonly string[] {
  const folder = dirname(pattern);
  const name = basename(pattern);
  const folders = isPattern(folder) ? matchesOf(folder).filter(isDirectory) : [folder];
  const isHere = folder === '.' && !pattern.startsWith('.');
  return folders.flatMap((each) => {
    const entries = isPattern(name) ? (isDirectory(each) ? listed(each) : []).filter((entry) => matches(name, entry)) : [name];
    return entries.map((entry) => (isHere ? entry : join(each, entry))).filter((path) => existsSync(path));
  });
}

/** Without those that were there before under whatever name: a capture that is read twice would show everything twice. */
function once(paths: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const place = path === '-' || !existsSync(path) ? path : realpathSync(path);
    const before = seen.get(place);
    if (before === undefined) seen.set(place, path);
    else say(`${path} is named twice; it is read once`);
  }
  return [...seen.values()];
}

const isDirectory = (name: string): boolean => statOf(name)?.isDirectory() === true;
const isRegular = (name: string): boolean => statOf(name)?.isFile() === true;

function statOf(name: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function beginsLikeCapture(path: string): boolean {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = new Uint8Array(4);
      return readSync(descriptor, head, 0, 4, 0) === 4 && looksLikeCapture(head);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    throw new Failure(exitStatus.cannotOpen, `${directory} cannot be listed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
