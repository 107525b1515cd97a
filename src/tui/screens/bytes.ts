/** What client and server said to each other, in order: as text line by line, or as bytes. */

import { follow, type Said } from '../../trace/index.ts';
import type { Cell, Column, Context } from '../column.ts';
import { bytes, count, moment } from '../format.ts';
import { hexLine, perLine } from '../hex.ts';
import { type Listing, listing } from '../listing.ts';
import type { Given } from './index.ts';
import { lacking } from './ladder.ts';

/** One line of the screen. */
interface Told {
  readonly said: Said;
  /** The first line of what a side said in a row. */
  readonly isFirst: boolean;
  readonly text: string;
  /** Where in the piece its bytes are (hexadecimal). */
  readonly at: number;
  readonly gap: boolean;
}

const columns: readonly Column<Told>[] = [
  {
    name: 'by',
    title: 'BY',
    meaning: 'Who said it.',
    min: 6,
    max: 6,
    align: 'left',
    rank: 0,
    cell: ({ said, isFirst }) => ({ text: isFirst ? said.by : '', style: said.by }),
  },
  {
    name: 'time',
    title: 'TIME',
    meaning: 'When its first byte was captured.',
    min: 12,
    max: 15,
    align: 'right',
    rank: 3,
    cell: ({ said, isFirst }, { clock }) => ({ text: isFirst ? moment(said.time, undefined, clock) : '', style: 'dim' }),
  },
  {
    name: 'frame',
    title: 'FRAME',
    meaning: 'The frame that brought it.',
    min: 7,
    max: 9,
    align: 'right',
    rank: 4,
    cell: ({ said, isFirst }) => ({ text: isFirst ? String(said.frame) : '', style: 'dim' }),
  },
  {
    name: 'text',
    title: 'BYTES',
    meaning: 'The bytes of the stream, each once; secrets are covered by *.',
    min: 40,
    max: 1000,
    align: 'left',
    rank: 1,
    cell: ({ said, text, gap }, { theme }) => ({ text: theme.safe(text), style: gap ? 'bad' : said.by }),
    draw: (told, context, room) => drawn(told, context, room),
  },
];

function drawn({ said, text, at, gap }: Told, { theme, place }: Context, room: number): Cell[] {
  if (!place.raw || gap) return [{ text: theme.safe(text).slice(0, Math.max(0, room)), style: gap ? 'bad' : said.by }];
  return hexLine(said.bytes, at, () => said.by, theme);
}

const mostLines = 200_000;
const longest = 4096;

export function bytesOf({ place: { connection = 0, raw }, snapshot, packets, secrets }: Given): Listing {
  const found = packets(connection);
  const said = found.state === 'found' ? merged(follow(found.list, !secrets)) : [];
  const lines = raw ? hexLines(said) : textLines(said);
  const why = lacking(found) ?? (lines.length === 0 ? 'not one byte was said' : undefined);
  return listing<Told>({
    columns,
    snapshot,
    length: lines.length,
    ...(why !== undefined && { nothing: why }),
    subject: (row) => lines[row]!,
    mark: (row) => `f${lines[row]!.said.frame}`,
    problem: (row) => lines[row]!.gap,
  });
}

/** What one side said without the other in between. */
function merged(said: readonly Said[]): Said[] {
  const turns: { readonly first: Said; readonly pieces: Uint8Array[] }[] = [];
  for (const each of said) {
    const last = turns.at(-1);
    if (last && last.first.by === each.by && each.missing === 0) last.pieces.push(each.bytes);
    else turns.push({ first: each, pieces: [each.bytes] });
  }
  return turns.map(({ first, pieces }) => {
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return { ...first, bytes: whole };
  });
}

const gapLine = (said: Said): Told[] =>
  said.missing === 0 ? [] : [{ said, isFirst: true, text: `[${count(said.missing)} bytes are not in the capture]`, at: 0, gap: true }];

/** Bytes that are no text are counted, not shown: the hexadecimal view has them. */
function textLines(said: readonly Said[]): Told[] {
  const lines: Told[] = [];
  for (const each of said) {
    if (lines.length >= mostLines) break;
    lines.push(...gapLine(each));
    let isFirst = true;
    for (const text of textOf(each.bytes)) {
      lines.push({ said: each, isFirst, text, at: 0, gap: false });
      isFirst = false;
    }
  }
  return lines;
}

const latin1 = new TextDecoder('latin1');

function* textOf(piece: Uint8Array): Generator<string> {
  for (let at = 0; at < piece.length; ) {
    const found = piece.indexOf(10, at);
    const end = found < 0 ? piece.length : found;
    const last = end > at && piece[end - 1] === 13 ? end - 1 : end;
    if (isText(piece, at, Math.min(last, at + 256))) {
      const line = latin1.decode(piece.subarray(at, Math.min(last, at + longest)));
      yield last - at > longest ? `${line}…` : line;
      at = end + 1;
    } else {
      // To the next line that is text, or the end.
      let next = end;
      while (next < piece.length && !isHeadAt(piece, next + 1)) next = nextLine(piece, next + 1);
      yield `[${bytes(Math.min(piece.length, next) - at)} that are no text; r shows bytes]`;
      at = next + 1;
    }
  }
}

const nextLine = (piece: Uint8Array, from: number): number => {
  const found = piece.indexOf(10, from);
  return found < 0 ? piece.length : found;
};

const isHeadAt = (piece: Uint8Array, at: number): boolean =>
  /^(HTTP\/\d|[A-Z]{3,10} \/)/.test(String.fromCharCode(...piece.subarray(at, at + 16)));

function isText(piece: Uint8Array, from: number, to: number): boolean {
  let odd = 0;
  for (let i = from; i < to; i += 1)
    if (piece[i]! < 9 || (piece[i]! > 13 && piece[i]! < 32) || piece[i]! === 127 || piece[i]! > 0x7f) odd += 1;
  return odd * 8 <= to - from;
}

function hexLines(said: readonly Said[]): Told[] {
  const lines: Told[] = [];
  for (const each of said) {
    lines.push(...gapLine(each));
    for (let at = 0; at < each.bytes.length && lines.length < mostLines; at += perLine)
      lines.push({ said: each, isFirst: at === 0, text: '', at, gap: false });
  }
  return lines;
}
