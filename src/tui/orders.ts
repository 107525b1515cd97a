/** The orders in which places are sorted; of a long list the one before, until the new one is ready. */

import type { Listing } from './listing.ts';
import { sorted } from './order.ts';
import { few, runInSlices, runNow } from './slices.ts';
import type { Snapshot } from './source.ts';
import type { Place } from './store.ts';

interface Order {
  readonly sort: string;
  /** Weak: an order must not keep an old analysis alive. */
  readonly snapshot: WeakRef<Snapshot>;
  readonly rows: Uint32Array;
}

/** While the trace grows, at most a quarter of the time goes into sorting. */
const rest = 3;
/** Of long lists kept: a million rows are 4 MB. */
const longKept = 3;

export class Orders {
  readonly #ready: () => void;
  readonly #progress: (part: number) => void;
  readonly #known = new Map<string, Order>();
  #sorting: { readonly key: string; readonly stop: () => void } | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(ready: () => void, progress: (part: number) => void) {
    this.#ready = ready;
    this.#progress = progress;
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
    const work = (): Generator<number, Uint32Array, void> => sorted(list.length, (row) => list.key(row, sort.column), sort.descending);
    const keep = (rows: Uint32Array): Uint32Array => this.#keep(key, { sort: wanted, snapshot: new WeakRef(snapshot), rows });
    if (list.length <= few) return keep(runNow(work()));
    this.#sortSoon(key + wanted, work, keep);
    return known?.sort === wanted ? known.rows : undefined;
  }

  stop(): void {
    this.#sorting?.stop();
    clearTimeout(this.#resting);
  }

  #sortSoon(key: string, work: () => Generator<number, Uint32Array, void>, keep: (rows: Uint32Array) => void): void {
    if (this.#sorting?.key === key) return;
    this.#sorting?.stop();
    clearTimeout(this.#resting);
    const began = performance.now();
    const done = (rows: Uint32Array): void => {
      keep(rows);
      this.#resting = setTimeout(
        () => {
          this.#sorting = undefined;
          this.#ready();
        },
        rest * (performance.now() - began),
      );
      this.#ready();
    };
    this.#sorting = { key, stop: runInSlices(work(), done, this.#progress) };
  }

  #keep(key: string, order: Order): Uint32Array {
    this.#known.delete(key);
    this.#known.set(key, order);
    let long = 0;
    for (const [each, { rows }] of [...this.#known].reverse()) if (rows.length > few && ++long > longKept) this.#known.delete(each);
    return order.rows;
  }
}
