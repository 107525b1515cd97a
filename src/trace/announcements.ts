/** What a server announced over a connection's life: how the values of its Keep-Alive fields went from response to response. */

import type { KeepAliveAnnouncements } from './connection.ts';

export class Announcements {
  #maxFirst: number | undefined;
  #countsDown: boolean | undefined;
  #changes = 0;
  /** Of the one before; -1 where it announced none. */
  #timeout = -1;
  #max = -1;
  #index = -1;

  /** The response at place `index` of its connection announces something; -1 for what it does not. */
  add(index: number, timeout: number, max: number): void {
    if (max >= 0) this.#maxFirst ??= max;
    if (this.#index >= 0) {
      const bothKnown = max >= 0 && this.#max >= 0;
      // Apache's max is what is left: it falls by one with each response; Node's is a constant.
      const isOneLess = bothKnown && this.#max - max === index - this.#index;
      if (bothKnown) this.#countsDown = (this.#countsDown ?? true) && isOneLess;
      if (timeout !== this.#timeout || (max !== this.#max && !isOneLess)) this.#changes += 1;
    }
    this.#timeout = timeout;
    this.#max = max;
    this.#index = index;
  }

  get facts(): KeepAliveAnnouncements {
    return { maxFirst: this.#maxFirst, countsDown: this.#countsDown, changes: this.#changes };
  }
}
