/** What a connection or an origin is judged to be: a glyph, a word, a colour, and one sentence that says why. */

import { isCutAway, type OpeningClass, type Origin, type Row } from '../analysis/index.ts';
import type { Cell } from './column.ts';
import type { Glyphs, StyleName, Theme } from './theme.ts';

export interface Opinion {
  readonly glyph: keyof Glyphs;
  readonly word: string;
  readonly style: StyleName;
}

const opinions = {
  avoidable: { glyph: 'avoidable', word: 'avoidable', style: 'bad' },
  race: { glyph: 'failed', word: 'race', style: 'bad' },
  failed: { glyph: 'failed', word: 'failed', style: 'warn' },
  unused: { glyph: 'needed', word: 'unused', style: 'warn' },
  reused: { glyph: 'reused', word: 'reused', style: 'good' },
  first: { glyph: 'needed', word: 'first', style: 'plain' },
  parallel: { glyph: 'needed', word: 'parallel', style: 'plain' },
  late: { glyph: 'needed', word: 'late', style: 'plain' },
  needed: { glyph: 'needed', word: 'needed', style: 'plain' },
  unknown: { glyph: 'unknown', word: 'unknown', style: 'dim' },
} as const satisfies Record<string, Opinion>;

/** With what it says in help. */
export const legend: readonly (readonly [Opinion, string])[] = [
  [opinions.reused, 'it carried more than one request'],
  [opinions.avoidable, 'with the stated idle limit an earlier connection would have served'],
  [opinions.race, 'a request met the close of its connection'],
  [opinions.first, 'the first of its origin in this capture'],
  [opinions.parallel, 'every earlier one was busy'],
  [opinions.late, 'the one before it had been idle for longer than the limit'],
  [opinions.needed, 'an earlier one could have served, but is counted for another'],
  [opinions.unused, 'established, but no request came'],
  [opinions.failed, 'never established'],
  [opinions.unknown, 'nothing can be said: encrypted, a websocket, or no HTTP'],
];

export function opinionOf({
  connection,
  verdict,
}: Pick<Row, 'verdict'> & { readonly connection: Pick<Row['connection'], 'reuses'> }): Opinion {
  if (verdict.race === 'confirmed') return opinions.race;
  if (verdict.avoidable) return opinions.avoidable;
  if (verdict.opening === 'failed' || verdict.opening === 'unused') return opinions[verdict.opening];
  if (connection.reuses > 0) return opinions.reused;
  if (verdict.opening === undefined) return opinions.unknown;
  return verdict.opening === 'missed_reuse' || verdict.opening === 'churn' ? opinions.needed : opinions[verdict.opening];
}

/** What one should look at: a race, a handshake that was avoidable or failed, damage. */
export const isProblem = ({ connection, verdict }: Row): boolean =>
  verdict.avoidable || verdict.race !== undefined || verdict.opening === 'failed' || connection.probes.unanswered > 0;

export const opinionOfOrigin = ({ verdict }: Origin): Opinion => opinions[verdict];

export const verdictCell = ({ glyph, word, style }: Opinion, { glyphs }: Theme): Cell => ({ text: `${glyphs[glyph]} ${word}`, style });

/** Why it was opened when it was. */
export function explanation({ connection, verdict }: Row): string {
  if (verdict.opening !== 'failed' && (connection.framesClient === 0 || connection.framesServer === 0))
    return `only what the ${connection.framesServer === 0 ? 'client' : 'server'} sent is in the capture`;
  if (verdict.reason !== undefined) return verdict.reason.text;
  if (verdict.opening === undefined) return withoutClass(connection, verdict);
  return verdict.opening === 'first' && verdict.openingCensored
    ? `${plainly.first}, unless one was opened before the capture began`
    : plainly[verdict.opening];
}

/** What keeps one from telling. */
function withoutClass(connection: Row['connection'], { avoidableHigh }: Row['verdict']): string {
  const { clientGuessed, protocol, requests, tls } = connection;
  if (protocol === 'websocket' || protocol === 'tunnel') return `it became a ${protocol}, which serves no other request`;
  if (tls) {
    if (avoidableHigh === undefined) return 'encrypted: only keys would tell';
    return avoidableHigh
      ? 'encrypted: perhaps avoidable, only keys would tell'
      : 'encrypted; needed all the same, no other could have served';
  }
  if (isCutAway(connection)) return 'its payload was not captured (snap length)';
  if (requests > 0) return clientGuessed ? 'it was open before the capture began' : 'nobody else could have sent its requests on another';
  return 'neither HTTP nor TLS was seen in it';
}

const plainly: Readonly<Record<OpeningClass, string>> = {
  failed: 'the handshake did not succeed',
  unused: 'established, but it never carried a request',
  first: 'the first to its origin',
  missed_reuse: 'an earlier connection to the same origin was open and idle',
  churn: 'an earlier connection to the same origin had ended shortly before',
  parallel: 'every earlier connection to its origin was busy',
  late: 'the last connection to its origin had been idle for too long',
};
