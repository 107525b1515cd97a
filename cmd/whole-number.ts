/** Counts as users write them. */

import { wrongUsage } from './failure.ts';

/** A whole number of at least `least`. Throws Failure. */
export function parseCount(text: string, option: string, least: number): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least) return count;
  throw wrongUsage(`${option} needs a whole number of at least ${least}, but '${text}' was given`);
}
