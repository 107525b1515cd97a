/** Signals that end a run: the first one may let it finish what it has, the next one ends it at once. */

import { exitStatus } from './failure.ts';

/** SIGHUP is left as it was found: under nohup it is ignored. */
const ending = ['SIGINT', 'SIGTERM'] as const;

/** Calls `stop` at the first signal; what it returns takes that back. */
export function atSignal(stop: () => void): () => void {
  let asked = false;
  const heard = (): void => {
    if (asked) process.exit(exitStatus.interrupted);
    asked = true;
    stop();
  };
  for (const signal of ending) process.on(signal, heard);
  return () => {
    for (const signal of ending) process.removeListener(signal, heard);
  };
}

/** While something is being written, any signal ends the run; the file that is not whole is removed. */
export const endAtSignal = (): (() => void) => atSignal(() => process.exit(exitStatus.interrupted));
