/** Long work that can be left and taken up again: a generator that yields now and then, to whoever has something else to do. */

export type Steps<Result> = Generator<undefined, Result, void>;

/** All at once. */
export function allAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Rows between two steps: a few milliseconds, and hardly a cost. */
export const stepRows: number = 1 << 14;
