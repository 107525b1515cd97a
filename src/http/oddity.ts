/** Oddities of HTTP/1 messages as bits, so that an exchange remembers its own; each is a note of the same name. */

import type { NoteCode } from '../note.ts';

/** A bit's place is its code's place here. */
const codes = [
  'smuggling-risk',
  'framing-error',
  'framing-lost',
  'resynchronised',
  'cut-head',
  'malformed-http',
  'bare-line-feed',
  'obsolete-line-folding',
  'unknown-method',
  'header-limit',
  'bad-keep-alive',
  'proxy-connection',
  'unsolicited-response',
  'early-response',
  'early-bytes',
  'http-after-close',
  'not-http',
] as const satisfies readonly NoteCode[];

export type Oddity = (typeof codes)[number];

export const oddityBit = (code: Oddity): number => 1 << codes.indexOf(code);

export const MALFORMED: number = oddityBit('malformed-http');
export const FOLDED: number = oddityBit('obsolete-line-folding');
export const BARE_LINE_FEED: number = oddityBit('bare-line-feed');

export const odditiesOf = (bits: number): readonly Oddity[] => (bits === 0 ? NONE : codes.filter((_, place) => bits & (1 << place)));

const NONE: readonly Oddity[] = [];
