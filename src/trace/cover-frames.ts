/** Covers the header blocks of HTTP/2 in the bytes of a stream: any of their fields may be a secret, and some writers spell them out. */

import { HEADER_LENGTH, isFrame, recogniseHttp2 } from '../http/index.ts';

/** Bytes of one side in a row; `offset` is the place of the first one in the side's stream. */
interface Piece {
  readonly by: 'client' | 'server';
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const headEnd = '\r\n\r\n';
/** HEADERS, PUSH_PROMISE, CONTINUATION (RFC 9113 §6). */
const blocks: readonly number[] = [1, 5, 9];
const star = 0x2a;

/** Pieces of both sides, each side's in order; they are changed in place. */
export function coverHeaderBlocks(pieces: readonly Piece[]): void {
  const client = pieces.filter(({ by }) => by === 'client');
  const server = pieces.filter(({ by }) => by === 'server');
  const begins = behind(client, preface);
  if (begins < 0 && ![client[0], server[0]].some((first) => first !== undefined && recogniseHttp2(first.bytes, true) === 'either')) return;
  coverFrames(client, Math.max(0, begins));
  // Behind an upgrade the frames of the server come after its 101.
  coverFrames(server, server[0]?.bytes[0] === 'H'.charCodeAt(0) ? Math.max(0, behind(server, headEnd)) : 0);
}

/** Where in the stream the first of these texts ends, as far as it lies within one piece; -1. */
function behind(pieces: readonly Piece[], text: string): number {
  for (const { offset, bytes } of pieces) {
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(text, 0, 'latin1');
    if (found >= 0) return offset + found + text.length;
  }
  return -1;
}

/** From there on in frames. Behind bytes that are missing everything is covered until a piece begins with a frame. */
function coverFrames(pieces: readonly Piece[], begin: number): void {
  const header = new Uint8Array(HEADER_LENGTH);
  let had = 0;
  let left = 0;
  let isBlock = false;
  let isLost = false;
  let next = begin;
  for (const { offset, bytes } of pieces) {
    const missing = offset - next;
    if (missing > 0 && missing <= left) left -= missing;
    else if (missing > 0 || isLost) {
      isLost = !isFrame(bytes, 0);
      had = 0;
      left = 0;
    }
    for (let at = Math.max(0, next - offset); at < bytes.length; at += 1) {
      if (isLost || (left > 0 && isBlock)) bytes[at] = star;
      else if (left === 0) {
        header[had] = bytes[at]!;
        had += 1;
        if (had < HEADER_LENGTH) continue;
        had = 0;
        left = (header[0]! << 16) | (header[1]! << 8) | header[2]!;
        isBlock = blocks.includes(header[3]!);
        continue;
      }
      left -= 1;
    }
    next = Math.max(next, offset + bytes.length);
  }
}
