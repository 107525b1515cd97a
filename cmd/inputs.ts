/** Which capture a command shall read: arguments, -r, directories. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exitStatus, Failure, wrongUsage } from './failure.ts';

const captureEnding = /\.(pcapng|pcap|cap|dmp|ntar)\d*(\.(gz|zst|lz4))?$/i;

/** The one capture that was named; a directory stands for the captures in it. Throws Failure. */
export function oneInput(files: readonly string[], read: readonly string[] = []): string {
  const named = [...read, ...files];
  const [only, ...more] = named.flatMap(expand);
  if (only === undefined) {
    throw wrongUsage("no capture file is named; give one, - for standard input, or try 'warmwire demo' (all options: warmwire --help)");
  }
  if (more.length > 0) {
    throw wrongUsage(
      `this version reads one capture at a time, but ${more.length + 1} are given; merge them first: mergecap -w all.pcapng FILE...`,
    );
  }
  return only;
}

function expand(name: string): readonly string[] {
  if (name === '-' || !isDirectory(name)) return [name];
  const inside = listed(name)
    .filter((entry) => captureEnding.test(entry))
    .sort();
  if (inside.length === 0) {
    throw new Failure(
      exitStatus.cannotOpen,
      `${name} is a directory without captures; looked for names that end in .pcap, .pcapng or .cap`,
    );
  }
  return inside.map((entry) => join(name, entry));
}

function isDirectory(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw new Failure(exitStatus.cannotOpen, `${directory} cannot be listed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
