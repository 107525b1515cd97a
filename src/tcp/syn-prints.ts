/** What a SYN shows of the stack that sent it, as one number a connection: programs on one host share it, hosts behind one NAT may not. */

import { GrowingMemory } from '../memory.ts';
import type { Segment } from '../packet/index.ts';
import { firstTimeToLive } from './reset.ts';

const END = 0;
const NO_OPERATION = 1;
const SEGMENT_SIZE = 2;
const WINDOW_SCALE = 3;

export class SynPrints {
  readonly #memory = new GrowingMemory();

  /** Of the connection's first SYN. */
  set(connection: number, s: Segment): void {
    while (4 * (connection + 1) > this.#memory.bytes) this.#memory.grow();
    this.#memory.i32[connection] = printOf(s);
  }

  /** 0 where no SYN was seen. */
  of(connection: number): number {
    return 4 * connection < this.#memory.bytes ? this.#memory.i32[connection]! : 0;
  }
}

/** As p0f has it: time to live when it set out, window, options in their order, with the values of segment size and window scale. */
function printOf(s: Segment): number {
  const { buffer, optionsEnd } = s;
  let print = mixed(mixed(s.v6 ? 6 : 4, firstTimeToLive(s)), s.window);
  for (let at = s.optionsStart; at < optionsEnd; ) {
    const kind = buffer[at]!;
    print = mixed(print, kind);
    if (kind === END) break;
    const size = kind === NO_OPERATION ? 1 : at + 1 < optionsEnd ? buffer[at + 1]! : 0;
    if (size === 0 || (size === 1 && kind !== NO_OPERATION)) break;
    const isTelling = kind === SEGMENT_SIZE || kind === WINDOW_SCALE;
    if (isTelling) for (let byte = at + 2; byte < at + size && byte < optionsEnd; byte += 1) print = mixed(print, buffer[byte]!);
    at += size;
  }
  return print || 1;
}

const mixed = (print: number, value: number): number => {
  const next = Math.imul(print ^ value, 0x9e3779b1);
  return next ^ (next >>> 15);
};
