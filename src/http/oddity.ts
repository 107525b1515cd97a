/** Oddities of HTTP/1 messages as bits, so that an exchange remembers its own; each is a note of the same name. */

import type { NoteCode } from '../note.ts';

export type Oddity = Extract<
  NoteCode,
  | 'smuggling-risk'
  | 'framing-error'
  | 'framing-lost'
  | 'resynchronised'
  | 'cut-head'
  | 'malformed-http'
  | 'bare-line-feed'
  | 'obsolete-line-folding'
  | 'unknown-method'
  | 'header-limit'
  | 'bad-keep-alive'
  | 'proxy-connection'
  | 'unsolicited-response'
  | 'early-response'
  | 'early-bytes'
  | 'http-after-close'
  | 'not-http'
>;

const bits: Readonly<Record<Oddity, number>> = {
  'smuggling-risk': 1 << 0,
  'framing-error': 1 << 1,
  'framing-lost': 1 << 2,
  resynchronised: 1 << 3,
  'cut-head': 1 << 4,
  'malformed-http': 1 << 5,
  'bare-line-feed': 1 << 6,
  'obsolete-line-folding': 1 << 7,
  'unknown-method': 1 << 8,
  'header-limit': 1 << 9,
  'bad-keep-alive': 1 << 10,
  'proxy-connection': 1 << 11,
  'unsolicited-response': 1 << 12,
  'early-response': 1 << 13,
  'early-bytes': 1 << 14,
  'http-after-close': 1 << 15,
  'not-http': 1 << 16,
};

const codes = Object.keys(bits) as Oddity[];
const NONE: readonly Oddity[] = [];

export const oddityBit = (code: Oddity): number => bits[code];

export const odditiesOf = (set: number): readonly Oddity[] => (set === 0 ? NONE : codes.filter((code) => set & bits[code]));
