/** How moments are shown to people: since the first frame, as time of day, or since the line above. */

import { second, type Time, toIso8601 } from './time.ts';

export const timeFormats = ['relative', 'absolute', 'delta'] as const;
/** Since the first frame, time of day (UTC), or since the line above. */
export type TimeFormat = (typeof timeFormats)[number];

/** Where times are counted from. */
export interface Clock {
  readonly format: TimeFormat;
  readonly epoch: bigint;
  /** Of a second: 3 where there is little room, else 6. */
  readonly decimals: 3 | 6;
}

/** `12.345678`, `09:30:12.345678`, `+0.045000` */
export function moment(time: Time, before: Time | undefined, { format, epoch, decimals }: Clock): string {
  if (format === 'absolute') return toIso8601(epoch, rounded(time, decimals), 6)?.slice(11, 20 + decimals) ?? '';
  if (format === 'delta') return `+${((time - (before ?? time)) / second).toFixed(decimals)}`;
  return (time / second).toFixed(decimals);
}

function rounded(time: Time, decimals: number): Time {
  const step = second / 10 ** decimals;
  return Math.round(time / step) * step;
}
