/** What is known of an HTTP/2 connection beside its exchanges. */

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

export const http2ErrorName = (code: number): string => errorNames[code] ?? `0x${code.toString(16)}`;

/** How a side announced the end of the connection (RFC 9113 §6.8): when first, and the code and last stream that it named last. */
export interface GoAway {
  readonly by: 'client' | 'server';
  readonly code: string;
  readonly lastStream: number;
  readonly frame: number;
  readonly time: Time;
}

/** Two numbers, the client's and the server's. */
export interface BySide {
  client: number;
  server: number;
}

export class Http2Facts {
  /** Most streams of the client that were open at once; 0 where the server's side is not in the capture. */
  maxConcurrent = 0;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS as last announced. */
  streamLimit: number | undefined;
  /** Of the side that announced it first. */
  goAway: GoAway | undefined;
  /** RST_STREAM frames that ended a stream of the client. */
  readonly resets: BySide = { client: 0, server: 0 };
  /** PINGs sent, answers apart; HTTP/2's keep-alive. */
  readonly pings: BySide = { client: 0, server: 0 };
  pingAcks = 0;
  /** Between the last two PINGs of the same side. */
  pingInterval: Duration | undefined;
  pushes = 0;
  /** Some of its frames could not be read: counts are lower bounds. */
  isLowerBound = false;
  readonly #lastPing = [Number.NaN, Number.NaN];

  ping(side: 0 | 1, time: Time): void {
    this.pings[side === 0 ? 'client' : 'server'] += 1;
    const before = this.#lastPing[side]!;
    if (!Number.isNaN(before)) this.pingInterval = Math.max(0, time - before);
    this.#lastPing[side] = time;
  }

  announce(by: 'client' | 'server', code: number, lastStream: number, frame: number, time: Time): void {
    const known = this.goAway;
    if (known && known.by !== by) return;
    this.goAway = { by, code: http2ErrorName(code), lastStream, frame: known?.frame ?? frame, time: known?.time ?? time };
  }
}
