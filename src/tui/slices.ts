/** Runs long work a few milliseconds at a time, so that keys are answered in between. */

/** Well below the 50 ms in which a key must be answered. */
const budget = 8;
/** Rows of which something is made at once, between two frames. */
export const few = 4096;

/** Calls `done` with the result, after `progress` with the part that is done; the function returned stops it. */
export function runInSlices<Result, Part = unknown>(
  work: Generator<Part, Result, void>,
  done: (result: Result) => void,
  progress: (part: Part) => void = () => {},
): () => void {
  let stopped = false;
  const slice = (): void => {
    if (stopped) return;
    const until = performance.now() + budget;
    for (;;) {
      const step = work.next();
      if (step.done) {
        done(step.value);
        return;
      }
      if (performance.now() >= until) {
        progress(step.value);
        setImmediate(slice);
        return;
      }
    }
  };
  setImmediate(slice);
  return () => {
    stopped = true;
    // What it holds is given back now.
    work.return(undefined as never);
  };
}

/** The same at once, for little work. */
export function runNow<Result>(work: Generator<unknown, Result, void>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
