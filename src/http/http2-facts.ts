/** What is known of an HTTP/2 connection beside its exchanges. */

import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

// RFC 9113 §7
const errorNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const;

const http2ErrorName = (code: number): string => errorNames[code] ?? `0x${code.toString(16)}`;

/** How a side announced the end of the connection (RFC 9113 §6.8): when first, and the code and last stream that it named last. */
export interface GoAway {
  readonly by: 'client' | 'server';
  readonly code: string;
  readonly lastStream: number;
  readonly frame: number;
  readonly time: Time;
}

/** Of one connection, as plain data. */
export interface Http2Summary {
  /** Most streams of the client that were open at once; at most 1 where the server's side is not in the capture. */
  readonly maxConcurrent: number;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS as last announced. */
  readonly streamLimit: number | undefined;
  /** Of the side that announced it first. */
  readonly goAway: GoAway | undefined;
  /** Streams of the client that RST_STREAM ended, by who sent it. */
  readonly resetsClient: number;
  readonly resetsServer: number;
  /** PINGs sent, HTTP/2's keep-alive; those that were answered. */
  readonly pingsClient: number;
  readonly pingsServer: number;
  readonly pingAcks: number;
  /** Between the last two PINGs of the same side. */
  readonly pingInterval: Duration | undefined;
  /** Responses that the server promised unasked. */
  readonly pushes: number;
  /** Some of its frames could not be read: counts are lower bounds. */
  readonly isLowerBound: boolean;
}

export class Http2Facts {
  maxConcurrent = 0;
  /** Frames of the server are in the capture; without them no stream is seen to end. */
  isAnswered = false;
  streamLimit: number | undefined;
  pingAcks = 0;
  pushes = 0;
  isLowerBound = false;
  readonly #resets: [number, number] = [0, 0];
  readonly #pings: [number, number] = [0, 0];
  readonly #lastPing: [number, number] = [Number.NaN, Number.NaN];
  #pingInterval: Duration | undefined;
  #goAway: GoAway | undefined;

  reset(by: Side): void {
    this.#resets[by] += 1;
  }

  ping(by: Side, time: Time): void {
    this.#pings[by] += 1;
    const before = this.#lastPing[by];
    if (!Number.isNaN(before)) this.#pingInterval = Math.max(0, time - before);
    this.#lastPing[by] = time;
  }

  announce(side: Side, code: number, lastStream: number, { frame, time }: At): void {
    const by = side === CLIENT ? 'client' : 'server';
    const known = this.#goAway;
    if (known && known.by !== by) return;
    this.#goAway = { by, code: http2ErrorName(code), lastStream, frame: known?.frame ?? frame, time: known?.time ?? time };
  }

  summary(): Http2Summary {
    return {
      maxConcurrent: this.isAnswered ? this.maxConcurrent : Math.min(1, this.maxConcurrent),
      streamLimit: this.streamLimit,
      goAway: this.#goAway,
      resetsClient: this.#resets[CLIENT],
      resetsServer: this.#resets[SERVER],
      pingsClient: this.#pings[CLIENT],
      pingsServer: this.#pings[SERVER],
      pingAcks: this.pingAcks,
      pingInterval: this.#pingInterval,
      pushes: this.pushes,
      isLowerBound: this.isLowerBound,
    };
  }
}
