/** What the list of packets shows: one line each, and below it what is in the one under the cursor, as fields and as bytes. */

import { coverSecrets } from '../../cover.ts';
import { dissect, flagNames, type Part } from '../../dissect/index.ts';
import { type Connection, follow, type Packet, type PacketList, type Said } from '../../trace/index.ts';
import type { Cell, Column, Context } from '../column.ts';
import { count, moment } from '../format.ts';
import { hexLine, perLine } from '../hex.ts';
import { ladderOf } from '../ladder.ts';
import { type Listing, listing } from '../listing.ts';
import { fitted } from '../width.ts';
import type { Given } from './index.ts';
import { lacking, toldOf } from './ladder.ts';

interface Told {
  readonly packet: Packet;
  readonly before: Packet | undefined;
  readonly carries: string;
}

const number = (name: string, title: string, min: number, rank: number, meaning: string, of: (packet: Packet) => number): Column<Told> => ({
  name,
  title,
  meaning,
  min,
  max: min + 3,
  align: 'right',
  rank,
  cell: ({ packet }) => ({ text: count(of(packet)), style: of(packet) === 0 ? 'dim' : 'plain' }),
  key: ({ packet }) => of(packet),
});

const columns: readonly Column<Told>[] = [
  {
    ...number('frame', 'FRAME', 7, 0, 'frame.number in its file.', ({ frame }) => frame),
    cell: ({ packet }) => ({ text: String(packet.frame), style: 'dim' }),
  },
  {
    name: 'time',
    title: 'TIME',
    meaning: 'When it was captured.',
    min: 12,
    max: 15,
    align: 'right',
    rank: 2,
    cell: ({ packet, before }, { clock }) => ({ text: moment(packet.time, before?.time, clock), style: 'dim' }),
    key: ({ packet }) => packet.time,
  },
  {
    name: 'by',
    title: 'BY',
    meaning: 'Who sent it.',
    min: 6,
    max: 6,
    align: 'left',
    rank: 1,
    cell: ({ packet: { by } }) => ({ text: by, style: by }),
    key: ({ packet: { by } }) => by,
  },
  {
    name: 'flags',
    title: 'FLAGS',
    meaning: 'Flags of TCP (RFC 9293 section 3.1).',
    min: 8,
    max: 12,
    align: 'left',
    rank: 1,
    cell: ({ packet: { flags } }) => ({ text: flagNames(flags), style: flags & 4 ? 'bad' : flags & 3 ? 'info' : 'plain' }),
    key: ({ packet: { flags } }) => flagNames(flags),
  },
  number('length', 'LEN', 6, 3, 'Bytes of payload on the wire.', ({ length }) => length),
  number('sequence', 'SEQ', 8, 5, 'Sequence number, counted from the first.', ({ sequence }) => sequence),
  number('acknowledgment', 'ACK', 8, 6, 'Acknowledgment number, counted from the first.', ({ acknowledgment }) => acknowledgment),
  number('window', 'WIN', 6, 8, 'Window as in the header, unscaled.', ({ window }) => window),
  {
    name: 'carries',
    title: 'WHAT',
    meaning: 'What it carries: head of a request or response, TCP keep-alive probe.',
    min: 20,
    max: 90,
    align: 'left',
    rank: 4,
    cell: ({ packet, carries }, { theme }) => ({
      text: theme.safe(carries) + (packet.duplicate ? ' (captured twice)' : ''),
      style: packet.duplicate ? 'dim' : 'good',
    }),
  },
];

export function packetsOf(given: Given): Listing {
  const {
    place: { connection: id = 0 },
    snapshot,
    packets,
    secrets,
  } = given;
  const found = packets(id);
  const connection = snapshot.trace.connection(id);
  const list: PacketList = found.state === 'found' ? found.list : { packets: [], cut: false };
  const told = textsOf(given, list, connection);
  const why = lacking(found);
  const multiplexed = connection.protocol === 'h2c' || connection.protocol === 'h2';
  let said: readonly Said[] | undefined;
  const shown = (packet: Packet): Packet => {
    if (secrets) return packet;
    said ??= follow(list, true);
    return withCovered(packet, said);
  };
  return listing<Told>({
    columns,
    snapshot,
    natural: { column: 0, descending: false },
    length: list.packets.length,
    ...(why !== undefined && { nothing: why }),
    subject: (row) => ({ packet: list.packets[row]!, before: list.packets[row - 1], carries: told.get(list.packets[row]!.frame) ?? '' }),
    mark: (row) => `f${list.packets[row]!.frame}`,
    problem: (row) => (list.packets[row]!.flags & 4) !== 0 || list.packets[row]!.duplicate,
    panel: {
      lines: 24,
      draw: (row, context, width, lines) => (row < 0 ? [] : detail(shown(list.packets[row]!), multiplexed, context, width, lines)),
    },
  });
}

/** None while they are not known yet. */
function textsOf(given: Given, list: PacketList, connection: Connection): ReadonlyMap<number, string> {
  const known = toldOf(given, list);
  const steps = known === undefined ? [] : ladderOf(connection, known, list, false);
  return new Map(
    steps.flatMap((step) =>
      step.kind === 'arrow' && (step.tone === 'http' || step.tone === 'probe') ? [[step.first, step.text] as const] : [],
    ),
  );
}

/** The packet with its payload as it stands in the covered stream. */
function withCovered(packet: Packet, said: readonly Said[]): Packet {
  const bytes = packet.bytes.slice();
  // What is no part of it, as the data of a SYN or what lies beyond the bytes that are put together, is covered by itself.
  coverSecrets([bytes.subarray(packet.payload, packet.end)]);
  const from = packet.sequence - 1;
  for (const piece of said) {
    if (piece.by !== packet.by || piece.offset >= from + packet.length || piece.offset + piece.bytes.length <= from) continue;
    for (let i = Math.max(0, piece.offset - from); i < packet.end - packet.payload && from + i < piece.offset + piece.bytes.length; i += 1)
      bytes[packet.payload + i] = piece.bytes[from + i - piece.offset]!;
  }
  return { ...packet, bytes };
}

const hexWidth = 76;

/** Fields, and the bytes beside them or, where it is narrow, below. */
function detail(packet: Packet, multiplexed: boolean, context: Context, width: number, lines: number): Cell[][] {
  const parts = dissect(packet, multiplexed);
  const { ascii, line } = { ascii: context.theme, line: context.theme.glyphs.line };
  const rule: Cell[] = [{ text: context.theme.glyphs.dash.repeat(width), style: 'dim' }];
  const fields = parts.map((part) => fieldLine(part, context));
  const dump = dumpOf(packet, context);
  if (width >= 130) {
    const room = width - hexWidth - 3;
    return [
      rule,
      ...Array.from({ length: Math.min(lines - 1, Math.max(fields.length, dump.length)) }, (_, i): Cell[] => [
        ...clipped(fields[i] ?? [], room, ascii.glyphs.ellipsis),
        { text: ` ${line} `, style: 'dim' },
        ...(dump[i] ?? []),
      ]),
    ];
  }
  // What TCP carries is wanted more often than the headers around it.
  const outer = parts.findIndex(({ text, depth }) => depth === 0 && !/^(Link|IPv|TCP)/.test(text));
  const tcp = parts.findIndex(({ text }) => text.startsWith('TCP'));
  const short = fields.filter((_, i) => i >= (outer < 0 ? tcp : outer) || parts[i]!.depth === 0);
  if (context.place.raw) return [rule, ...dump.slice(0, lines - 1)];
  const kept = Math.max(1, Math.ceil((lines - 1) * 0.6));
  const room = short.length <= kept ? short.length : kept;
  return [rule, ...short.slice(0, room), ...dumpFrom(packet, dump).slice(0, lines - 1 - room)];
}

/** From the line of the payload on, where there is one. */
const dumpFrom = ({ payload, end }: Packet, dump: readonly Cell[][]): readonly Cell[][] =>
  end > payload ? dump.slice(Math.floor(payload / perLine)) : dump;

const fieldLine = ({ depth, text }: Part, { theme }: Context): Cell[] => [
  { text: `${' '.repeat(1 + depth * 2)}${theme.safe(text)}`, style: depth === 0 ? 'name' : 'plain' },
];

function clipped(cells: readonly Cell[], room: number, ellipsis: string): Cell[] {
  const [cell] = cells;
  return [{ text: fitted(cell?.text ?? '', '', room, 'left', ellipsis), ...(cell?.style && { style: cell.style }) }];
}

function dumpOf({ bytes, payload, end, by }: Packet, context: Context): Cell[][] {
  const dump: Cell[][] = [];
  for (let at = 0; at < bytes.length && dump.length < 400; at += perLine)
    dump.push(hexLine(bytes, at, (i) => (i >= payload && i < end ? by : 'dim'), context.theme));
  return dump;
}
