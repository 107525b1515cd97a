/** The interfaces of a pcapng file, as far as reading its packets needs them: those that are alike are one object. */

import { limits } from '../limits.ts';
import { InterfaceClock } from './interface-clock.ts';

export interface CaptureInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: InterfaceClock;
}

export class InterfaceKinds {
  readonly #known = new Map<string, CaptureInterface>();

  /** `resolution` and `offset` as the file has them, the offset in nanoseconds; undefined beyond the limit of different ones. */
  of(linkType: number, snapLength: number, resolution: number, offset: bigint): CaptureInterface | undefined {
    const key = `${linkType} ${snapLength} ${resolution} ${offset}`;
    const known = this.#known.get(key);
    if (known || this.#known.size >= limits.interfaceKinds) return known;
    const clock = new InterfaceClock();
    clock.setResolution(resolution);
    clock.setOffset(offset);
    const kind = { linkType, snapLength, clock };
    this.#known.set(key, kind);
    return kind;
  }
}
