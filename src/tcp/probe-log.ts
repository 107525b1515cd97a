/** Keep-alive probes and what became of them; kept only for the few connections that have any. */

import { type At, CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

export interface Probe {
  readonly side: Side;
  readonly frame: number;
  readonly time: Time;
  /** The ACK that answered it; undefined for a lost one. */
  readonly answerFrame: number | undefined;
  readonly answerTime: Time | undefined;
}

type Noted = { -readonly [K in keyof Probe]: Probe[K] };

/** Counted per side: the client's, then the server's. */
interface Probes {
  readonly sent: [number, number];
  readonly answered: [number, number];
  readonly pending: [number, number];
  /** The last one of each side, while it is listed. */
  readonly latest: [Noted | undefined, Noted | undefined];
  readonly list: Noted[];
}

/** Probes listed per connection; more are counted only. */
const LISTED = 1000;

export class ProbeLog {
  readonly #probes = new Map<number, Probes>();

  add(connection: number, side: Side, frame: number, time: Time): void {
    let probes = this.#probes.get(connection);
    if (!probes) {
      probes = { sent: [0, 0], answered: [0, 0], pending: [0, 0], latest: [undefined, undefined], list: [] };
      this.#probes.set(connection, probes);
    }
    probes.sent[side] += 1;
    probes.pending[side] += 1;
    const isListed = probes.list.length < LISTED;
    const probe = isListed ? { side, frame, time, answerFrame: undefined, answerTime: undefined } : undefined;
    probes.latest[side] = probe;
    if (probe) probes.list.push(probe);
  }

  /** An acknowledgement answers the latest probe; those before it that still waited were lost. */
  answer(connection: number, side: Side, at: At): void {
    const probes = this.#probes.get(connection);
    if (!probes || probes.pending[side] === 0) return;
    probes.pending[side] = 0;
    probes.answered[side] += 1;
    const latest = probes.latest[side];
    if (!latest) return;
    latest.answerFrame = at.frame;
    latest.answerTime = at.time;
  }

  list(connection: number): readonly Probe[] {
    return this.#probes.get(connection)?.list ?? [];
  }

  sent(connection: number, side: Side): number {
    return this.#probes.get(connection)?.sent[side] ?? 0;
  }

  answered(connection: number, side: Side): number {
    return this.#probes.get(connection)?.answered[side] ?? 0;
  }

  /** Median time from one probe to the next of the side that sent more of them. */
  interval(connection: number): Duration | undefined {
    const side = this.sent(connection, CLIENT) >= this.sent(connection, SERVER) ? CLIENT : SERVER;
    const times = this.list(connection).filter((probe) => probe.side === side);
    const gaps = times
      .slice(1)
      .map((probe, i) => probe.time - times[i]!.time)
      .sort((a, b) => a - b);
    return gaps[gaps.length >> 1];
  }
}
