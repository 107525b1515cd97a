/** What is known of an HTTP/2 connection beside its exchanges. */

import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';
import { type Http2Ping, Http2Pings } from './http2-pings.ts';

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

export const http2ErrorName = (code: number): string => errorNames[code] ?? `0x${code.toString(16)}`;

/** How a side announced the end of the connection (RFC 9113 §6.8): when first, and the last error and last stream that it named. */
export interface GoAway {
  readonly by: 'client' | 'server';
  readonly code: string;
  /** Streams of the client above it were not processed and may be sent again elsewhere. */
  readonly lastStream: number;
  readonly frame: number;
  readonly time: Time;
  /** Streams that the client had opened by then, and those still open; how long none had been open: undefined while some were, or where none ever was. */
  readonly streams: number;
  readonly open: number;
  readonly idle: Duration | undefined;
}

/** Of one connection, as plain data. */
export interface Http2Summary {
  /** Most streams of the client that were open at once; at most 1 where the server's side is not in the capture. */
  readonly maxConcurrent: number;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS as last announced. */
  readonly streamLimit: number | undefined;
  /** How long as many streams were open as the server allows, or more: another request would have had to wait. */
  readonly atLimit: Duration;
  /** Of the side that announced it first. */
  readonly goAway: GoAway | undefined;
  /** Streams of the client that RST_STREAM ended, by who sent it. */
  readonly resetsClient: number;
  readonly resetsServer: number;
  /** PINGs sent, HTTP/2's keep-alive; those sent while no stream was open; those that were answered. */
  readonly pingsClient: number;
  readonly pingsServer: number;
  readonly pingsIdle: number;
  readonly pingAcks: number;
  /** Between the last two PINGs of the same side. */
  readonly pingInterval: Duration | undefined;
  /** Median time until a PING was answered, as captured, of those in the list. */
  readonly pingAnswer: Duration | undefined;
  /** In order of time, the first hundred of them; missing where there are none. */
  readonly pings?: readonly Http2Ping[] | undefined;
  /** Responses that the server promised unasked. */
  readonly pushes: number;
  /** Some of its frames could not be read: counts are lower bounds. */
  readonly isLowerBound: boolean;
}

export class Http2Facts {
  /** Frames of the server are in the capture; without them no stream is seen to end. */
  isAnswered = false;
  pushes = 0;
  isLowerBound = false;
  readonly #pings = new Http2Pings();
  readonly #resets: [number, number] = [0, 0];
  #goAway: GoAway | undefined;
  #maxConcurrent = 0;
  #streamLimit: number | undefined;
  #atLimit: Duration = 0;
  /** Streams opened so far, and open now; since when. */
  #opened = 0;
  #open = 0;
  #since: Time = Number.NaN;

  /** So many streams are open from now on; `opened`: one more than before. */
  streams(open: number, opened: boolean, time: Time): void {
    this.#passes(time);
    this.#open = open;
    if (!opened) return;
    this.#opened += 1;
    // While one side cannot be followed, streams do not end.
    if (!this.isLowerBound && open > this.#maxConcurrent) this.#maxConcurrent = open;
  }

  limit(streams: number, time: Time): void {
    // While none is open nothing is at a limit, and how long that has been so must not be forgotten.
    if (this.#open > 0) this.#passes(time);
    this.#streamLimit = streams;
  }

  reset(by: Side): void {
    this.#resets[by] += 1;
  }

  ping(by: Side, payload: Uint8Array, start: number, at: At): void {
    this.#pings.sent(by, payload, start, this.#open === 0, at);
  }

  pingAnswer(by: Side, payload: Uint8Array, start: number, at: At): void {
    this.#pings.answered(by, payload, start, at);
  }

  announce(side: Side, code: number, lastStream: number, { frame, time }: At): void {
    const by = side === CLIENT ? 'client' : 'server';
    const known = this.#goAway;
    if (known && known.by !== by) return;
    const named = { by, code: http2ErrorName(code), lastStream } as const;
    if (known) {
      // Behind an error, NO_ERROR only says that the connection now closes.
      this.#goAway = { ...known, ...named, code: code === 0 ? known.code : named.code };
      return;
    }
    const idle = this.#open > 0 || Number.isNaN(this.#since) ? undefined : Math.max(0, time - this.#since);
    this.#goAway = { ...named, frame, time, streams: this.#opened, open: this.#open, idle };
  }

  /** Each side had been taken for the other; no stream was seen to begin until now. */
  turn(): void {
    this.#pings.turn();
    this.#resets.reverse();
    if (this.#goAway) this.#goAway = { ...this.#goAway, by: this.#goAway.by === 'client' ? 'server' : 'client' };
    this.#streamLimit = undefined;
    this.isAnswered = false;
  }

  get goAway(): GoAway | undefined {
    return this.#goAway;
  }

  get streamLimit(): number | undefined {
    return this.#streamLimit;
  }

  summary(): Http2Summary {
    return {
      maxConcurrent: this.isAnswered ? this.#maxConcurrent : Math.min(1, this.#maxConcurrent),
      streamLimit: this.#streamLimit,
      atLimit: this.isAnswered ? this.#atLimit : 0,
      goAway: this.#goAway,
      resetsClient: this.#resets[CLIENT],
      resetsServer: this.#resets[SERVER],
      ...this.#pings.summary(),
      pushes: this.pushes,
      isLowerBound: this.isLowerBound,
    };
  }

  /** Until now nothing had changed. */
  #passes(time: Time): void {
    if (this.#streamLimit !== undefined && this.#open > 0 && this.#open >= this.#streamLimit && time > this.#since)
      this.#atLimit += time - this.#since;
    this.#since = time;
  }
}
