/** How numbers and times are written on the screen: three telling digits and a unit, never wider than nine cells. */

import { type Duration, microsecond, millisecond, second } from '../time.ts';

export { type Clock, moment, type TimeFormat, timeFormats } from '../clock.ts';

/** `1,930` */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `3`, or `0-5` where that is all one knows. */
export const between = (low: number, high: number): string => (high > low ? `${count(low)}-${count(high)}` : count(low));

/** `380 µs`, `21.4 ms`, `5.00 s`, `10m 02s`, `2h 05m`, `3d 04h` */
export function duration(value: Duration, micro: string): string {
  if (value === 0) return '0 s';
  if (Math.abs(value) < 999.5) return `${Math.round(value)} ns`;
  if (value < 0.9995 * millisecond) return `${digits(value / microsecond)} ${micro}s`;
  if (value < 0.9995 * second) return `${digits(value / millisecond)} ms`;
  const seconds = value / second;
  if (seconds < 59.95) return `${digits(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(seconds / 3600);
  return `${count(Math.floor(hours / 24))}d ${two(hours % 24)}h`;
}

/** `812 B`, `1.20 GB` */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${digits(scaled)} ${units[unit]}`;
}

/** `78 %`; undefined where there is nothing to divide by. */
export const percent = (ratio: number | undefined): string | undefined =>
  ratio === undefined ? undefined : `${Math.round(ratio * 100)} %`;

/** `12, 15-17`: frame numbers in ascending order, runs drawn together. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let last = i;
    while (last + 1 < numbers.length && numbers[last + 1] === numbers[last]! + 1) last += 1;
    parts.push(last === i ? `${numbers[i]}` : `${numbers[i]}-${numbers[last]}`);
    i = last + 1;
  }
  return parts.join(', ');
}

function digits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

const two = (value: number): string => String(value).padStart(2, '0');
