/** What the story of a connection is made of: events, and the order in which they are told. */

import { type Duration, millisecond, type Time } from '../time.ts';

/** Shorter idle times are not worth a line. */
export const idleWorthTelling: Duration = 10 * millisecond;

/** One line: when (since the connection began), what, and what shows it. */
export interface Event {
  /** undefined: told right after the one before. */
  readonly at: Time | undefined;
  readonly what: string;
  readonly shown?: readonly string[];
  readonly striking?: boolean;
}

/** By time; events of the same moment stay as they were given, and one without a time stays behind the one before it. */
export function inOrder(events: Iterable<Event>): readonly Event[] {
  const groups: Event[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (event.at === undefined && last) last.push(event);
    else groups.push([event]);
  }
  return groups.sort(([a], [b]) => (a?.at ?? 0) - (b?.at ?? 0)).flat();
}

/** `frame 7`, `frames 210-212`, `frames 210, 215, 216` */
export function framesText(frames: readonly (number | undefined)[]): string {
  const distinct = [...new Set(frames)].filter((frame) => frame !== undefined);
  if (distinct.length === 0) return '';
  if (distinct.length === 1) return `frame ${distinct[0]}`;
  const first = distinct[0]!;
  const last = distinct.at(-1)!;
  return `frames ${last - first === distinct.length - 1 ? `${first}-${last}` : distinct.join(', ')}`;
}
