/** What was found and what to change: advice first, for it is what one came for. */

import type { Advice, Analysis, Finding } from '../../analysis/index.ts';
import { counted } from '../../counted.ts';
import { writerOf } from '../../trace/index.ts';
import type { Cell, Column } from '../column.ts';
import { count, duration, ranges } from '../format.ts';
import { type Listing, listing } from '../listing.ts';
import { joined, originName } from '../names.ts';
import { isExplained } from '../row-work.ts';
import type { Snapshot } from '../source.ts';
import type { StyleName } from '../theme.ts';
import { wrapped } from '../width.ts';
import type { Given } from './index.ts';

type Subject =
  | { readonly kind: 'advice'; readonly advice: Advice }
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** Advice that was looked for, and what is missing for it. */
  | { readonly kind: 'missing'; readonly text: string }
  /** What people wrote into the capture. */
  | { readonly kind: 'comment'; readonly text: string };

const severityStyles: Readonly<Record<Finding['severity'], StyleName>> = { problem: 'bad', warning: 'warn', info: 'info' };
const severityOrder = ['problem', 'warning', 'info'];

const columns: readonly Column<Subject>[] = [
  {
    name: 'severity',
    title: 'KIND',
    meaning: 'Advice says what to change; problems, warnings and notes say what was seen.',
    min: 9,
    max: 9,
    align: 'left',
    rank: 0,
    cell: (subject, { theme }) =>
      subject.kind === 'advice'
        ? { text: `${theme.glyphs.arrow} advice`, style: 'accent' }
        : subject.kind === 'missing'
          ? { text: `${theme.glyphs.unknown} advice`, style: 'dim' }
          : subject.kind === 'comment'
            ? { text: `${theme.glyphs.needed} comment`, style: 'name' }
            : {
                text: `${subject.finding.severity === 'info' ? theme.glyphs.needed : theme.glyphs.avoidable} ${subject.finding.severity}`,
                style: severityStyles[subject.finding.severity],
              },
    key: (subject) =>
      subject.kind === 'finding'
        ? 1 + severityOrder.indexOf(subject.finding.severity)
        : subject.kind === 'advice'
          ? 0
          : 1 + severityOrder.length + (subject.kind === 'comment' ? 1 : 0),
  },
  {
    name: 'origin',
    title: 'ORIGIN',
    meaning: 'Where it concerns a single one.',
    min: 14,
    max: 36,
    align: 'left',
    rank: 3,
    cell: (subject, { snapshot, theme }) => {
      const place = subject.kind === 'advice' ? subject.advice.origin : subject.kind === 'finding' ? subject.finding.origin : undefined;
      const origin = place === undefined ? undefined : snapshot.analysis.origins[place];
      return { text: origin === undefined ? '' : theme.safe(joined(originName(origin))) };
    },
  },
  {
    name: 'text',
    title: 'WHAT',
    meaning: 'What was found, or what to change, in one line.',
    min: 30,
    max: 160,
    align: 'left',
    rank: 1,
    cell: (subject, { theme }) => ({ text: theme.safe(textOf(subject)), ...(subject.kind === 'missing' && { style: 'dim' }) }),
  },
  {
    name: 'connections',
    title: 'CONNS',
    meaning: 'Connections concerned; of advice, handshakes that it saves.',
    min: 6,
    max: 8,
    align: 'right',
    rank: 2,
    cell: (subject) => ({ text: isRemark(subject) || concerned(subject) === 0 ? '' : count(concerned(subject)) }),
    key: (subject) => (isRemark(subject) ? undefined : concerned(subject)),
  },
  {
    name: 'saves_ms',
    title: 'SAVES',
    meaning: 'Set-up time that the advice saves.',
    min: 8,
    max: 9,
    align: 'right',
    rank: 4,
    cell: (subject, { theme }) =>
      subject.kind === 'advice' && subject.advice.saves > 0
        ? { text: duration(subject.advice.saves, theme.glyphs.micro), style: 'good' }
        : { text: '' },
    key: (subject) => (subject.kind === 'advice' ? subject.advice.saves : undefined),
  },
];

const textOf = (subject: Subject): string =>
  subject.kind === 'advice'
    ? subject.advice.text
    : subject.kind === 'finding'
      ? subject.finding.text
      : subject.kind === 'missing'
        ? `none yet: ${subject.text}`
        : subject.text;

type Remark = Extract<Subject, { kind: 'missing' | 'comment' }>;
const isRemark = (subject: Subject): subject is Remark => subject.kind === 'missing' || subject.kind === 'comment';

const concerned = (subject: Exclude<Subject, Remark>): number =>
  subject.kind === 'advice' ? subject.advice.savesHandshakes : subject.finding.count;

/** `frame 12 of web.pcapng: slow again here` */
function* comments({ trace: { captures } }: Snapshot): Generator<Subject> {
  for (const capture of captures) {
    const of = captures.length > 1 ? ` of ${capture.name}` : '';
    const [writer] = capture.sections;
    if (writer !== undefined) yield { kind: 'comment', text: `capture${of}: written by ${writerOf(writer)}` };
    for (const { about, number, text } of capture.comments) {
      const place = about === 'section' ? 'capture' : about === 'frame' || about === 'interface' ? `${about} ${number}` : about;
      yield { kind: 'comment', text: `${place}${of}: ${text.trim()}` };
    }
  }
}

function* found({ advice, adviceMissing, findings: all }: Analysis): Generator<Subject> {
  for (const each of advice) yield { kind: 'advice', advice: each };
  for (const finding of all) yield { kind: 'finding', finding };
  for (const text of adviceMissing) yield { kind: 'missing', text };
}

export function findings({ snapshot }: Given): Listing {
  const { analysis } = snapshot;
  const isThere = isExplained(analysis);
  const subjects: readonly Subject[] = isThere ? [...found(analysis), ...comments(snapshot)] : [];
  return listing<Subject>({
    columns,
    snapshot,
    natural: { column: 0, descending: false },
    length: subjects.length,
    nothing: isThere ? 'nothing was found that should be changed' : 'looking for what should be changed ...',
    subject: (row) => subjects[row]!,
    goal: (subject) => {
      if (isRemark(subject)) return undefined;
      const first =
        subject.kind === 'finding' ? subject.finding.connections[0] : analysis.origins[subject.advice.origin ?? 0]?.connections[0];
      return first === undefined ? undefined : { connection: first };
    },
    connection: (row) => {
      const subject = subjects[row];
      return subject?.kind === 'finding' ? subject.finding.connections[0] : undefined;
    },
    problem: (row) => {
      const subject = subjects[row];
      return subject?.kind === 'advice' || (subject?.kind === 'finding' && subject.finding.severity === 'problem');
    },
    panel: {
      lines: 8,
      draw: (row, { theme }, width) =>
        subjects[row] === undefined
          ? []
          : details(subjects[row], theme.glyphs.micro, width).map((line) => line.map((cell) => ({ ...cell, text: theme.safe(cell.text) }))),
    },
  });
}

/** The whole text, the line to copy, and what shows it. */
function details(subject: Subject, micro: string, width: number): Cell[][] {
  const lines = (text: string, style: StyleName): Cell[][] =>
    wrapped(text, Math.max(20, width - 4)).map((line): Cell[] => [{ text: `  ${line}`, style }]);
  if (isRemark(subject)) return [[], ...lines(textOf(subject), 'name')];
  if (subject.kind === 'finding') {
    const { text, confidence, connections, frames, count: concerned } = subject.finding;
    const more = concerned > connections.length ? ` and ${count(concerned - connections.length)} more` : '';
    return [
      [],
      ...lines(text, 'name'),
      ...lines(`connections ${ranges([...connections].sort((a, b) => a - b))}${more}`, 'dim'),
      ...(frames.length > 0 ? lines(`frames ${ranges([...frames].sort((a, b) => a - b))}`, 'dim') : []),
      ...lines(confidence, 'dim'),
    ];
  }
  const { text, directive, software, current, suggested, savesHandshakes, saves, costsIdleConnectionsPeak, evidenceGaps, seen } =
    subject.advice;
  const facts = [
    current === undefined ? `suggested ${suggested}` : `${current} -> ${suggested}`,
    savesHandshakes === 0 ? '' : `saves ${counted(savesHandshakes, 'handshake')}, ${duration(saves, micro)}`,
    costsIdleConnectionsPeak === undefined ? '' : `holds at most ${counted(costsIdleConnectionsPeak, 'idle connection')}`,
    evidenceGaps === undefined ? '' : `rests on ${counted(evidenceGaps, 'idle gap')}`,
  ];
  return [
    [],
    ...lines(text, 'name'),
    [
      { text: '    ' },
      { text: directive, style: 'good' },
      { text: software === undefined ? '' : `    ${software}${seen ? '' : ' (not seen in this capture)'}`, style: 'dim' },
    ],
    ...lines(facts.filter(Boolean).join('; '), 'dim'),
  ];
}
