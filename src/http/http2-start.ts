/** Tells from its first bytes whether a stream is HTTP/2. */

import { HEADER_LENGTH, isFrame, SETTINGS } from './frame-types.ts';
import { preface } from './frames.ts';

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
