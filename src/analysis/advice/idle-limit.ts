/** Which idle limit to advise: the knee of the curve, raised to a value that people use, with a margin above whoever must not be late. */

import type { Duration } from '../../time.ts';
import { second } from '../../time.ts';
import type { CurvePoint } from '../analysis.ts';

/** What configurations say. */
const usual: readonly Duration[] = [5, 10, 15, 30, 60, 65, 75, 120, 300].map((limit) => limit * second);
/** Of what no limit at all would save, so much is worth having. */
const worthwhile = 0.9;
/** A server keeps connections so much longer than those who call it. */
const leastMargin: Duration = 5 * second;
const margin = 0.1;
/** A client gives connections up so much (or two round trips) before the server does. */
const clientMargin: Duration = second;
const step: Duration = second / 2;

/** The smallest limit of the curve with nine tenths of the saving of no limit at all; undefined where none saves anything. */
export function kneeOf(curve: readonly CurvePoint[], actual: number): CurvePoint | undefined {
  const most = actual - (curve.at(-1)?.opensMin ?? actual);
  if (most <= 0) return undefined;
  return curve.find((point) => actual - point.opensMin >= worthwhile * most);
}

/** The next usual value; beyond the last one, that. */
export const raised = (limit: Duration): Duration => usual.find((each) => each >= limit) ?? usual.at(-1)!;

/** `callers`: how long those keep connections who call; undefined where no limit of theirs is seen. */
export function serverLimit(knee: Duration, callers: Duration | undefined): Duration {
  const least = callers === undefined ? 0 : callers + Math.max(leastMargin, margin * callers);
  const limit = raised(Math.max(knee, least));
  // Some callers keep connections longer than people write into configurations.
  return limit >= least ? limit : Math.ceil(least / second) * second;
}

/** In steps of half a second; undefined where the server is too quick for any client. */
export function clientLimit(server: Duration, roundTrip: Duration): Duration | undefined {
  const limit = server - Math.max(clientMargin, 2 * roundTrip);
  return limit < step ? undefined : Math.floor(limit / step) * step;
}
