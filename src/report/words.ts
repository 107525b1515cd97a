/** Numbers in words that people read: sizes, counts, durations, shares; the same on every machine. */

import { counted, grouped } from '../counted.ts';
import { type Duration, millisecond, second } from '../time.ts';

export { counted, grouped };

/** `1,204`, from a million on `8.4 M`. */
export const amount = (count: number): string =>
  count < 1e6 ? grouped(count) : count < 1e9 ? `${(count / 1e6).toFixed(1)} M` : `${(count / 1e9).toFixed(1)} G`;

const sizes = ['kB', 'MB', 'GB', 'TB'] as const;

/** `512 bytes`, `12.3 kB`, `1.2 GB` */
export function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  let scaled = bytes / 1000;
  let unit = 0;
  while (scaled >= 999.95 && unit < sizes.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled.toFixed(1)} ${sizes[unit]}`;
}

/** `78%`; a share that is neither nothing nor all is not rounded to it. */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths > 0 && hundredths < 0.05) return '<0.1%';
  if (hundredths > 0 && hundredths < 1) return `${hundredths.toFixed(1)}%`;
  if (hundredths > 99 && hundredths < 100) return `${Math.min(99.9, hundredths).toFixed(1)}%`;
  return `${Math.round(hundredths)}%`;
}

const minute: Duration = 60 * second;
const hour: Duration = 60 * minute;
const day: Duration = 24 * hour;

/** `0.3 ms`, `48.7 ms`, `284 ms`, `5.1 s`, `10 min 02 s`, `2 h 05 min`, `3 d 04 h` */
export function span(duration: Duration): string {
  if (duration === Number.POSITIVE_INFINITY) return 'no limit';
  if (duration < 100 * millisecond) return `${(duration / millisecond).toFixed(1)} ms`;
  if (duration < 999.5 * millisecond) return `${Math.round(duration / millisecond)} ms`;
  if (duration < 99.95 * second) return `${(duration / second).toFixed(1)} s`;
  if (duration < hour - second / 2) return pair(duration, minute, 'min', second, 's');
  if (duration < day - minute / 2) return pair(duration, hour, 'h', minute, 'min');
  return pair(duration, day, 'd', hour, 'h');
}

function pair(duration: Duration, big: Duration, bigName: string, small: Duration, smallName: string): string {
  const total = Math.round(duration / small);
  const perBig = Math.round(big / small);
  return `${Math.floor(total / perBig)} ${bigName} ${String(total % perBig).padStart(2, '0')} ${smallName}`;
}

/** A limit as it is written in a configuration: `60 s`, `1.5 s`. */
export const limit = (duration: Duration): string => (Number.isFinite(duration) ? `${duration / second} s` : 'none');
