/** Reads a user's table of timers, and puts it before ours. */

import { readFileSync } from 'node:fs';
import { readTimers, type Timer, TimersFault, withTimers } from '../src/analysis/index.ts';
import { exitStatus, Failure, wrongUsage } from './failure.ts';

/** Throws Failure. */
export function readTimersFile(path: string): readonly Timer[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(exitStatus.cannotOpen, `the timers ${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return withTimers(readTimers(JSON.parse(text)));
  } catch (error) {
    if (error instanceof TimersFault) throw wrongUsage(`--timers ${path}: ${error.message}`);
    throw wrongUsage(`--timers ${path} is not JSON: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
