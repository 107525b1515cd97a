/** The one plug between tcp, tls and http: whoever reads both directions of one conversation, in order. */

import type { Time } from './time.ts';

export const CLIENT = 0;
export const SERVER = 1;
export type Side = typeof CLIENT | typeof SERVER;

export const otherSide = (side: Side): Side => (side === CLIENT ? SERVER : CLIENT);

/** Frame and time of the packet that carried something; the object is reused between calls. */
export interface At {
  readonly frame: number;
  readonly time: Time;
}

/** How a side's stream ended: an orderly FIN, a reset, or simply the end of the capture. */
export type EndKind = 'fin' | 'rst' | 'capture';

/** Bytes are `buffer[start, end)` and, like `at`, borrowed until the call returns: copy what you keep. */
export interface StreamSink {
  data(side: Side, buffer: Uint8Array, start: number, end: number, at: At): void;
  /** `length` bytes of the stream are not in the capture. */
  gap(side: Side, length: number, at: At): void;
  end(side: Side, how: EndKind, at: At): void;
}
