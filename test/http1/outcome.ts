/** What a strict receiver makes of bytes, and what we do, in the same measure: heads and messages before the first fault, and whether there was one. */

import type { Recorder } from './recorder.ts';

export interface Outcome {
  readonly heads: number;
  readonly messages: number;
  readonly refused: boolean;
}

/** Notes of what a strict receiver refuses. */
const refusals: ReadonlySet<string> = new Set([
  'smuggling-risk',
  'framing-error',
  'framing-lost',
  'malformed-http',
  'bare-line-feed',
  'obsolete-line-folding',
  'unknown-method',
  'http-after-close',
  'not-http',
]);
/** Leading zeros in Content-Length are allowed (RFC 9110 §8.6), we warn because some receivers read octal; messages of RTSP are read as well. */
const harmless: ReadonlySet<string> = new Set(['Content-Length with leading zeros', 'RTSP']);

/** Ours: reading goes on behind a fault, but what counts is what came before its note. */
export function outcome({ told }: Recorder): Outcome {
  const stop = told.findIndex(({ what, detail }) => refusals.has(what) && !harmless.has(detail));
  const before = stop < 0 ? told : told.slice(0, stop);
  const count = (kind: string): number => before.filter(({ what }) => what === kind).length;
  return { heads: count('head'), messages: count('message'), refused: stop >= 0 };
}

export const shown = ({ heads, messages, refused }: Outcome): string => `${heads} ${messages} ${refused ? 'refused' : 'accepted'}`;
