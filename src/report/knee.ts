/** The idle limit from which on waiting longer saves hardly anything. */

import type { CurvePoint } from '../analysis/index.ts';

/** Of what no limit at all would save, so much is worth having. */
export const worthwhile = 0.9;

/**
 * The smallest idle limit of the curve that saves nine tenths of what no limit at all would save, against the shortest one; undefined where the
 * limit changes nothing.
 */
export function kneeOf(curve: readonly CurvePoint[]): CurvePoint | undefined {
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined || last.opensMin >= first.opensMin) return undefined;
  const enough = first.opensMin - worthwhile * (first.opensMin - last.opensMin);
  return curve.find((point) => point.opensMin <= enough);
}
