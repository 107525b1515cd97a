/** One line on standard error that says how far the reading is, where that is a terminal. */

import { performance } from 'node:perf_hooks';
import { size } from '../src/report/words.ts';

/** Nothing is shown in the first half second, then ten times a second. */
const patience = 500;
const period = 100;

export class Progress {
  readonly #total: number | undefined;
  readonly #visible: boolean;
  readonly #began = performance.now();
  #next = this.#began + patience;
  #shown = false;

  constructor(total: number | undefined, visible: boolean = process.stderr.isTTY === true) {
    this.#total = total;
    this.#visible = visible;
  }

  show(bytes: number): void {
    if (!this.#visible) return;
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + period;
    this.#shown = true;
    process.stderr.write(`\r\x1b[K${this.#line(bytes, (now - this.#began) / 1000)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }

  #line(bytes: number, seconds: number): string {
    const rate = bytes / seconds;
    const speed = `${size(Math.round(rate))}/s`;
    if (this.#total === undefined || this.#total < bytes) return `${size(bytes)}  ${speed}`;
    const left = (this.#total - bytes) / rate;
    return `${size(bytes)} of ${size(this.#total)}  ${Math.floor((bytes / this.#total) * 100)}%  ${speed}  ${left.toFixed(0)} s left`;
  }
}
