/** Tells from its first bytes whether a stream is HTTP/2. */

import {
  CONTINUATION,
  DATA,
  GOAWAY,
  HEADER_LENGTH,
  HEADERS,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  preface,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames.ts';

/** `either`: frames, of one side or the other. */
export type Http2Recognised = 'client' | 'server' | 'either' | 'more' | 'no';

/** The client's preface, the server's first SETTINGS, or, where the beginning is missing, whatever can be nothing else but frames. */
export function recogniseHttp2(head: Uint8Array, midStream: boolean): Http2Recognised {
  const length = Math.min(head.length, preface.length);
  let same = 0;
  while (same < length && head[same] === preface[same]) same += 1;
  if (same === preface.length) return 'client';
  if (same === length) return 'more';
  // 00 00 12  04  00  00 00 00 00  …           the first frame of a server: a few settings, no acknowledgement
  if (head[0] !== 0) return 'no';
  if (head.length < HEADER_LENGTH) return 'more';
  if (!midStream) return head[3] === SETTINGS && head[4] === 0 && isFrame(head, 0) ? 'server' : 'no';
  let at = 0;
  for (let frames = 0; frames < 4 && at + HEADER_LENGTH <= head.length; frames += 1) {
    if (!isFrame(head, at)) return 'no';
    at += HEADER_LENGTH + ((head[at]! << 16) | (head[at + 1]! << 8) | head[at + 2]!);
  }
  return 'either';
}

/** Flags that each type may have, and whether it belongs to a stream (RFC 9113 §6). */
const shapes: Readonly<Record<number, { readonly flags: number; readonly onStream: boolean | undefined; readonly length?: number }>> = {
  [DATA]: { flags: 0x09, onStream: true },
  [HEADERS]: { flags: 0x2d, onStream: true },
  [PRIORITY]: { flags: 0, onStream: true, length: 5 },
  [RST_STREAM]: { flags: 0, onStream: true, length: 4 },
  [SETTINGS]: { flags: 0x01, onStream: false },
  [PUSH_PROMISE]: { flags: 0x0c, onStream: true },
  [PING]: { flags: 0x01, onStream: false, length: 8 },
  [GOAWAY]: { flags: 0, onStream: false },
  [WINDOW_UPDATE]: { flags: 0, onStream: undefined, length: 4 },
  [CONTINUATION]: { flags: 0x04, onStream: true },
};

/** Could this be the header of a frame of the usual size? */
function isFrame(bytes: Uint8Array, at: number): boolean {
  const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const type = bytes[at + 3]!;
  const shape = shapes[type];
  if (!shape || length > 16_384 || bytes[at + 4]! & ~shape.flags || bytes[at + 5]! > 127) return false;
  const onStream = (bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]! | bytes[at + 8]!) !== 0;
  if (shape.onStream !== undefined && shape.onStream !== onStream) return false;
  return (shape.length === undefined || shape.length === length) && (type !== SETTINGS || length % 6 === 0);
}
