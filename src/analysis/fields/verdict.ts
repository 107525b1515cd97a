/** Columns that say whether a connection was needed, why it was opened, and what it wasted. */

import { type NoteCode, noteMeanings } from '../../note.ts';
import { openingClasses } from '../analysis.ts';
import { type Field, ms, notYet, some } from './field.ts';
import { confidences } from './life.ts';

const raceKinds = ['confirmed', 'near'] as const;
export const noteCodes: readonly NoteCode[] = Object.keys(noteMeanings) as NoteCode[];

export const verdictFields: readonly Field[] = [
  {
    name: 'opening',
    title: 'opening',
    type: 'string',
    values: openingClasses,
    pool: true,
    meaning: 'Why it was opened when it was (the first class that fits).',
    value: (row) => row.verdict.opening,
  },
  {
    name: 'opening_censored',
    title: 'censored',
    type: 'boolean',
    pool: true,
    meaning: 'A predecessor may have existed before the capture began.',
    value: ({ verdict }) => (verdict.opening === undefined ? undefined : verdict.openingCensored),
  },
  {
    name: 'reason',
    title: 'reason',
    type: 'string',
    pool: true,
    meaning: 'Code of the first rule that explains why no earlier connection served.',
    value: notYet,
  },
  { name: 'reason_text', title: 'why', type: 'string', pool: true, meaning: 'The same in one line.', value: notYet },
  {
    name: 'reason_confidence',
    title: 'confidence',
    type: 'string',
    values: confidences,
    pool: true,
    meaning: 'Whether the reason was observed or inferred.',
    value: notYet,
  },
  { name: 'evidence_frames', title: 'evidence', type: 'integers', pool: true, meaning: 'Frames that show it.', value: notYet },
  {
    name: 'previous_id',
    title: 'previous',
    type: 'integer',
    pool: true,
    meaning: 'The connection that could have served, or whose end made this one necessary.',
    value: (row) => row.verdict.previous,
  },
  {
    name: 'avoidable',
    title: 'avoidable',
    type: 'boolean',
    pool: true,
    meaning: 'A pool with the stated idle limit would not have opened it.',
    value: ({ verdict }) => (verdict.opening === undefined ? undefined : verdict.avoidable),
  },
  {
    name: 'avoidable_low',
    title: 'avoid. low',
    type: 'boolean',
    pool: true,
    meaning: 'The same if encrypted connections of unknown authority never share a pool.',
    value: notYet,
  },
  {
    name: 'avoidable_high',
    title: 'avoid. high',
    type: 'boolean',
    pool: true,
    meaning: 'The same if encrypted connections of unknown authority always share a pool.',
    value: notYet,
  },
  {
    name: 'wasted_ms',
    title: 'wasted ms',
    type: 'number',
    pool: true,
    meaning: 'Set-up time that an avoidable connection cost.',
    value: (row) => ms(row.verdict.wasted),
  },
  {
    name: 'wasted_blocking_ms',
    title: 'blocking ms',
    type: 'number',
    pool: true,
    meaning: 'The part of it that a request waited for.',
    value: (row) => ms(row.verdict.wastedBlocking),
  },
  {
    name: 'wasted_bytes',
    title: 'wasted bytes',
    type: 'integer',
    pool: true,
    meaning: 'Bytes of IP and TCP headers that its handshake took at least: options and links are not counted.',
    value: (row) => row.verdict.wastedBytes,
  },
  {
    name: 'wasted_rtts',
    title: 'wasted rtts',
    type: 'number',
    pool: true,
    meaning: 'Round trips that its set-up took.',
    value: (row) => row.verdict.wastedRoundTrips,
  },
  {
    name: 'race',
    title: 'race',
    type: 'string',
    values: raceKinds,
    pool: true,
    meaning: 'A request met the close of its connection, or nearly.',
    value: notYet,
  },
  {
    name: 'race_retried_on',
    title: 'retried on',
    type: 'integer',
    pool: true,
    meaning: 'The connection on which that request was sent again.',
    value: notYet,
  },
  {
    name: 'notes',
    title: 'notes',
    type: 'strings',
    values: noteCodes,
    meaning: 'Codes of damage and oddities on this connection.',
    value: (row) => some(row.connection.notes),
  },
];
