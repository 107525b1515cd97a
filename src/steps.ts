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

/** Rows of a block: enough to make a call for each no cost, few enough that the function is left, and entered anew, soon after it was compiled. */
const blockRows = 256;

/**
 * Goes through `size` rows in steps, calling `block` for rows [from, to). Quicker than a loop that yields: V8 compiles the body of such a loop
 * twice and more, for a loop that runs and for a generator that goes on, and again for each loop that follows in the same function.
 */
export function* inBlocks(size: number, block: (from: number, to: number) => void): Steps<void> {
  for (let from = 0; from < size; from += blockRows) {
    if (from % stepRows === 0) yield;
    block(from, Math.min(size, from + blockRows));
  }
}

/** Goes through lanes in steps, of which lane l holds requests [bounds[l], bounds[l + 1]); empty ones are passed over. Each is a call, as above. */
export function* inLanes(bounds: Int32Array, each: (lane: number, from: number, to: number) => void): Steps<void> {
  let seen = 0;
  for (let lane = 0; lane < bounds.length - 1; lane += 1) {
    const from = bounds[lane]!;
    const to = bounds[lane + 1]!;
    if (from === to) continue;
    each(lane, from, to);
    if (to - seen < stepRows) continue;
    seen = to;
    yield;
  }
}
