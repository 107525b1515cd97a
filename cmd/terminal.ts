/** What is known of the terminal, and the one way to say something beside the result. */

import { show } from '../src/show.ts';

/** flag > NO_COLOR > FORCE_COLOR > terminal */
export function wantsColor(flag: boolean | undefined, isTerminal: boolean): boolean {
  if (flag !== undefined) return flag;
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

/** A full screen needs a terminal that can move its cursor. */
export const canBrowse = (): boolean => process.stdout.isTTY === true && process.env.TERM !== 'dumb';

/** One line on standard error; results alone go to standard output. */
export function say(message: string): void {
  // Our own further lines are indented; one that is not is of a name that somebody gave a file.
  process.stderr.write(
    `warmwire: ${message
      .split(/\n(?= {2})/)
      .map(show)
      .join('\n')}\n`,
  );
}
