/** The rows of a place as they are shown: the natural ones, and the order in which they are sorted. */

import type { Listing } from './listing.ts';
import type { Goal, Item, Rows, Sort, WhatIf } from './store.ts';

export class Arrangement implements Rows {
  readonly listing: Listing;
  readonly #help: () => number;
  readonly #order: Uint32Array | undefined;

  /** Rows that are newer than the order follow it. */
  constructor(listing: Listing, order: Uint32Array | undefined, help: () => number) {
    this.listing = listing;
    this.#help = help;
    this.#order = order && order.length <= listing.length ? order : undefined;
  }

  get length(): number {
    return this.listing.length;
  }

  get help(): number {
    return this.#help();
  }

  get natural(): Sort | undefined {
    return this.listing.natural;
  }

  get sortable(): readonly Sort[] {
    return this.listing.sortable;
  }

  get names(): readonly string[] {
    return this.listing.columns.map(({ name }) => name);
  }

  get panel(): number {
    return this.listing.panel?.lines ?? 0;
  }

  item(position: number): Item | undefined {
    return this.#has(position) ? this.listing.item(this.row(position)) : undefined;
  }

  find(item: Item): number {
    const row = this.listing.find(item);
    const order = this.#order;
    return order && row >= 0 && row < order.length ? order.indexOf(row) : row;
  }

  goal(position: number): Goal | undefined {
    return this.#has(position) ? this.listing.goal(this.row(position)) : undefined;
  }

  mark(position: number): string | undefined {
    return this.#has(position) ? this.listing.mark(this.row(position)) : undefined;
  }

  turn(position: number, by: 1 | -1): Partial<WhatIf> | undefined {
    return this.#has(position) ? this.listing.turn(this.row(position), by) : undefined;
  }

  connection(position: number): number | undefined {
    return this.#has(position) ? this.listing.connection(this.row(position)) : undefined;
  }

  /** The natural row at a position. */
  row(position: number): number {
    return this.#order?.[position] ?? position;
  }

  #has(position: number): boolean {
    return position >= 0 && position < this.length;
  }
}
