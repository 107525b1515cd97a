/** The orders in which places are sorted; of a long list the one before, until the new one is ready. */

import type { Listing } from './listing.ts';
import { sorted } from './order.ts';
import { Rest } from './rest.ts';
import { few, runInSlices, runNow } from './slices.ts';
import type { Snapshot } from './source.ts';
import type { Place } from './store.ts';

interface Order {
  readonly sort: string;
  /** Weak: an order must not keep an old analysis alive. */
  readonly snapshot: WeakRef<Snapshot>;
  readonly rows: Uint32Array;
}

/** Of long lists kept: a million rows are 4 MB. */
const longKept = 3;

export class Orders {
  readonly #ready: () => void;
  readonly #progress: (part: number) => void;
  readonly #known = new Map<string, Order>();
  #sorting: { readonly key: string; readonly stop: () => void } | undefined;
  /** While the trace grows. */
  readonly #rest: Rest;
  /** Of an order that is kept no longer. As garbage, each column that is tried would leave 4 MB a million rows, and holes between what stays. */
  #room: Uint32Array | undefined;

  constructor(ready: () => void, progress: (part: number) => void) {
    this.#ready = ready;
    this.#progress = progress;
    this.#rest = new Rest(() => {
      this.#sorting = undefined;
      ready();
    });
  }

  /** undefined for the natural order. */
  of(place: Place, list: Listing, snapshot: Snapshot): Uint32Array | undefined {
    const { sort } = place;
    if (
      !sort ||
      sort.column >= list.columns.length ||
      (sort.column === list.natural?.column && sort.descending === list.natural.descending)
    )
      return undefined;
    const key = JSON.stringify([place.screen, place.origin, place.connection]);
    const known = this.#known.get(key);
    const wanted = JSON.stringify(sort);
    if (known?.sort === wanted && known.snapshot.deref() === snapshot) return known.rows;
    const work = (room?: Uint32Array): Generator<number, Uint32Array, void> =>
      sorted(list.length, (row) => list.key(row, sort.column), sort.descending, room);
    const keep = (rows: Uint32Array): Uint32Array => this.#keep(key, { sort: wanted, snapshot: new WeakRef(snapshot), rows });
    if (list.length <= few) return keep(runNow(work()));
    this.#sortSoon(key + wanted, work, keep);
    return known?.sort === wanted ? known.rows : undefined;
  }

  stop(): void {
    this.#sorting?.stop();
    this.#rest.stop();
  }

  #sortSoon(key: string, work: (room?: Uint32Array) => Generator<number, Uint32Array, void>, keep: (rows: Uint32Array) => void): void {
    if (this.#sorting?.key === key) return;
    this.#sorting?.stop();
    this.#rest.stop();
    const began = performance.now();
    const done = (rows: Uint32Array): void => {
      keep(rows);
      this.#rest.begin(performance.now() - began);
      this.#ready();
    };
    this.#sorting = { key, stop: runInSlices(work(this.#room), done, this.#progress) };
  }

  #keep(key: string, order: Order): Uint32Array {
    const before = this.#known.get(key);
    this.#known.delete(key);
    this.#known.set(key, order);
    if (this.#room?.buffer === order.rows.buffer) this.#room = undefined;
    this.#spare(before);
    let long = 0;
    for (const [each, known] of [...this.#known].reverse()) {
      if (known.rows.length <= few || ++long <= longKept) continue;
      this.#known.delete(each);
      this.#spare(known);
    }
    return order.rows;
  }

  /** Nobody looks at it any more once the order that took its place is shown: the next one may lie there. */
  #spare(order: Order | undefined): void {
    if (order !== undefined && order.rows.length > Math.max(few, this.#room?.length ?? 0)) this.#room = order.rows;
  }
}
