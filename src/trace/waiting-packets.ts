/** Packets of one side before whose bytes others are missing, in order of their bytes: thousands may wait at once. */

import type { Packet } from './packet-list.ts';

interface Waiting {
  readonly packet: Packet;
  /** How many had waited before it. */
  readonly arrival: number;
}

export class WaitingPackets {
  /** By sequence number, those of the same one as they came; what is before `#from` is gone. */
  #list: Waiting[] = [];
  #from = 0;
  #arrivals = 0;
  /** Of those that wait for no others any more, by arrival. */
  readonly #ready: Waiting[] = [];

  add(packet: Packet): void {
    const waiting = { packet, arrival: this.#arrivals };
    this.#arrivals += 1;
    this.#list.splice(
      place(this.#list, this.#from, (each) => each.packet.sequence <= packet.sequence),
      0,
      waiting,
    );
  }

  /** That with the lowest sequence number. */
  get lowest(): Packet | undefined {
    return this.#list[this.#from]?.packet;
  }

  takeLowest(): Packet | undefined {
    return this.#take()?.packet;
  }

  /** Of those that begin at or before `next` the one that came first. */
  takeEarliest(next: number): Packet | undefined {
    while (this.lowest !== undefined && this.lowest.sequence <= next) {
      const ready = this.#take()!;
      this.#ready.splice(
        place(this.#ready, 0, (each) => each.arrival < ready.arrival),
        0,
        ready,
      );
    }
    return this.#ready.shift()?.packet;
  }

  #take(): Waiting | undefined {
    const taken = this.#list[this.#from];
    if (taken === undefined) return undefined;
    this.#from += 1;
    if (this.#from >= 1024 && this.#from * 2 > this.#list.length) {
      this.#list = this.#list.slice(this.#from);
      this.#from = 0;
    }
    return taken;
  }
}

/** The first place, from `from` on, of one that is not before. */
function place(list: readonly Waiting[], from: number, isBefore: (each: Waiting) => boolean): number {
  let low = from;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (isBefore(list[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
