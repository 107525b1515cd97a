/** What one file of this folder is: a program that can be set, how it shows itself, and the line that sets it. */

import type { AdviceSetting } from '../analysis.ts';

export type Role = 'server' | 'client';

/** What is to be set, and to what. */
export interface Change {
  readonly setting: AdviceSetting;
  readonly role: Role;
  /** Of an idle limit, whole seconds where that is exact enough. */
  readonly seconds: number;
  /** Host name of the origin, for lines that need one. */
  readonly host: string;
}

export interface Software {
  /** Name under which it is asked for. */
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Role[];
  /** By which it shows itself in Server or User-Agent, or in the name of a timer; small letters. */
  readonly marks: readonly string[];
  /** What stands behind its mark is no version of it. */
  readonly namesNoVersion?: true;
  /** The line to copy; undefined where there is nothing to set. `version` is '' where it is not known. */
  directive(change: Change, version: string): string | undefined;
}

/** `1.22.1` is at least `1.19.10`; an unknown version counts as new. */
export function isFrom(version: string, least: string): boolean {
  if (version === '') return true;
  const numbers = (text: string): number[] => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [numbers(version), numbers(least)];
  for (let at = 0; at < want.length; at += 1) {
    const difference = (have[at] ?? 0) - want[at]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The version behind one of the marks: `1.22.1` of `nginx/1.22.1`; '' where there is none, undefined where it is other software. */
export function versionIn(header: string, marks: readonly string[]): string | undefined {
  const text = header.toLowerCase();
  for (const mark of marks) {
    const at = text.indexOf(mark);
    if (at < 0 || /[a-z]/.test(text.charAt(at - 1)) || /[a-z]/.test(text.charAt(at + mark.length))) continue;
    return /^\/v?([\d.]+)/.exec(text.slice(at + mark.length))?.[1] ?? '';
  }
  return undefined;
}

/** `65_000`, as JavaScript reads it. */
export const inMilliseconds = (seconds: number): string => String(Math.round(seconds * 1000)).replace(/\B(?=(\d{3})+$)/g, '_');
