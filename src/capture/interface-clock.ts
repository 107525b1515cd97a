/** The clock of one pcapng interface: 64-bit ticks of its own resolution and offset, turned into the trace's time. */

import type { Time } from '../time.ts';

const PER_SECOND = 1_000_000_000n;
const HIGH = 4_294_967_296;

export class InterfaceClock {
  /** Ticks in a second; microseconds where the file says nothing. */
  #perSecond = 1_000_000n;
  /** Nanoseconds in a tick where that is a whole number; else 0, and every time takes the slow way. */
  #nanosecondsPerTick = 1000;
  #offset = 0n;
  #baseHigh = 0;
  #baseLow = 0;
  #remainder = 0;
  #base: bigint | undefined;

  /** Where that is a whole number; else 0. */
  get nanosecondsPerTick(): number {
    return this.#nanosecondsPerTick;
  }

  get finerThanMicroseconds(): boolean {
    return this.#perSecond > 1_000_000n;
  }

  /** `if_tsresol`: a power of ten, or of two where the highest bit is set. */
  setResolution(code: number): void {
    const exponent = BigInt(code & 0x7f);
    this.#perSecond = code & 0x80 ? 2n ** exponent : 10n ** exponent;
    this.#nanosecondsPerTick = PER_SECOND % this.#perSecond === 0n ? Number(PER_SECOND / this.#perSecond) : 0;
  }

  /** `if_tsoffset`, in nanoseconds. */
  setOffset(offset: bigint): void {
    this.#offset = offset;
  }

  /** Nanoseconds since 1970. Ticks are read as signed: some writers put times before 1970 there. */
  epoch(high: number, low: number): bigint {
    return (((BigInt(high | 0) << 32n) | BigInt(low)) * PER_SECOND) / this.#perSecond + this.#offset;
  }

  /** Nanoseconds since `epoch`; not finite or not safe where it cannot be represented. */
  time(high: number, low: number, epoch: bigint): Time {
    if (this.#nanosecondsPerTick === 0) return Number(this.epoch(high, low) - epoch);
    if (this.#base !== epoch) this.#rebase(epoch);
    return (((high | 0) - this.#baseHigh) * HIGH + (low - this.#baseLow)) * this.#nanosecondsPerTick + this.#remainder;
  }

  /** Splits the trace's epoch into this clock's ticks once, so that a packet costs no BigInt. */
  #rebase(epoch: bigint): void {
    const perTick = BigInt(this.#nanosecondsPerTick);
    const sinceOffset = epoch - this.#offset;
    const ticks = sinceOffset / perTick;
    this.#remainder = Number(ticks * perTick - sinceOffset);
    this.#baseHigh = Number(ticks >> 32n);
    this.#baseLow = Number(ticks & 0xffffffffn);
    this.#base = epoch;
  }
}
