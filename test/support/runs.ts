/** How often laws are tried: LAW_RUNS multiplies. */

export const times = (count: number): number => Math.max(1, Math.ceil(count * Number(process.env.LAW_RUNS ?? 1)));
/** Shrinking a counterexample ends in time for it to be shown. */
export const runs = (count: number): { numRuns: number; interruptAfterTimeLimit: number } => ({
  numRuns: times(count),
  interruptAfterTimeLimit: patience / 2,
});

/** Long enough for any number of runs, also on a busy machine. */
export const patience: number = 180_000 * Math.max(1, Number(process.env.LAW_RUNS ?? 1));
