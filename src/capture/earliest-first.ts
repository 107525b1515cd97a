/** Captures with frames that wait, that with the earliest one first: a heap, for there may be thousands. */

import type { Time } from '../time.ts';

interface Waiting {
  readonly capture: number;
  readonly queue: { readonly time: Time };
}

export class EarliestFirst<Each extends Waiting> {
  readonly #heap: Each[] = [];

  get first(): Each | undefined {
    return this.#heap[0];
  }

  add(each: Each): void {
    const heap = this.#heap;
    let at = heap.length;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(each, heap[above]!); above = (at - 1) >> 1) {
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = each;
  }

  take(): Each | undefined {
    const heap = this.#heap;
    const taken = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return taken;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (isBefore(last, heap[below]!)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return taken;
  }
}

/** Among equals that of the capture named first. */
const isBefore = (a: Waiting, b: Waiting): boolean =>
  a.queue.time < b.queue.time || (a.queue.time === b.queue.time && a.capture < b.capture);
