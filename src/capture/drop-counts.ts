/** Frames that the capturing system lost, by interface: as the statistics of the interface say, without any as its packets do. */

interface Stated {
  byInterface: number;
  bySystem: number;
}

export class DropCounts {
  /** Of all interfaces; undefined where nothing is said of it. */
  total: number | undefined = undefined;
  readonly #stated = new Map<number, Stated>();
  readonly #betweenPackets = new Map<number, number>();

  of(number: number): number | undefined {
    const stated = this.#stated.get(number);
    return stated ? stated.byInterface + stated.bySystem : this.#betweenPackets.get(number);
  }

  /** A statistics block counts from the begin of the capture: the last one tells all of it. */
  state(number: number, who: keyof Stated, count: number): void {
    if (!isBelievable(count)) return;
    const before = this.of(number) ?? 0;
    const stated = this.#stated.get(number) ?? { byInterface: 0, bySystem: 0 };
    stated[who] = count;
    this.#stated.set(number, stated);
    this.#changed(number, before);
  }

  /** A packet counts from the one before it. */
  between(number: number, count: number): void {
    if (count === 0 || !isBelievable(count)) return;
    const before = this.of(number) ?? 0;
    this.#betweenPackets.set(number, (this.#betweenPackets.get(number) ?? 0) + count);
    this.#changed(number, before);
  }

  #changed(number: number, before: number): void {
    this.total = (this.total ?? 0) + (this.of(number) ?? 0) - before;
  }
}

/** Nobody has lost more than 2^48 frames: some writers put all ones where they do not know. */
const isBelievable = (count: number): boolean => count < 2 ** 48;
