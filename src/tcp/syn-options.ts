/** What the SYNs of a connection offered (RFC 9293 §3.2, RFC 7323, RFC 2018), as one small number: there are few different sets. */

import type { Segment } from '../packet/index.ts';
import { Offer } from './options.ts';

export interface SynOptions {
  /** Largest payload that the sender takes. */
  readonly segmentSize: number | undefined;
  readonly windowScale: number | undefined;
  readonly selectiveAcks: boolean;
  readonly timestamps: boolean;
}

/** Eight bits are kept of it: later sets than the first 255 are not known. */
const SETS = 255;

export class SynOptionSets {
  readonly #numbers = new Map<number, number>();
  readonly #sets: SynOptions[] = [];
  readonly #offer = new Offer();

  /** From 1; 0 where there are too many. */
  add(s: Segment): number {
    this.#offer.read(s);
    const { segmentSize: size, windowScale: scale, selectiveAcks, timestamps } = this.#offer;
    const key = ((size * 32 + scale + 1) * 2 + Number(selectiveAcks)) * 2 + Number(timestamps);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#sets.length === SETS) return 0;
    this.#sets.push({ segmentSize: size || undefined, windowScale: scale < 0 ? undefined : scale, selectiveAcks, timestamps });
    this.#numbers.set(key, this.#sets.length);
    return this.#sets.length;
  }

  get(number: number): SynOptions | undefined {
    return this.#sets[number - 1];
  }
}
