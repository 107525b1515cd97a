/** Frames and times of keep-alive probes; kept only for the few connections that have any. */

import { CLIENT, SERVER, type Side } from '../stream.ts';
import type { Duration, Time } from '../time.ts';

export interface Probe {
  readonly side: Side;
  readonly frame: number;
  readonly time: Time;
}

/** Probes listed per connection; more are counted only. */
const LISTED = 1000;

export class ProbeLog {
  readonly #probes = new Map<number, Probe[]>();

  add(connection: number, side: Side, frame: number, time: Time): void {
    let probes = this.#probes.get(connection);
    if (!probes) {
      probes = [];
      this.#probes.set(connection, probes);
    }
    if (probes.length < LISTED) probes.push({ side, frame, time });
  }

  of(connection: number): readonly Probe[] {
    return this.#probes.get(connection) ?? [];
  }

  /** Median time from one probe to the next of the side that sent more of them. */
  interval(connection: number): Duration | undefined {
    const probes = this.of(connection);
    const client = probes.filter((probe) => probe.side === CLIENT);
    const side = client.length * 2 >= probes.length ? client : probes.filter((probe) => probe.side === SERVER);
    const gaps = side
      .slice(1)
      .map((probe, i) => probe.time - side[i]!.time)
      .sort((a, b) => a - b);
    return gaps[gaps.length >> 1];
  }
}
