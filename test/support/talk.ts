/** Builds a conversation segment by segment, as a story: handshake, requests, pauses, probes, losses; and reads its trace. */

import { type Duration, millisecond, type Time } from '../../src/time.ts';
import type { Connection, Exchange, Trace } from '../../src/trace/index.ts';
import { inspectBytes } from './inspect.ts';
import { ACK, FIN, type FrameOptions, framesOf, PSH, pcapOf, RST, SYN, type WireEnd, type WireSegment } from './wire.ts';

export interface TalkOptions {
  readonly client?: WireEnd;
  readonly server?: WireEnd;
  /** First sequence numbers. */
  readonly clientNumber?: number;
  readonly serverNumber?: number;
  readonly start?: Time;
  /** Between one segment and the next. */
  readonly step?: Duration;
}

/** What differs from an ordinary segment. */
export interface Difference {
  readonly time?: Time;
  readonly flags?: number;
  /** Relative to the next number of the sender, which a segment ahead of it does not move. */
  readonly at?: number;
  /** Relative to the next number of the peer. */
  readonly acks?: number;
  readonly window?: number;
  /** TCP options, a multiple of four bytes. */
  readonly options?: readonly number[];
  /** Sent, but not in the capture. */
  readonly lost?: boolean;
}

export interface Speaker {
  /** Sends text or bytes in one segment. */
  (payload: string | Uint8Array, difference?: Difference): Talk;
  syn(difference?: Difference): Talk;
  ack(difference?: Difference): Talk;
  fin(difference?: Difference): Talk;
  rst(difference?: Difference): Talk;
  /** One number below the next, with no byte or one. */
  keepAliveProbe(payload?: string): Talk;
}

export interface Talk {
  readonly segments: WireSegment[];
  readonly now: Time;
  readonly client: Speaker;
  readonly server: Speaker;
  /** From here on the side's next number is this. */
  renumber(side: 'client' | 'server', number: number): Talk;
  /** SYN, SYN-ACK, ACK; the round trip is divided among its two halves. */
  handshake(roundTrip?: Duration): Talk;
  pause(duration: Duration): Talk;
  /** FIN, FIN, ACK; begun by `first`. */
  close(first: 'client' | 'server'): Talk;
  /** A segment of any kind. */
  send(side: 'client' | 'server', payload: string | Uint8Array, difference?: Difference): Talk;
  readonly trace: Trace;
  /** The first connection, and its exchanges. */
  readonly connection: Connection;
  readonly exchanges: readonly Exchange[];
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
export const get = (target: string = '/'): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;

export function conversation(options: TalkOptions = {}): Talk {
  const ends = {
    client: options.client ?? { address: '10.0.0.1', port: 40_000 },
    server: options.server ?? { address: '10.0.0.2', port: 80 },
  };
  const next = { client: options.clientNumber ?? 1000, server: options.serverNumber ?? 9000 };
  const step = options.step ?? millisecond;
  const segments: WireSegment[] = [];
  let now = options.start ?? 0;

  function send(side: 'client' | 'server', payload: string | Uint8Array, difference: Difference = {}): Talk {
    const peer = side === 'client' ? 'server' : 'client';
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
    const flags = difference.flags ?? (bytes.length > 0 ? PSH | ACK : ACK);
    now = difference.time ?? now;
    const sequence = next[side] + (difference.at ?? 0);
    const end = sequence + bytes.length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
    if (!difference.lost) {
      segments.push({
        time: now,
        from: ends[side],
        to: ends[peer],
        sequence,
        acknowledgment: flags & ACK ? next[peer] + (difference.acks ?? 0) : 0,
        flags,
        window: difference.window ?? 64_240,
        payload: bytes,
        ...(difference.options === undefined ? {} : { options: difference.options }),
      });
    }
    if (end > next[side] && (difference.at ?? 0) <= 0) next[side] = end;
    if (difference.time === undefined) now += step;
    return talk;
  }

  function speaker(side: 'client' | 'server'): Speaker {
    const speak = (payload: string | Uint8Array, difference?: Difference): Talk => send(side, payload, difference);
    return Object.assign(speak, {
      syn: (difference: Difference = {}): Talk => send(side, '', { flags: SYN, ...difference }),
      ack: (difference: Difference = {}): Talk => send(side, '', { flags: ACK, ...difference }),
      fin: (difference: Difference = {}): Talk => send(side, '', { flags: FIN | ACK, ...difference }),
      rst: (difference: Difference = {}): Talk => send(side, '', { flags: RST | ACK, ...difference }),
      keepAliveProbe: (payload = ''): Talk => send(side, payload, { flags: ACK, at: -1 }),
    });
  }

  const talk: Talk = {
    segments,
    client: speaker('client'),
    server: speaker('server'),
    send,
    get now() {
      return now;
    },
    handshake(roundTrip = 2 * step) {
      send('client', '', { flags: SYN, time: now });
      send('server', '', { flags: SYN | ACK, time: now + roundTrip / 2 });
      send('client', '', { flags: ACK, time: now + roundTrip / 2 });
      return talk;
    },
    renumber(side, number) {
      next[side] = number;
      return talk;
    },
    pause(duration) {
      now += duration;
      return talk;
    },
    close(first) {
      const second = first === 'client' ? 'server' : 'client';
      return talk[first].fin()[second].fin()[first].ack();
    },
    get trace() {
      return traceOf(segments);
    },
    get connection() {
      return traceOf(segments).connection(0);
    },
    get exchanges() {
      return traceOf(segments).exchanges(0);
    },
  };
  return talk;
}

/** The trace of segments as an ordinary Ethernet capture. */
export const traceOf = (segments: readonly WireSegment[], options: FrameOptions = {}): Trace =>
  inspectBytes(pcapOf(framesOf(segments, options)));
