/** What the ladder shows: client and server as two lines, and between them what was sent, from top to bottom. */

import { second } from '../../time.ts';
import type { PacketList } from '../../trace/index.ts';
import type { Cell, Column, Context } from '../column.ts';
import { duration, moment } from '../format.ts';
import { ladderOf, type Step } from '../ladder.ts';
import { type Listing, listing } from '../listing.ts';
import { carriesFew } from '../row-work.ts';
import type { Packets } from '../source.ts';
import type { StyleName } from '../theme.ts';
import { type Told, told } from '../told.ts';
import { cut, width } from '../width.ts';
import type { Given } from './index.ts';

interface Shown {
  readonly step: Step;
  readonly before: Step | undefined;
}

const tones: Readonly<Record<Extract<Step, { kind: 'arrow' }>['tone'], StyleName>> = {
  tcp: 'info',
  http: 'good',
  probe: 'warn',
  close: 'bad',
  data: 'plain',
  faint: 'dim',
};

const columns: readonly Column<Shown>[] = [
  {
    name: 'time',
    title: 'TIME',
    meaning: 'When the first of its packets was captured.',
    min: 12,
    max: 15,
    align: 'right',
    rank: 1,
    cell: ({ step, before }, { clock }) =>
      step.kind === 'idle' ? { text: '' } : { text: moment(step.time, before?.time, clock), style: 'dim' },
  },
  {
    name: 'arrow',
    title: 'CLIENT',
    meaning: 'What was sent: to the right by the client, to the left by the server. A pause takes more lines the longer it was.',
    min: 30,
    max: 140,
    align: 'left',
    rank: 0,
    head: (_, room) => [{ text: `CLIENT${' '.repeat(Math.max(1, room - 12))}SERVER` }],
    cell: ({ step }, { theme }) => ({ text: step.kind === 'idle' ? '' : theme.safe(step.text) }),
    draw: ({ step }, context, room) => (step.kind === 'idle' ? pause(step, context, room) : arrow(step, context, room)),
  },
  {
    name: 'frames',
    title: 'FRAMES',
    meaning: 'The frames that it stands for (frame.number).',
    min: 9,
    max: 14,
    align: 'left',
    rank: 2,
    cell: ({ step }) => ({
      text: step.kind === 'idle' ? '' : step.first === step.last ? `${step.first}` : `${step.first}-${step.last}`,
      style: 'dim',
    }),
  },
];

/** `│── GET /cart ──────────────▶│` */
function arrow(step: Extract<Step, { kind: 'arrow' }>, { theme }: Context, room: number): Cell[] {
  const { line, dash, toRight, toLeft, ellipsis } = theme.glyphs;
  const inside = Math.max(0, room - 2);
  const text = cut(theme.safe(step.text), Math.max(0, inside - 6), ellipsis);
  const shaft = Math.max(0, inside - width(text) - 3);
  const style = tones[step.tone];
  const cells: Cell[] =
    step.by === 'client'
      ? [
          { text: `${dash} `, style: 'dim' },
          { text, style },
          { text: ` ${dash.repeat(Math.max(0, shaft - 1))}`, style: 'dim' },
          { text: toRight, style },
        ]
      : [
          { text: toLeft, style },
          { text: `${dash.repeat(Math.max(0, shaft - 1))} `, style: 'dim' },
          { text, style },
          { text: ` ${dash}`, style: 'dim' },
        ];
  return [{ text: line, style: 'dim' }, ...cells, { text: line, style: 'dim' }];
}

function pause({ took, waits, line, lines }: Extract<Step, { kind: 'idle' }>, { theme }: Context, room: number): Cell[] {
  const { gap, micro } = theme.glyphs;
  const text = line === Math.floor((lines - 1) / 2) ? `${waits ? 'wait' : 'idle'} ${duration(took, micro)}` : '';
  const before = Math.max(0, Math.floor((room - 2 - text.length) / 2));
  const strong = took >= second && !waits ? 'warn' : 'dim';
  return [
    { text: gap, style: 'dim' },
    { text: ' '.repeat(before) },
    { text, style: strong },
    { text: ' '.repeat(Math.max(0, room - 2 - before - text.length)) },
    { text: gap, style: 'dim' },
  ];
}

/** Said while a list is being made. */
export const gathering = 'going through its requests …';

/** Why there are no packets to show; undefined where there are. */
export function lacking(found: Packets): string | undefined {
  if (found.state === 'missing') return `packets are not available: ${found.why}`;
  if (found.state === 'seeking') return `looking for its packets …${found.part === undefined ? '' : ` ${Math.floor(found.part * 100)} %`}`;
  return found.list.packets.length === 0 ? 'its packets were not found again' : undefined;
}

/** What a connection's requests tell of its packets; undefined while it is not known. */
export function toldOf({ place: { connection: id = 0 }, snapshot: { trace }, gather }: Given, list: PacketList): Told | undefined {
  return gather(`told ${id} ${list.packets.length}`, carriesFew(trace, id), () =>
    told(trace.connection(id), trace.exchangeViews(id), list),
  );
}

export function ladder(given: Given): Listing {
  const { connection = 0, raw } = given.place;
  const { snapshot, packets } = given;
  const found = packets(connection);
  const known = found.state === 'found' ? toldOf(given, found.list) : undefined;
  const steps = found.state === 'found' && known ? ladderOf(snapshot.trace.connection(connection), known, found.list, raw) : [];
  const why = lacking(found) ?? (known === undefined ? gathering : undefined);
  return listing<Shown>({
    columns,
    snapshot,
    length: steps.length,
    ...(why !== undefined && { nothing: why }),
    subject: (row) => ({ step: steps[row]!, before: steps[row - 1] }),
    mark: (row) => markOf(steps[row]),
    problem: (row) => isProblem(steps[row]!),
    panel: { lines: 1, draw: (row, context) => [[...marksOf(steps, row, context)]] },
    ...(found.state === 'found' && found.list.cut && { more: () => ['more packets are not listed'] }),
  });
}

const markOf = (step: Step | undefined): string | undefined => (step?.kind === 'arrow' ? `f${step.first}` : undefined);
const isProblem = (step: Step): boolean =>
  step.kind === 'idle' ? step.line === 0 && step.took >= second : step.tone === 'close' || step.tone === 'probe';

/** The time between marked frames; with one mark, from there to the cursor. */
function* marksOf(steps: readonly Step[], row: number, { theme, marks }: Context): Generator<Cell> {
  const marked = steps.filter((step) => marks.has(markOf(step) ?? ''));
  const at = steps[row];
  const ends = marked.length >= 2 ? [marked[0]!, marked.at(-1)!] : marked.length === 1 && at ? [marked[0]!, at] : [];
  if (ends.length === 0) {
    yield { text: at === undefined ? '' : ' Space marks a frame; the time between two marks is shown here', style: 'dim' };
    return;
  }
  const between = Math.abs(ends[1]!.time - ends[0]!.time);
  yield {
    text: ` ${theme.glyphs.mark} ${marked.length >= 2 ? `${marked.length} marked, first to last` : 'from the mark to the cursor'}: `,
    style: 'info',
  };
  yield { text: duration(between, theme.glyphs.micro), style: 'name' };
}
